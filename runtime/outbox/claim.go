package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/authgen/authgen/runtime"
)

// handDeliveries claims due deliveries, each endpoint by itself, and hands them
// to the engine.
func (r *Relay) handDeliveries(ctx context.Context) (time.Duration, error) {
	limits := r.config.Deliver.Limits()
	ready, err := r.store.ready(ctx, limits)
	if err != nil {
		return 0, err
	}
	wait, claimed := r.idle(), false
	var failed error
	for _, l := range ready {
		if ctx.Err() != nil {
			break
		}
		due, slot, err := r.store.claimDeliveries(ctx, l, r.config.Lease, r.config.Batch)
		if err == nil && len(due) > 0 {
			claimed = true
			err = r.hand(ctx, l.Endpoint, due)
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("endpoint %s: %w", l.Endpoint, err))
		}
		if slot > 0 {
			wait = min(wait, max(slot, time.Millisecond))
		}
	}
	if claimed {
		wait = 0
	}
	return wait, failed
}

// hand hands claimed deliveries to the engine, and gives back those that it did
// not take.
func (r *Relay) hand(ctx context.Context, endpoint string, due []Entry) error {
	taken, _, err := r.store.handOver(ctx, handing{sink: r.config.Engine, name: EngineName, due: due, lease: r.config.Lease})
	if left := without(due, idsOf(taken)); len(left) > 0 {
		err = errors.Join(err, r.store.unclaim(ctx, endpoint, left))
	}
	return err
}

// ready returns the endpoints that have a delivery to claim, without getting
// into any writer's way. Such an endpoint may have no room for it.
func (s *Store) ready(ctx context.Context, limits []Limits) (ready []Limits, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) error {
		ready = ready[:0]
		now := s.now()
		for _, l := range limits {
			var is bool
			_, err := tx.row(ctx, `SELECT ((SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" <= ? ORDER BY "due_at" LIMIT 1) IS NOT NULL
OR (SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" <= ? ORDER BY "due_at" LIMIT 1) IS NOT NULL)
AND NOT EXISTS (SELECT 1 FROM "authgen_endpoint" WHERE "name" = ? AND "disabled_at" IS NOT NULL)`,
				[]any{l.Endpoint, now, l.Endpoint, now, l.Endpoint}, &is)
			if err != nil {
				return err
			}
			if is {
				ready = append(ready, l)
			}
		}
		return nil
	})
	return ready, err
}

// claimDeliveries leases what may be attempted now: what is due, while the
// endpoint is not disabled, up to its concurrency and its rate. If only the rate
// kept it from more, slot is how long that is so.
func (s *Store) claimDeliveries(ctx context.Context, l Limits, lease time.Duration, limit int) (due []Entry, slot time.Duration, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *statements) error {
		due, slot = nil, 0
		now := s.now()
		next, ok, err := tx.lockEndpoint(ctx, l.Endpoint)
		if err != nil || !ok {
			return err
		}
		room, err := tx.room(ctx, l, now)
		if err != nil || room <= 0 {
			return err
		}
		p := l.pace(next, now)
		if p.free == 0 {
			slot = p.wait()
			return nil
		}
		limit := min(limit, room, p.free)
		if due, err = tx.claimable(ctx, l, now, limit); err != nil || len(due) == 0 {
			return err
		}
		until := s.leaseEnd(lease)
		for i := range due {
			due[i].Until = timeOf(until)
		}
		if _, err := tx.exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'leased', "leased_until" = ? WHERE "endpoint" = ? AND "event_id" ?`, until, l.Endpoint, eventsOf(due)); err != nil {
			return err
		}
		if l.Rate <= 0 {
			return nil
		}
		_, err = tx.exec(ctx, `UPDATE "authgen_endpoint" SET "next_slot_at" = ? WHERE "name" = ?`, p.after(len(due)), l.Endpoint)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return due, slot, nil
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

// earlier is whether the document of "d" has an earlier delivery, in the state
// that follows. Each state by itself: MariaDB uses the index up to one only.
const earlier = `EXISTS (SELECT 1 FROM "authgen_delivery" AS "e" WHERE "e"."endpoint" = "d"."endpoint" AND "e"."doc_table" = "d"."doc_table" AND "e"."document" = "d"."document" AND "e"."sequence" < "d"."sequence" AND "e"."state" = `

// claimable locks deliveries that are due. Of an ordered endpoint it leaves out
// those with an earlier one of the same document that is not finished.
func (s *statements) claimable(ctx context.Context, l Limits, now int64, limit int) (due []Entry, err error) {
	inOrder, locking := "", s.skipLocked()
	lookFirst := l.Ordered && s.kind == runtime.MySQL
	if l.Ordered {
		inOrder = ` AND NOT ` + earlier + `'pending') AND NOT ` + earlier + `'leased')`
	}
	if lookFirst {
		locking = ""
	}
	err = s.query(ctx, func(rows *sql.Rows) error {
		a := attempt{Endpoint: l.Endpoint}
		entry := Entry{Class: DeliveryClass, Kind: l.Endpoint}
		var dueAt int64
		if err := rows.Scan(&a.Event, &entry.Table, &entry.Document, &entry.Sequence, &a.Attempt, &dueAt); err != nil {
			return err
		}
		a.Attempt++ // those that have begun are counted
		entry.ID = a.id(dueAt)
		entry.Body, _ = json.Marshal(a) // strings and a number can always be
		entry.Due = timeOf(dueAt)
		due = append(due, entry)
		return nil
	}, `SELECT "event_id", "doc_table", "document", "sequence", "attempts", "due_at" FROM "authgen_delivery" AS "d" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" <= ?`+
		inOrder+` ORDER BY "due_at" LIMIT ?`+locking, l.Endpoint, now, limit)
	if err != nil || !lookFirst || len(due) == 0 {
		return due, err
	}
	return s.lockStillDue(ctx, l.Endpoint, now, due)
}

// lockStillDue locks those of deliveries that still are due, and returns them.
// On MySQL a query that locks sees what is committed while it runs, and its
// subqueries do not: of two events of a document that come meanwhile, the second
// would look as if there were no first. So claimable looks there without locking.
func (s *statements) lockStillDue(ctx context.Context, endpoint string, now int64, due []Entry) (still []Entry, err error) {
	events, locked := eventsOf(due), map[string]bool{}
	err = s.query(ctx, func(rows *sql.Rows) error {
		var event string
		err := rows.Scan(&event)
		locked[event] = true
		return err
	}, `SELECT "event_id" FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ? AND "state" = 'pending' AND "due_at" <= ?`+s.skipLocked(), endpoint, events, now)
	for i, entry := range due {
		if locked[events[i]] {
			still = append(still, entry)
		}
	}
	return still, err
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
