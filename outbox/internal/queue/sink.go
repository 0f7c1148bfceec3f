package queue

import (
	"context"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// A Sink is the queue of an event sink. One relay at a time takes from it, whose lease
// is on the sink's row of authgen_endpoint.
type Sink struct {
	db   *DB
	name string
}

// Sink returns the queue of an event sink.
func (d *DB) Sink(name string) Sink { return Sink{d, name} }

// Lease returns when the lease on the queue ends if there is something in it: the lease
// that is held already, or a new one. 0 is no lease.
func (s Sink) Lease(ctx context.Context, held int64, lease time.Duration) (int64, error) {
	if held > s.db.Now() {
		return held, nil
	}
	there := false
	err := s.db.Read(ctx, func(ctx context.Context, tx *Tx) (err error) {
		var one int
		there, err = tx.Row(ctx, `SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' ORDER BY "position" LIMIT 1`, []any{s.name}, &one)
		return err
	})
	if err != nil || !there {
		return 0, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		held = s.db.In(lease)
		n, err := tx.Exec(ctx, `UPDATE "authgen_endpoint" SET "leased_until" = ? WHERE "name" = ? AND "leased_until" <= ? AND "disabled_at" IS NULL`, held, s.name, s.db.Now())
		if n == 0 { // another relay has it
			held = 0
		}
		return err
	})
	return held, err
}

// First reads the first events of the queue.
func (s Sink) First(ctx context.Context, limit int) (first []Event, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		first = make([]Event, 0, limit)
		return tx.Query(ctx, func(row dialect.Row) error {
			var e Event
			err := row.Scan(e.Fields()...)
			first = append(first, e)
			return err
		}, `SELECT `+DeliveryColumns+` FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' ORDER BY "position" LIMIT ?`, s.name, limit)
	})
	return first, err
}

const removeTaken = `DELETE FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ?`

// Removal returns the statement by which a sink that shares the database removes the
// events it takes.
func (s Sink) Removal(ids []string) (text string, args []any) {
	return sqltext.Render(s.db.db.Kind().Words(), removeTaken, []any{s.name, sqltext.List[string](ids)})
}

// Taken is how a hand-over to an event sink went.
type Taken struct {
	Any    bool     // there was one
	IDs    []string // of the events that were taken, and are still in the queue
	Failed string   // the event that failed first
	Err    error    // why
}

// Settle removes the events that were taken, stores how the hand-over went, and moves
// the end of the lease, from held to lease from now; 0 gives it back. It returns the
// new end, 0 if there is no lease.
func (s Sink) Settle(ctx context.Context, held int64, lease time.Duration, taken Taken) (next int64, err error) {
	err = s.db.WriteThrough(ctx, func(ctx context.Context, tx *Tx) error {
		if next = 0; lease > 0 {
			next = s.db.In(lease)
		}
		n, err := s.moveLease(ctx, tx, held, next, taken)
		if n == 0 { // the lease has ended, and another relay has the queue
			next = 0
		}
		if err == nil && len(taken.IDs) > 0 {
			_, err = tx.Exec(ctx, removeTaken, s.name, sqltext.List[string](taken.IDs))
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return next, nil
}

// moveLease moves the end of the lease, and stores when the sink took events last, or
// why it did not take the first that it left.
func (s Sink) moveLease(ctx context.Context, tx *Tx, held, next int64, taken Taken) (int64, error) {
	const where = ` WHERE "name" = ? AND "leased_until" = ?`
	now := s.db.Now()
	switch {
	case taken.Err != nil:
		if taken.Failed != "" {
			_, err := tx.Exec(ctx, `UPDATE "authgen_delivery" SET "attempts" = "attempts" + 1, "error" = ? WHERE "endpoint" = ? AND "event_id" = ?`, Text(taken.Err.Error()), s.name, taken.Failed)
			if err != nil {
				return 0, err
			}
		}
		return tx.Exec(ctx, `UPDATE "authgen_endpoint" SET "leased_until" = ?, "failed_at" = ?`+where, next, now, s.name, held)
	case taken.Any:
		return tx.Exec(ctx, `UPDATE "authgen_endpoint" SET "leased_until" = ?, "succeeded_at" = ?`+where, next, now, s.name, held)
	}
	return tx.Exec(ctx, `UPDATE "authgen_endpoint" SET "leased_until" = ?`+where, next, s.name, held)
}
