package outbox

import (
	"context"
	"slices"
	"strings"
	"time"
)

// A readyQueue is an endpoint that has a delivery to claim, and room for its
// attempt.
type readyQueue struct {
	Limits
	loose bool // it has some that have been held for long enough
}

// ready returns the endpoints that have a delivery to claim and room for an
// attempt, in the order of their names, without getting into any writer's way.
// slot is how long it is until the first of those has room that only their rate
// keeps from more, if there are such.
func (s *Outbox) ready(ctx context.Context, limits []Limits) (ready []readyQueue, slot time.Duration, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) error {
		ready, slot = ready[:0], 0
		now := s.now()
		for _, l := range limits {
			q := readyQueue{Limits: l}
			due, room, next, err := tx.look(ctx, &q, now)
			if err != nil {
				return err
			}
			p := l.pace(next, now)
			switch {
			case !due && !q.loose || room <= 0:
			case p.free > 0:
				ready = append(ready, q)
			case slot == 0 || p.wait() < slot:
				slot = max(p.wait(), time.Millisecond)
			}
		}
		return nil
	})
	slices.SortFunc(ready, func(a, b readyQueue) int { return strings.Compare(a.Endpoint, b.Endpoint) })
	return ready, slot, err
}

// look returns whether an endpoint has deliveries that are due, for how many
// attempts it has room, none if it is disabled, and when its next slot is.
func (s *statements) look(ctx context.Context, q *readyQueue, now int64) (due bool, room int, next int64, err error) {
	var leased int
	var enabled bool
	_, err = s.row(ctx, `SELECT (SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" <= ? ORDER BY "due_at" LIMIT 1) IS NOT NULL
OR (SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" <= ? ORDER BY "due_at" LIMIT 1) IS NOT NULL,
(SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" >= ? AND "due_at" <= ? ORDER BY "due_at" LIMIT 1) IS NOT NULL,
(SELECT COUNT(*) FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'leased' AND "leased_until" > ?),
NOT EXISTS (SELECT 1 FROM "authgen_endpoint" WHERE "name" = ? AND "disabled_at" IS NOT NULL),
COALESCE((SELECT "next_slot_at" FROM "authgen_endpoint" WHERE "name" = ?), 0)`,
		[]any{q.Endpoint, now, q.Endpoint, now, q.Endpoint, held, q.loosened(now), q.Endpoint, now, q.Endpoint, q.Endpoint}, &due, &q.loose, &leased, &enabled, &next)
	if enabled {
		room = q.concurrency() - leased
	}
	return due, room, next, err
}
