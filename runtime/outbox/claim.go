package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// A readyQueue is an endpoint that has a delivery to claim.
type readyQueue struct {
	Limits
	loose bool // it has some that have been held for long enough
}

// ready returns the endpoints that have a delivery to claim, without getting
// into any writer's way. Such an endpoint may have no room for it.
func (s *Store) ready(ctx context.Context, limits []Limits) (ready []readyQueue, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) error {
		ready = ready[:0]
		now := s.now()
		for _, l := range limits {
			q := readyQueue{Limits: l}
			var due, enabled bool
			_, err := tx.row(ctx, `SELECT (SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" <= ? ORDER BY "due_at" LIMIT 1) IS NOT NULL
OR (SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" <= ? ORDER BY "due_at" LIMIT 1) IS NOT NULL,
(SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" >= ? AND "due_at" <= ? ORDER BY "due_at" LIMIT 1) IS NOT NULL,
NOT EXISTS (SELECT 1 FROM "authgen_endpoint" WHERE "name" = ? AND "disabled_at" IS NOT NULL)`,
				[]any{l.Endpoint, now, l.Endpoint, now, l.Endpoint, held, l.loosened(now), l.Endpoint}, &due, &q.loose, &enabled)
			if err != nil {
				return err
			}
			if enabled && (due || q.loose) {
				ready = append(ready, q)
			}
		}
		return nil
	})
	return ready, err
}

// A claim is what was claimed of an endpoint.
type claim struct {
	due  []Entry
	slot time.Duration // if only the rate kept it from more, how long that is so
	more bool          // it did not look at all that is due, to let others write
}

// claimDeliveries leases what may be attempted now: what is due, while the
// endpoint is not disabled, up to its concurrency and its rate.
func (s *Store) claimDeliveries(ctx context.Context, q readyQueue, lease time.Duration, limit int) (c claim, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *statements) error {
		c = claim{}
		next, ok, err := tx.lockEndpoint(ctx, q.Endpoint)
		if err != nil || !ok {
			return err
		}
		now := s.now() // not before: it may have waited for a claim that began later
		room, err := tx.room(ctx, q.Limits, now)
		if err != nil || room <= 0 {
			return err
		}
		p := q.pace(next, now)
		if p.free == 0 {
			c.slot = p.wait()
			return nil
		}
		if c, err = tx.claim(ctx, q, now, s.leaseEnd(lease), min(limit, room, p.free)); err != nil || len(c.due) == 0 || q.Rate <= 0 {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE "authgen_endpoint" SET "next_slot_at" = ? WHERE "name" = ?`, p.after(len(c.due)), q.Endpoint)
		return err
	})
	if err != nil {
		return claim{}, err
	}
	return c, nil
}

// claim leases deliveries that are due until then.
func (s *statements) claim(ctx context.Context, q readyQueue, now, until int64, limit int) (c claim, err error) {
	released := 0
	if q.loose {
		if released, err = s.release(ctx, q.Limits, now); err != nil {
			return c, err
		}
	}
	if q.Ordered {
		c.due, c.more, err = s.leaseFirst(ctx, q.Limits, now, until, limit)
	} else if c.due, err = s.claimable(ctx, q.Endpoint, now, limit); err == nil {
		err = s.leaseAll(ctx, q.Endpoint, c.due, until)
	}
	c.more = c.more || released == holdBatch
	return c, err
}

// leaseAll leases deliveries that are locked.
func (s *statements) leaseAll(ctx context.Context, endpoint string, due []Entry, until int64) error {
	if len(due) == 0 {
		return nil
	}
	for i := range due {
		due[i].Until = timeOf(until)
	}
	_, err := s.exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'leased', "leased_until" = ? WHERE "endpoint" = ? AND "event_id" ?`, until, endpoint, eventsOf(due))
	return err
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
const dueColumns = `"event_id", "doc_table", "document", "sequence", "attempts", "due_at"`

// scanDue scans a delivery that is due, and more columns.
func scanDue(rows *sql.Rows, endpoint string, more ...any) (m met, err error) {
	a := attempt{Endpoint: endpoint}
	m.entry = Entry{Class: DeliveryClass, Kind: endpoint}
	var dueAt int64
	if err := rows.Scan(append([]any{&a.Event, &m.entry.Table, &m.entry.Document, &m.entry.Sequence, &a.Attempt, &dueAt}, more...)...); err != nil {
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
	err = s.query(ctx, func(rows *sql.Rows) error {
		m, err := scanDue(rows, endpoint)
		due = append(due, m.entry)
		return err
	}, `SELECT `+dueColumns+` FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" <= ? ORDER BY "due_at" LIMIT ?`+s.skipLocked(), endpoint, now, limit)
	return due, err
}

// unclaim gives back deliveries that the engine did not take.
func (s *Store) unclaim(ctx context.Context, endpoint string, left []Entry) error {
	ctx, cancel := settled(ctx)
	defer cancel()
	return s.write(ctx, func(ctx context.Context, tx *statements) error {
		_, err := tx.exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'pending', "leased_until" = 0 WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" = ? AND "event_id" ?`,
			endpoint, left[0].Until.UnixMilli(), eventsOf(left))
		return err
	})
}
