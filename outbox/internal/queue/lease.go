package queue

import (
	"context"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// leaseBatch is about how many deliveries one transaction looks at before it lets
// others write.
const leaseBatch = 128

// Terms are how deliveries are leased.
type Terms struct {
	Lease time.Duration
	Limit int // how many of an endpoint
	// Begin counts the attempts as begun, and leases the deliveries for the endpoint's
	// Lease: the engine makes the attempts at once.
	Begin bool
}

// A Batch is what was leased of an endpoint.
type Batch struct {
	Endpoint string
	Due      []Delivery
	More     bool // there may be more that can be leased without waiting for the end of an attempt
	looked   int  // at how many it has looked
}

// Lease leases the deliveries that are due, up to the concurrency and the rate of each
// endpoint that is not disabled. It leases of the first endpoints, and of as many as it
// can before it lets others write: each batch is that of the endpoint in its place.
func (d Deliveries) Lease(ctx context.Context, ready []Ready, terms Terms) (batches []Batch, err error) {
	err = d.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		batches = batches[:0]
		for looked := 0; len(batches) < len(ready) && looked < leaseBatch; {
			b, err := d.lease(ctx, tx, ready[len(batches)], terms)
			if err != nil {
				return err
			}
			batches = append(batches, b)
			looked += b.looked
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return batches, nil
}

// lease leases of one endpoint. A transaction that has locked an endpoint's row waits
// only for rows of endpoints whose names are greater.
func (d Deliveries) lease(ctx context.Context, tx *Tx, r Ready, terms Terms) (Batch, error) {
	b := Batch{Endpoint: r.Name}
	next, ok, err := lockEndpoint(ctx, tx, r.Name)
	if err != nil || !ok {
		return b, err
	}
	now := d.db.Now() // not before: it may have waited for a lease that began later
	room, err := r.room(ctx, tx, now)
	if err != nil || room <= 0 {
		return b, err
	}
	p := r.pace(next, now)
	l := leasing{Endpoint: r.Endpoint, now: now, until: d.db.In(terms.Lease), limit: min(terms.Limit, room, p.free), begin: terms.Begin}
	if l.limit == 0 {
		return b, nil
	}
	if l.begin {
		l.until = d.db.In(r.Endpoint.Lease)
	}
	if r.releasable {
		if b.looked, err = r.release(ctx, tx, now); err != nil {
			return b, err
		}
		b.More = b.looked == leaseBatch
	}
	err = l.lease(ctx, tx, &b)
	b.More = b.More || len(b.Due) > 0 && (len(b.Due) == terms.Limit || r.Rate > 0)
	if err != nil || len(b.Due) == 0 || r.Rate <= 0 {
		return b, err
	}
	_, err = tx.Exec(ctx, `UPDATE "authgen_endpoint" SET "next_slot_at" = ? WHERE "name" = ?`, p.after(len(b.Due)), r.Name)
	return b, err
}

// lockEndpoint makes this the only lease on an endpoint, and returns when its next
// attempt may begin. It is not ok for an endpoint that is disabled, or that no event
// went to yet.
func lockEndpoint(ctx context.Context, tx *Tx, name string) (next int64, ok bool, err error) {
	var disabled *int64
	ok, err = tx.Row(ctx, `SELECT "disabled_at", "next_slot_at" FROM "authgen_endpoint" WHERE "name" = ?`+tx.words.ForUpdate, []any{name}, &disabled, &next)
	return next, ok && disabled == nil, err
}

// room returns how many more attempts an endpoint may have at once, after it has taken
// back those whose lease has ended.
func (e Endpoint) room(ctx context.Context, tx *Tx, now int64) (int, error) {
	var leased int64
	var first *int64
	_, err := tx.Row(ctx, `SELECT COUNT(*), MIN("leased_until") FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'leased'`, []any{e.Name}, &leased, &first)
	if err == nil && first != nil && *first <= now {
		var ended int64
		ended, err = tx.Exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'pending', "leased_until" = 0 WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" <= ?`, e.Name, now)
		leased -= ended
	}
	return e.Concurrency - int(leased), err
}

// A leasing leases deliveries of an endpoint whose row is locked.
type leasing struct {
	Endpoint
	now   int64
	until int64 // when the lease ends
	limit int
	begin bool
}

// lease leases deliveries that are due.
func (l leasing) lease(ctx context.Context, tx *Tx, b *Batch) error {
	if l.Ordered {
		return l.leaseFirst(ctx, tx, b)
	}
	due, err := l.lockDue(ctx, tx)
	if err != nil {
		return err
	}
	b.Due = due
	b.looked += len(due)
	return l.mark(ctx, tx, due)
}

// lockDue locks deliveries that are due.
func (l leasing) lockDue(ctx context.Context, tx *Tx) (due []Delivery, err error) {
	err = tx.Query(ctx, func(row dialect.Row) error {
		d, err := scanSummary(row, l.Name)
		due = append(due, d)
		return err
	}, `SELECT `+summaryColumns+` FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "position" <= ? ORDER BY "position" LIMIT ?`+tx.words.SkipLocked, l.Name, l.now, l.limit)
	return due, err
}

// mark marks locked deliveries as leased.
func (l leasing) mark(ctx context.Context, tx *Tx, due []Delivery) error {
	if len(due) == 0 {
		return nil
	}
	for i := range due {
		due[i].Until = l.until
	}
	ids := eventIDs(due)
	if !l.begin {
		_, err := tx.Exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'leased', "leased_until" = ? WHERE "endpoint" = ? AND "event_id" ?`, l.until, l.Name, ids)
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'leased', "leased_until" = ?, "attempts" = "attempts" + 1 WHERE "endpoint" = ? AND "event_id" ?`, l.until, l.Name, ids); err != nil {
		return err
	}
	return l.readEvents(ctx, tx, due, ids)
}

// readEvents reads the whole events of leased deliveries, whose attempts have begun.
func (l leasing) readEvents(ctx context.Context, tx *Tx, due []Delivery, ids sqltext.List[string]) error {
	place := make(map[string]int, len(due))
	for i, id := range ids {
		place[id] = i
	}
	return tx.Query(ctx, func(row dialect.Row) error {
		var e Event
		var attempts int
		if err := row.Scan(append(e.Fields(), &attempts)...); err != nil {
			return err
		}
		d := &due[place[e.ID]]
		d.Event, d.Attempt, d.Begun = e, attempts, true
		return nil
	}, `SELECT `+DeliveryColumns+`, "attempts" FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ?`, l.Name, ids)
}

// Return gives back leased deliveries that the engine did not take, as if no attempt
// had begun. They are of one batch.
func (d Deliveries) Return(ctx context.Context, left []Delivery) error {
	begun := 0
	if left[0].Begun {
		begun = 1
	}
	return d.db.WriteThrough(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'pending', "leased_until" = 0, "attempts" = "attempts" - ? WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" = ? AND "event_id" ?`,
			begun, left[0].Endpoint, left[0].Until, eventIDs(left))
		return err
	})
}
