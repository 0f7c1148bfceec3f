package outbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/authgen/authgen/dialect"
)

// claiming is how deliveries are claimed.
type claiming struct {
	lease time.Duration
	limit int // how many of an endpoint
	// begin counts the attempts as begun, and leases what is claimed for as long
	// as they may last: the engine makes them at once.
	begin bool
}

// A claim is what was claimed of an endpoint.
type claim struct {
	endpoint string
	due      []Entry
	looked   int  // at how many it has looked
	more     bool // there may be more that needs not wait for the end of an attempt
}

// claimDeliveries leases what may be attempted now: what is due, while the
// endpoint is not disabled, up to its concurrency and its rate. It claims of the
// first endpoints, and of as many as it can before it lets others write: each
// claim that it returns is that of the endpoint in its place.
func (s *Outbox) claimDeliveries(ctx context.Context, ready []readyQueue, how claiming) (claims []claim, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *statements) error {
		claims = claims[:0]
		for looked := 0; len(claims) < len(ready) && looked < holdBatch; {
			c, err := s.claim(ctx, tx, ready[len(claims)], how)
			if err != nil {
				return err
			}
			claims = append(claims, c)
			looked += c.looked
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return claims, nil
}

// claim claims of one endpoint. Whoever holds the endpoint's row and waits for
// another's waits for one whose name is greater.
func (s *Outbox) claim(ctx context.Context, tx *statements, q readyQueue, how claiming) (claim, error) {
	c := claim{endpoint: q.Endpoint}
	next, ok, err := tx.lockEndpoint(ctx, q.Endpoint)
	if err != nil || !ok {
		return c, err
	}
	now := s.now() // not before: it may have waited for a claim that began later
	room, err := tx.room(ctx, q.Limits, now)
	if err != nil || room <= 0 {
		return c, err
	}
	p := q.pace(next, now)
	l := leasing{Limits: q.Limits, now: now, until: s.leaseEnd(how.lease), limit: min(how.limit, room, p.free), begin: how.begin}
	if l.limit == 0 {
		return c, nil
	}
	if l.begin {
		l.until = s.leaseEnd(q.timeout() + s.grace)
	}
	if q.loose {
		if c.looked, err = tx.release(ctx, q.Limits, now); err != nil {
			return c, err
		}
		c.more = c.looked == holdBatch
	}
	err = tx.lease(ctx, l, &c)
	c.more = c.more || len(c.due) > 0 && (len(c.due) == how.limit || q.Rate > 0)
	if err != nil || len(c.due) == 0 || q.Rate <= 0 {
		return c, err
	}
	_, err = tx.exec(ctx, `UPDATE "authgen_endpoint" SET "next_slot_at" = ? WHERE "name" = ?`, p.after(len(c.due)), q.Endpoint)
	return c, err
}

// leasing is how deliveries of an endpoint are leased, whose row is locked.
type leasing struct {
	Limits
	now   int64
	until int64 // when the lease ends
	limit int
	begin bool
}

// lease leases deliveries that are due.
func (s *statements) lease(ctx context.Context, l leasing, c *claim) error {
	if l.Ordered {
		return s.leaseFirst(ctx, l, c)
	}
	due, err := s.claimable(ctx, l.Endpoint, l.now, l.limit)
	if err != nil {
		return err
	}
	c.due = due
	c.looked += len(due)
	return s.leaseAll(ctx, l, due)
}

// leaseAll leases deliveries that are locked.
func (s *statements) leaseAll(ctx context.Context, l leasing, due []Entry) error {
	if len(due) == 0 {
		return nil
	}
	for i := range due {
		due[i].Until = timeOf(l.until)
	}
	events := eventsOf(due)
	if !l.begin {
		_, err := s.exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'leased', "leased_until" = ? WHERE "endpoint" = ? AND "event_id" ?`, l.until, l.Endpoint, events)
		return err
	}
	if _, err := s.exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'leased', "leased_until" = ?, "attempts" = "attempts" + 1 WHERE "endpoint" = ? AND "event_id" ?`, l.until, l.Endpoint, events); err != nil {
		return err
	}
	return s.beginAll(ctx, l.Endpoint, due, events)
}

// beginAll reads what the attempts of leased deliveries are to deliver.
func (s *statements) beginAll(ctx context.Context, endpoint string, due []Entry, events list[string]) error {
	place := make(map[string]int, len(due))
	for i, id := range events {
		place[id] = i
	}
	return s.query(ctx, func(row dialect.Row) error {
		var e eventRow
		var attempts int
		if err := row.Scan(append(e.fields(), &attempts)...); err != nil {
			return err
		}
		d := e.delivery(attempt{Endpoint: endpoint, Event: e.id, Attempt: attempts})
		due[place[e.id]].begun = &d
		return nil
	}, `SELECT `+deliveryColumns+`, "attempts" FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ?`, endpoint, events)
}

// lockEndpoint makes this the only claim on an endpoint, and returns when its
// next attempt may begin. Of one that is disabled, or that no event went to
// yet, there is nothing to claim.
func (s *statements) lockEndpoint(ctx context.Context, name string) (next int64, ok bool, err error) {
	var disabled *int64
	ok, err = s.row(ctx, `SELECT "disabled_at", "next_slot_at" FROM "authgen_endpoint" WHERE "name" = ?`+s.forUpdate(), []any{name}, &disabled, &next)
	return next, ok && disabled == nil, err
}

// room returns how many more attempts an endpoint may have at once, after it has
// taken back those whose lease has ended.
func (s *statements) room(ctx context.Context, l Limits, now int64) (int, error) {
	var leased int64
	var first *int64
	_, err := s.row(ctx, `SELECT COUNT(*), MIN("leased_until") FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'leased'`, []any{l.Endpoint}, &leased, &first)
	if err == nil && first != nil && *first <= now {
		var ended int64
		ended, err = s.exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'pending', "leased_until" = 0 WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" <= ?`, l.Endpoint, now)
		leased -= ended
	}
	return l.concurrency() - int(leased), err
}

// dueColumns are what scanDue scans.
const dueColumns = `"event_id", "type", "doc_table", "document", "sequence", "attempts", "due_at"`

// scanDue scans a delivery that is due, and more columns.
func scanDue(row dialect.Row, endpoint string, more ...any) (m met, err error) {
	a := attempt{Endpoint: endpoint}
	m.entry = Entry{Kind: KindDelivery, Endpoint: endpoint}
	var dueAt int64
	if err := row.Scan(append([]any{&a.Event, &m.entry.Type, &m.entry.Table, &m.entry.DocumentID, &m.entry.Sequence, &a.Attempt, &dueAt}, more...)...); err != nil {
		return met{}, err
	}
	a.Attempt++ // those that have begun are counted
	m.event = a.Event
	m.entry.ID = a.id(dueAt)
	m.entry.Body, _ = json.Marshal(a) // strings and a number can always be
	m.entry.Due = timeOf(dueAt)
	return m, nil
}

// claimable locks deliveries that are due.
func (s *statements) claimable(ctx context.Context, endpoint string, now int64, limit int) (due []Entry, err error) {
	err = s.query(ctx, func(row dialect.Row) error {
		m, err := scanDue(row, endpoint)
		due = append(due, m.entry)
		return err
	}, `SELECT `+dueColumns+` FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" <= ? ORDER BY "due_at" LIMIT ?`+s.skipLocked(), endpoint, now, limit)
	return due, err
}

// unclaim gives back deliveries that the engine did not take, as if no attempt
// had begun.
func (s *Outbox) unclaim(ctx context.Context, endpoint string, left []Entry) error {
	ctx, cancel := settled(ctx)
	defer cancel()
	begun := 0
	if left[0].begun != nil {
		begun = 1
	}
	return s.write(ctx, func(ctx context.Context, tx *statements) error {
		_, err := tx.exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'pending', "leased_until" = 0, "attempts" = "attempts" - ? WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" = ? AND "event_id" ?`,
			begun, endpoint, left[0].Until.UnixMilli(), eventsOf(left))
		return err
	})
}
