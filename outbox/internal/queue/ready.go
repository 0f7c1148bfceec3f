package queue

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Deliveries leases the deliveries of endpoints that are due.
type Deliveries struct{ db *DB }

// Deliveries returns what leases deliveries.
func (d *DB) Deliveries() Deliveries { return Deliveries{d} }

// A Ready endpoint has a delivery to lease, and room for its attempt.
type Ready struct {
	Endpoint
	releasable bool // it has some that have been blocked for long enough
}

// Ready returns the endpoints that have a delivery to lease and room for an attempt, in
// the order of their names. It makes no writer wait. slot is how long it is until the
// first endpoint has room that only its rate keeps from more, if there is one.
func (d Deliveries) Ready(ctx context.Context, endpoints []Endpoint) (ready []Ready, slot time.Duration, err error) {
	err = d.db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		ready, slot = ready[:0], 0
		now := d.db.Now()
		for _, e := range endpoints {
			r := Ready{Endpoint: e}
			due, room, next, err := r.look(ctx, tx, now)
			if err != nil {
				return err
			}
			p := e.pace(next, now)
			switch {
			case !due && !r.releasable || room <= 0:
			case p.free > 0:
				ready = append(ready, r)
			case slot == 0 || p.wait() < slot:
				slot = max(p.wait(), time.Millisecond)
			}
		}
		return nil
	})
	slices.SortFunc(ready, func(a, b Ready) int { return strings.Compare(a.Name, b.Name) })
	return ready, slot, err
}

// look returns whether an endpoint has deliveries that are due, for how many attempts
// it has room (for none if it is disabled), and when its next slot is.
func (r *Ready) look(ctx context.Context, tx *Tx, now int64) (due bool, room int, next int64, err error) {
	var leased int
	var enabled bool
	_, err = tx.Row(ctx, `SELECT (SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "position" <= ? ORDER BY "position" LIMIT 1) IS NOT NULL
OR (SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" <= ? ORDER BY "position" LIMIT 1) IS NOT NULL,
(SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "position" >= ? AND "position" <= ? ORDER BY "position" LIMIT 1) IS NOT NULL,
(SELECT COUNT(*) FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" > ?),
NOT EXISTS (SELECT 1 FROM "authgen_endpoint" WHERE "name" = ? AND "disabled_at" IS NOT NULL),
COALESCE((SELECT "next_slot_at" FROM "authgen_endpoint" WHERE "name" = ?), 0)`,
		[]any{r.Name, now, r.Name, now, r.Name, blockedFrom, r.lastReleasable(now), r.Name, now, r.Name, r.Name}, &due, &r.releasable, &leased, &enabled, &next)
	if enabled {
		room = r.Concurrency - leased
	}
	return due, room, next, err
}
