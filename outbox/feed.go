package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/authgen/authgen/dialect"
)

// A feed hands the queue of an event sink to it, in order. One relay at a time
// does, whose lease is on the sink's row of authgen_endpoint.
type feed struct {
	relay *Relay
	name  string
	sink  Sink
	batch int   // how many to hand over next
	lease int64 // when it ends, in Unix milliseconds; 0: it is not ours
}

// step hands over one batch. The lease is kept from batch to batch while there
// is a backlog, and given back with the last.
func (f *feed) step(ctx context.Context) (time.Duration, error) {
	r, s := f.relay, f.relay.store
	held, err := s.leaseQueue(ctx, f.name, f.lease, r.config.Lease)
	if f.lease = held; err != nil || held == 0 {
		return r.idle(), err
	}
	head, err := s.queueHead(ctx, f.name, f.batch, held)
	if err != nil || len(head) == 0 {
		return r.idle(), errors.Join(err, f.settle(ctx, fed{}))
	}
	taken, removed, err := s.handOver(ctx, handing{sink: f.sink, name: f.name, due: head, removal: s.queueRemoval(f.name, head), lease: r.config.Lease})
	done := fed{any: true, failure: err, more: err == nil && len(taken) == f.batch}
	if ctx.Err() != nil { // the relay is stopped, which is no fault of the sink's
		done = fed{}
	}
	if !removed {
		done.taken = taken
	}
	if err != nil {
		done.left = without(head, idsOf(taken))
	}
	if err != nil && len(taken) > 0 {
		err = &partlyError{cause: err}
	}
	if len(taken) > 0 {
		f.batch = doubled(f.batch, r.config.Batch)
	} else {
		f.batch = halved(f.batch, r.config.Batch)
	}
	if err = errors.Join(err, f.settle(ctx, done)); err != nil {
		return 0, err
	}
	if done.more {
		return 0, nil
	}
	return r.idle(), nil
}

// end gives the lease back, if the relay is stopped in a backlog.
func (f *feed) end(ctx context.Context) error {
	if f.lease == 0 {
		return nil
	}
	return f.settle(ctx, fed{})
}

// fed is how a hand-over to an event sink went.
type fed struct {
	any     bool // there was one
	taken   []Entry
	left    []Entry
	more    bool // keep the lease, there is a backlog
	failure error
}

// settle removes what was taken, notes how it went, and keeps or gives back the
// lease.
func (f *feed) settle(ctx context.Context, done fed) error {
	ctx, cancel := settled(ctx)
	defer cancel()
	s := f.relay.store
	held, next := f.lease, int64(0)
	f.lease = 0
	err := s.write(ctx, func(ctx context.Context, tx *statements) error {
		if next = 0; done.more {
			next = s.leaseEnd(f.relay.config.Lease)
		}
		n, err := tx.noteQueue(ctx, f.name, held, next, done, s.now())
		if n == 0 { // the lease has ended, and another relay has the queue
			next = 0
		}
		if err == nil && len(done.taken) > 0 {
			_, err = tx.exec(ctx, `DELETE FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ?`, f.name, idsOf(done.taken))
		}
		return err
	})
	if err == nil {
		f.lease = next
	}
	return err
}

// noteQueue moves the end of the lease, and stores when the sink took entries
// last, or why it did not take the first that it left.
func (s *statements) noteQueue(ctx context.Context, name string, held, next int64, done fed, now int64) (int64, error) {
	const where = ` WHERE "name" = ? AND "next_slot_at" = ?`
	switch {
	case done.failure != nil:
		if len(done.left) > 0 {
			_, err := s.exec(ctx, `UPDATE "authgen_delivery" SET "attempts" = "attempts" + 1, "error" = ? WHERE "endpoint" = ? AND "event_id" = ?`, shown(done.failure.Error()), name, done.left[0].ID)
			if err != nil {
				return 0, err
			}
		}
		return s.exec(ctx, `UPDATE "authgen_endpoint" SET "next_slot_at" = ?, "failed_at" = ?`+where, next, now, name, held)
	case done.any:
		return s.exec(ctx, `UPDATE "authgen_endpoint" SET "next_slot_at" = ?, "succeeded_at" = ?`+where, next, now, name, held)
	}
	return s.exec(ctx, `UPDATE "authgen_endpoint" SET "next_slot_at" = ?`+where, next, name, held)
}

// leaseEnd returns when a lease that begins now ends.
func (s *Outbox) leaseEnd(lease time.Duration) int64 { return s.now() + lease.Milliseconds() }

// leaseQueue returns when the lease on a queue ends that has something in it: as
// it is held already, or a new one. 0 is none.
func (s *Outbox) leaseQueue(ctx context.Context, name string, held int64, lease time.Duration) (int64, error) {
	if held > s.now() {
		return held, nil
	}
	there := false
	err := s.read(ctx, func(ctx context.Context, tx *statements) (err error) {
		var one int
		there, err = tx.row(ctx, `SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' ORDER BY "due_at" LIMIT 1`, []any{name}, &one)
		return err
	})
	if err != nil || !there {
		return 0, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *statements) error {
		held = s.leaseEnd(lease)
		n, err := tx.exec(ctx, `UPDATE "authgen_endpoint" SET "next_slot_at" = ? WHERE "name" = ? AND "next_slot_at" <= ? AND "disabled_at" IS NULL`, held, name, s.now())
		if n == 0 { // another relay has it
			held = 0
		}
		return err
	})
	return held, err
}

// queueHead reads the first entries of a queue that is leased.
func (s *Outbox) queueHead(ctx context.Context, name string, limit int, lease int64) (head []Entry, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) error {
		head = make([]Entry, 0, limit)
		return tx.query(ctx, func(row dialect.Row) error {
			var e eventRow
			if err := row.Scan(e.fields()...); err != nil {
				return err
			}
			entry := e.entry()
			entry.Until = timeOf(lease)
			head = append(head, entry)
			return nil
		}, `SELECT `+deliveryColumns+` FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' ORDER BY "due_at" LIMIT ?`, name, limit)
	})
	return head, err
}

// queueRemoval is how a sink that shares the database removes what it takes.
func (s *Outbox) queueRemoval(name string, head []Entry) *Ack {
	return s.removal(len(head), `DELETE FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ?`, name, idsOf(head))
}
