package queue

import (
	"context"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// Jobs leases jobs that are due, and stores what became of them.
type Jobs struct{ db *DB }

// Jobs returns what leases jobs.
func (d *DB) Jobs() Jobs { return Jobs{d} }

// A Job is a job that is leased.
type Job struct {
	ID, Type   string
	Args       []byte
	Due, Until int64
}

// Due reports whether there are jobs to lease. It makes no writer wait.
func (j Jobs) Due(ctx context.Context) (there bool, err error) {
	err = j.db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		var one int
		now := j.db.Now()
		there, err = tx.Row(ctx, `SELECT 1 FROM "authgen_job" WHERE "due_at" <= ? AND "leased_until" <= ? ORDER BY "due_at" LIMIT 1`, []any{now, now}, &one)
		return err
	})
	return there, err
}

// Lease leases jobs that are due, the longest due first.
func (j Jobs) Lease(ctx context.Context, limit int, lease time.Duration) (due []Job, err error) {
	err = j.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		now, until := j.db.Now(), j.db.In(lease)
		due = make([]Job, 0, limit)
		ids := make(sqltext.List[string], 0, limit)
		err := tx.Query(ctx, func(row dialect.Row) error {
			job := Job{Until: until}
			err := row.Scan(&job.ID, &job.Type, &job.Args, &job.Due)
			due, ids = append(due, job), append(ids, job.ID)
			return err
		}, `SELECT "id", "type", "args", "due_at" FROM "authgen_job" WHERE "due_at" <= ? AND "leased_until" <= ? ORDER BY "due_at" LIMIT ?`+tx.words.SkipLocked, now, now, limit)
		if err != nil || len(due) == 0 {
			return err
		}
		// A unique job no longer waits: what is scheduled from here on may be about
		// more than this one will see, so it is a job of its own.
		query, args := jobs(ids).Update(tx.words, `"leased_until" = ?, "unique_key" = NULL`, until)
		_, err = tx.Exec(ctx, query, args...)
		return err
	})
	return due, err
}

// jobs are the rows of jobs.
func jobs(ids sqltext.List[string]) sqltext.ByKey[string] {
	return sqltext.ByKey[string]{Table: "authgen_job", Column: "id", Keys: ids}
}

// leasedUntil narrows rows down to those that are leased until a time.
func leasedUntil(rows sqltext.ByKey[string], until int64) sqltext.ByKey[string] {
	rows.And, rows.Args = `"leased_until" = ?`, []any{until}
	return rows
}

// Removal returns the statement by which an engine that shares the database removes the
// jobs it takes. The lease is part of the condition: once it has ended, another relay
// may have the jobs.
func (j Jobs) Removal(ids []string, until int64) (text string, args []any) {
	words := j.db.db.Kind().Words()
	text, args = leasedUntil(jobs(ids), until).Delete(words)
	return sqltext.Render(words, text, args)
}

// Settle removes the jobs that are done, and gives back those that are left. These are
// due again at once, or after a while.
func (j Jobs) Settle(ctx context.Context, done, left []string, until int64, after time.Duration) error {
	if len(done)+len(left) == 0 {
		return nil
	}
	return j.db.WriteThrough(ctx, func(ctx context.Context, tx *Tx) error {
		if len(done) > 0 {
			query, args := jobs(done).Delete(tx.words)
			if _, err := tx.Exec(ctx, query, args...); err != nil {
				return err
			}
		}
		if len(left) == 0 {
			return nil
		}
		free := int64(0)
		if after > 0 {
			free = j.db.In(after)
		}
		query, args := leasedUntil(jobs(left), until).Update(tx.words, `"leased_until" = ?`, free)
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
}
