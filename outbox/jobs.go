package outbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/authgen/authgen/outbox/internal/queue"
)

// A jobTask hands jobs that are due to the engine, the longest due first. Every relay
// does so, each with jobs of its own.
type jobTask struct {
	relay *Relay
	batch int  // how many to hand over next
	busy  bool // the last batch was a full one
}

// A runner is an engine of this package, which runs at once what it takes, and stores
// itself what becomes of a job.
type runner interface {
	free() int // how many more jobs it can begin
}

// step hands over one batch.
func (t *jobTask) step(ctx context.Context) (time.Duration, error) {
	r, jobs := t.relay, t.relay.outbox.queue.Jobs()
	limit := t.batch
	runs, running := r.config.Engine.(runner)
	if running {
		// A job that waited for its turn would lose the time of its lease.
		if limit = min(limit, runs.free()); limit == 0 {
			return r.idle(), nil
		}
	}
	if !t.busy {
		there, err := jobs.Due(ctx)
		if err != nil || !there {
			return r.idle(), err
		}
	}
	t.busy = false
	leased, err := jobs.Lease(ctx, limit, r.config.Lease)
	if err != nil || len(leased) == 0 {
		return r.idle(), err
	}
	due := jobEntries(leased)
	h := handOver{sink: r.config.Engine, name: EngineName, due: due, lease: r.config.Lease}
	if !running {
		text, args := jobs.Removal(idsOf(due), leased[0].Until)
		h.ack = &Ack{SQL: text, Args: args, Rows: int64(len(due))}
	}
	taken, removed, err := r.outbox.handOver(ctx, h)
	gone := taken
	if removed || running {
		gone = nil
	}
	failure := err
	if ctx.Err() != nil { // the relay is stopped, for which the jobs cannot be blamed
		failure = nil
	}
	if storeErr := r.outbox.settleJobs(ctx, gone, without(due, idsOf(taken)), failure); storeErr != nil {
		return 0, errors.Join(err, storeErr)
	}
	return t.after(ctx, len(due) == limit, len(taken), err)
}

// jobEntries returns the entries of jobs that are leased.
func jobEntries(leased []queue.Job) []Entry {
	due := make([]Entry, len(leased))
	for i, j := range leased {
		due[i] = Entry{ID: j.ID, Kind: KindJob, Type: j.Type, Body: j.Args, Due: queue.Time(j.Due), Until: queue.Time(j.Until)}
	}
	return due
}

// after returns when to go on, having handed over a batch. Jobs that were left out of
// it have been put off, and hold up no others.
func (t *jobTask) after(ctx context.Context, full bool, taken int, err error) (time.Duration, error) {
	r := t.relay
	switch {
	case err != nil && taken == 0:
		t.batch = halved(t.batch, r.config.Batch)
		return 0, err
	case err != nil:
		r.outbox.log().LogAttrs(ctx, slog.LevelWarn, "outbox: the engine did not take every job; the others are tried again", slog.Any("error", err))
	}
	t.batch = doubled(t.batch, r.config.Batch)
	if t.busy = full && taken > 0; t.busy {
		return 0, nil
	}
	return r.idle(), nil
}

// settleJobs removes jobs that were taken, and gives back the others. A job that was
// refused alone is put off, so that it does not hold up those behind it.
func (o *Outbox) settleJobs(ctx context.Context, taken, left []Entry, failure error) error {
	until, after := int64(0), time.Duration(0)
	if len(left) > 0 {
		until = left[0].Until.UnixMilli()
		if failure != nil && (len(left) == 1 || len(taken) > 0) {
			after = putOff(o.db.Now().Sub(left[0].Due))
		}
	}
	return o.queue.Jobs().Settle(ctx, idsOf(taken), idsOf(left), until, after)
}

// putOff returns for how long a job is put off that has failed: as long again as it has
// been due. That doubles from time to time, without a count that has to be stored.
func putOff(overdue time.Duration) time.Duration {
	return min(max(overdue, time.Second), time.Hour)
}
