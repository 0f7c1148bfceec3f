package outbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/authgen/authgen/dialect"
)

// A jobLine hands jobs that are due to the engine, the longest due first. Every
// relay does, each with jobs of its own.
type jobLine struct {
	relay *Relay
	batch int  // how many to hand over next
	busy  bool // the last batch was a full one
}

// A runner is an engine of this package, which runs what it takes at once, and
// settles itself what becomes of a job.
type runner interface {
	free() int // how many more jobs it can begin
}

// step hands over one batch.
func (l *jobLine) step(ctx context.Context) (time.Duration, error) {
	r, s := l.relay, l.relay.store
	limit := l.batch
	runs, running := r.config.Engine.(runner)
	if running {
		// A job that waited for its turn would lose the time of its lease.
		if limit = min(limit, runs.free()); limit == 0 {
			return r.idle(), nil
		}
	}
	if !l.busy {
		there, err := s.jobsDue(ctx)
		if err != nil || !there {
			return r.idle(), err
		}
	}
	l.busy = false
	due, err := s.claimJobs(ctx, limit, r.config.Lease)
	if err != nil || len(due) == 0 {
		return r.idle(), err
	}
	h := handing{sink: r.config.Engine, name: EngineName, due: due, lease: r.config.Lease}
	if !running {
		h.removal = s.jobRemoval(due)
	}
	taken, removed, err := s.handOver(ctx, h)
	gone := taken
	if removed || running {
		gone = nil
	}
	failure := err
	if ctx.Err() != nil { // the relay is stopped, which is no fault of the jobs'
		failure = nil
	}
	if settleErr := s.settleJobs(ctx, gone, without(due, idsOf(taken)), failure); settleErr != nil {
		return 0, errors.Join(err, settleErr)
	}
	return l.after(ctx, len(due) == limit, len(taken), err)
}

// after returns when to go on, having handed over a batch. Jobs that were left
// out of it have been put off, and hold up no others.
func (l *jobLine) after(ctx context.Context, full bool, taken int, err error) (time.Duration, error) {
	r := l.relay
	switch {
	case err != nil && taken == 0:
		l.batch = halved(l.batch, r.config.Batch)
		return 0, err
	case err != nil:
		r.store.log().LogAttrs(ctx, slog.LevelWarn, "outbox: the engine did not take every job; the others are tried again", slog.Any("error", err))
	}
	l.batch = doubled(l.batch, r.config.Batch)
	if l.busy = full && taken > 0; l.busy {
		return 0, nil
	}
	return r.idle(), nil
}

// jobsDue reports whether there are jobs to claim, without getting into any
// writer's way.
func (s *Outbox) jobsDue(ctx context.Context) (there bool, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) (err error) {
		var one int
		now := s.now()
		there, err = tx.row(ctx, `SELECT 1 FROM "authgen_job" WHERE "due_at" <= ? AND "leased_until" <= ? ORDER BY "due_at" LIMIT 1`, []any{now, now}, &one)
		return err
	})
	return there, err
}

// claimJobs leases jobs that are due.
func (s *Outbox) claimJobs(ctx context.Context, limit int, lease time.Duration) (due []Entry, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *statements) error {
		now, until := s.now(), s.leaseEnd(lease)
		due = make([]Entry, 0, limit)
		err := tx.query(ctx, func(row dialect.Row) error {
			entry := Entry{Kind: KindJob, Until: timeOf(until)}
			var dueAt int64
			if err := row.Scan(&entry.ID, &entry.Type, (*[]byte)(&entry.Body), &dueAt); err != nil {
				return err
			}
			entry.Due = timeOf(dueAt)
			due = append(due, entry)
			return nil
		}, `SELECT "id", "kind", "args", "due_at" FROM "authgen_job" WHERE "due_at" <= ? AND "leased_until" <= ? ORDER BY "due_at" LIMIT ?`+tx.skipLocked(), now, now, limit)
		if err != nil || len(due) == 0 {
			return err
		}
		// A unique job no longer waits: what is scheduled from here on may be about
		// more than this one will see, so it is a job of its own.
		query, args := jobsOf(due).update(tx.kind, `"leased_until" = ?, "unique_key" = NULL`, until)
		_, err = tx.exec(ctx, query, args...)
		return err
	})
	return due, err
}

// jobRemoval is how an engine that shares the database removes what it takes.
// The lease is part of the condition: once it has ended, the jobs are another's.
func (s *Outbox) jobRemoval(due []Entry) *Ack {
	query, args := jobsOf(due).leasedUntil(due[0].Until).remove(s.db.Kind())
	return s.removal(len(due), query, args...)
}

// jobsOf are the rows of jobs.
func jobsOf(jobs []Entry) byKey[string] {
	return byKey[string]{table: "authgen_job", column: "id", keys: idsOf(jobs)}
}

func (b byKey[T]) leasedUntil(until time.Time) byKey[T] {
	b.and, b.args = `"leased_until" = ?`, []any{until.UnixMilli()}
	return b
}

// settleJobs removes jobs that were taken, and gives back the others. A job that
// was refused alone is put off, so that it does not hold up those behind it.
func (s *Outbox) settleJobs(ctx context.Context, taken, left []Entry, failure error) error {
	if len(taken)+len(left) == 0 {
		return nil
	}
	ctx, cancel := settled(ctx)
	defer cancel()
	return s.write(ctx, func(ctx context.Context, tx *statements) error {
		if len(taken) > 0 {
			query, args := jobsOf(taken).remove(tx.kind)
			if _, err := tx.exec(ctx, query, args...); err != nil {
				return err
			}
		}
		if len(left) == 0 {
			return nil
		}
		until, now := int64(0), s.now()
		if failure != nil && (len(left) == 1 || len(taken) > 0) {
			until = now + putOff(now-left[0].Due.UnixMilli())
		}
		query, args := jobsOf(left).leasedUntil(left[0].Until).update(tx.kind, `"leased_until" = ?`, until)
		_, err := tx.exec(ctx, query, args...)
		return err
	})
}

// putOff returns for how long a job is put off that has failed, in
// milliseconds: as long again as it has been due. That doubles from time to
// time, without a count to be stored.
func putOff(overdue int64) int64 {
	return min(max(overdue, time.Second.Milliseconds()), time.Hour.Milliseconds())
}
