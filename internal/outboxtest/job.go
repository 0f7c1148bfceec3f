package outboxtest

import (
	"context"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/runtime"
)

// A Job is a job of type "count".
type Job struct {
	N int `json:"n"`
}

// JobType implements [authgen.Job].
func (Job) JobType() string { return "count" }

// Schedule schedules n jobs in one transaction.
func (e *Env) Schedule(n int, options ...authgen.JobOption) {
	e.Helper()
	e.Must(e.DB.Unit(e.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
		for i := range n {
			if err := tx.Schedule(ctx, Job{N: i}, options...); err != nil {
				return err
			}
		}
		return nil
	}))
}
