package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/authgen/authgen/outbox/internal/queue"
)

// A feed hands the queue of an event sink to it, in order. One relay at a time does,
// which has the lease on the queue.
type feed struct {
	relay *Relay
	name  string
	sink  Sink
	queue queue.Sink
	batch int   // how many to hand over next
	lease int64 // when it ends, in Unix milliseconds; 0: this relay does not have it
}

// step hands over one batch. The lease is kept from batch to batch while there is a
// backlog, and given back with the last.
func (f *feed) step(ctx context.Context) (time.Duration, error) {
	r := f.relay
	held, err := f.queue.Lease(ctx, f.lease, r.config.Lease)
	if f.lease = held; err != nil || held == 0 {
		return r.idle(), err
	}
	first, err := f.queue.First(ctx, f.batch)
	if err != nil || len(first) == 0 {
		return r.idle(), errors.Join(err, f.settle(ctx, 0, queue.Taken{}))
	}
	due := eventEntries(first, held)
	text, args := f.queue.Removal(idsOf(due))
	taken, removed, err := r.outbox.handOver(ctx, handOver{sink: f.sink, name: f.name, due: due, ack: &Ack{SQL: text, Args: args, Rows: int64(len(due))}, lease: r.config.Lease})
	done, keep := queue.Taken{Any: true, Err: err}, time.Duration(0)
	if err == nil && len(taken) == f.batch {
		keep = r.config.Lease
	}
	if err != nil {
		if left := without(due, idsOf(taken)); len(left) > 0 {
			done.Failed = left[0].ID
		}
	}
	if ctx.Err() != nil { // the relay is stopped, for which the sink cannot be blamed
		done, keep = queue.Taken{}, 0
	}
	if !removed {
		done.IDs = idsOf(taken)
	}
	if err != nil && len(taken) > 0 {
		err = &progressError{cause: err}
	}
	if len(taken) > 0 {
		f.batch = doubled(f.batch, r.config.Batch)
	} else {
		f.batch = halved(f.batch, r.config.Batch)
	}
	if err = errors.Join(err, f.settle(ctx, keep, done)); err != nil {
		return 0, err
	}
	if keep > 0 {
		return 0, nil
	}
	return r.idle(), nil
}

// eventEntries returns the entries of events in the queue of a sink.
func eventEntries(events []queue.Event, until int64) []Entry {
	due := make([]Entry, len(events))
	for i := range events {
		e := &events[i]
		due[i] = Entry{
			ID: e.ID, Kind: KindEvent, Type: e.Type, Table: e.Document.Table, DocumentID: e.Document.ID,
			Sequence: e.Sequence, Body: e.JSON(), Due: queue.Time(e.OccurredAt), Until: queue.Time(until),
		}
	}
	return due
}

// end gives the lease back, if the relay is stopped in a backlog.
func (f *feed) end(ctx context.Context) error {
	if f.lease == 0 {
		return nil
	}
	return f.settle(ctx, 0, queue.Taken{})
}

// settle stores how a hand-over went, and keeps the lease for a while, or gives it back.
func (f *feed) settle(ctx context.Context, keep time.Duration, done queue.Taken) error {
	held := f.lease
	f.lease = 0
	next, err := f.queue.Settle(ctx, held, keep, done)
	if err == nil {
		f.lease = next
	}
	return err
}
