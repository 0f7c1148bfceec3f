package admin

import (
	"context"
	"fmt"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/internal/queue"
)

// Show returns what is known under an id, with bodies: an event that waits, a job, or
// the deliveries of an event, one for each endpoint. "endpoint/event id" is one
// delivery. If there is nothing, the error is [authgen.ErrNotFound].
func (a *Admin) Show(ctx context.Context, id string) (records []Record, err error) {
	err = a.queue.Read(ctx, func(ctx context.Context, tx *queue.Tx) error {
		if records = nil; id == "" { // would match everything
			return nil
		}
		waiting, err := events(ctx, tx, Filter{Kind: outbox.KindEvent, ID: id}.conditions(""), true, 1)
		if err != nil {
			return err
		}
		scheduled, err := jobs(ctx, tx, Filter{Kind: outbox.KindJob, ID: id}.conditions(""), true, 1, a.queue.Now())
		if err != nil {
			return err
		}
		records = append(waiting, scheduled...)
		names, err := queue.QueueNames(ctx, tx)
		if err != nil {
			return err
		}
		f := Filter{ID: id}
		for _, name := range names {
			if !f.in(name) {
				continue
			}
			ofQueue, err := deliveries(ctx, tx, f.conditions(name), true, 1)
			if err != nil {
				return err
			}
			records = append(records, ofQueue...)
		}
		return nil
	})
	if err == nil && len(records) == 0 {
		err = fmt.Errorf("outbox: no event, job or delivery has the id %q: %w", id, authgen.ErrNotFound)
	}
	return records, err
}
