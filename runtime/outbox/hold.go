package outbox

import (
	"context"
	"database/sql"
	"math"
	"time"
)

// Of an ordered endpoint only the first unfinished delivery of each document may
// be attempted. A claim that meets another holds it: it is no longer among what
// is due, so that no claim looks at it again and again, however many there are.
// Whoever finishes a delivery releases the next of its document.
//
// To be held says only where claims look. Whether a delivery is the first of its
// document is asked when it is claimed, whatever else is true. So one that is
// released too early costs a look. And one that nobody has released, as where
// one process takes the endpoint for ordered and another does not, is released
// after lookAgain.
const (
	// held plus when to look again is the due_at of what is held: later than any
	// time.
	held = int64(1) << 52
	// lookAgain is how long a delivery is held at most, before a claim asks again.
	lookAgain = 10 * time.Minute
	// holdBatch is how many deliveries that are held one claim looks at, about,
	// before it lets others write.
	holdBatch = 128
)

// heldAt returns the due_at of what is held from now on.
func heldAt(now int64) int64 { return held + now + lookAgain.Milliseconds() }

// loosened returns the last due_at of what is held and may be released: if the
// endpoint is not ordered, of all.
func (l Limits) loosened(now int64) int64 {
	if l.Ordered {
		return held + now
	}
	return math.MaxInt64
}

// release makes a batch of deliveries due that have been held for long enough,
// and returns how many.
func (s *statements) release(ctx context.Context, l Limits, now int64) (int, error) {
	ids, err := s.ids(ctx, `SELECT "event_id" FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" >= ? AND "due_at" <= ? ORDER BY "due_at" LIMIT ?`+s.skipLocked(),
		l.Endpoint, held, l.loosened(now), holdBatch)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	_, err = s.exec(ctx, `UPDATE "authgen_delivery" SET "due_at" = ? WHERE "endpoint" = ? AND "event_id" ?`, now, l.Endpoint, ids)
	return len(ids), err
}

// releaseNext makes the next delivery of a document due, after one was finished.
// It waits for a claim that is about to hold it.
func (s *statements) releaseNext(ctx context.Context, endpoint string, of document, now int64) error {
	var id string
	var due int64
	found, err := s.row(ctx, `SELECT "event_id", "due_at" FROM "authgen_delivery" WHERE "endpoint" = ? AND "doc_table" = ? AND "document" = ? AND "state" = 'pending' ORDER BY "sequence" LIMIT 1`+s.forUpdate(),
		[]any{endpoint, of.table, of.id}, &id, &due)
	if err != nil || !found || due < held {
		return err
	}
	_, err = s.exec(ctx, `UPDATE "authgen_delivery" SET "due_at" = ? WHERE "endpoint" = ? AND "event_id" = ?`, now, endpoint, id)
	return err
}

// A document is what events tell of.
type document struct{ table, id string }

// holds reports whether an endpoint has deliveries that are held.
func (s *statements) holds(ctx context.Context, endpoint string) (bool, error) {
	var one int
	return s.row(ctx, `SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" >= ? ORDER BY "due_at" LIMIT 1`, []any{endpoint, held}, &one)
}

// ids runs a query of ids.
func (s *statements) ids(ctx context.Context, query string, args ...any) (ids list[string], err error) {
	err = s.query(ctx, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, query, args...)
	return ids, err
}

// leaseFirst leases deliveries of an ordered endpoint that are due and the first
// of their documents, and holds the others that it meets. more says that it has
// stopped before the last that is due, to let others write.
func (s *statements) leaseFirst(ctx context.Context, l Limits, now, until int64, limit int) (due []Entry, more bool, err error) {
	for ask := limit; ; ask *= 2 {
		met, err := s.claimable(ctx, l.Endpoint, now, ask)
		if err != nil || len(met) == 0 {
			return due, false, err
		}
		first, behind, err := s.inLine(ctx, l.Endpoint, met)
		if err != nil {
			return nil, false, err
		}
		first = first[:min(len(first), limit-len(due))]
		if err := s.leaseAll(ctx, l.Endpoint, first, until); err != nil {
			return nil, false, err
		}
		holding, err := s.hold(ctx, l.Endpoint, behind, now)
		if err != nil {
			return nil, false, err
		}
		due = append(due, first...)
		got := len(first) + holding
		if len(met) < ask || len(due) == limit || got == 0 {
			return due, false, nil
		}
		if 2*ask > holdBatch {
			return due, true, nil
		}
	}
}

// firstOf is the first delivery of the document of "d", in the state that
// follows. It names no other condition, so that it is the first entry of the
// index, and not the first that matches.
const firstOf = ` FROM "authgen_delivery" AS "e" WHERE "e"."endpoint" = "d"."endpoint" AND "e"."doc_table" = "d"."doc_table" AND "e"."document" = "d"."document" AND "e"."state" = `

// inLine sorts deliveries into those that are the first of their documents, and
// the others: the event of each, and that of one that it waits for.
func (s *statements) inLine(ctx context.Context, endpoint string, met []Entry) (first []Entry, behind map[string]string, err error) {
	behind = map[string]string{}
	alone := map[string]bool{}
	err = s.query(ctx, func(rows *sql.Rows) error {
		var id string
		var sequence int64
		var pending, leased *string
		var under *int64
		if err := rows.Scan(&id, &sequence, &pending, &leased, &under); err != nil {
			return err
		}
		switch {
		case leased != nil && under != nil && *under < sequence:
			behind[id] = *leased
		case pending != nil && *pending != id:
			behind[id] = *pending
		default:
			alone[id] = true
		}
		return nil
	}, `SELECT "event_id", "sequence", (SELECT "e"."event_id"`+firstOf+`'pending' ORDER BY "e"."sequence" LIMIT 1), (SELECT "e"."event_id"`+firstOf+`'leased' ORDER BY "e"."sequence" LIMIT 1), (SELECT "e"."sequence"`+firstOf+`'leased' ORDER BY "e"."sequence" LIMIT 1)
FROM "authgen_delivery" AS "d" WHERE "endpoint" = ? AND "event_id" ?`, endpoint, eventsOf(met))
	events := eventsOf(met)
	for i, entry := range met {
		if alone[events[i]] {
			first = append(first, entry)
		}
	}
	return first, behind, err
}

// hold holds deliveries that wait for others, and returns how many. It first
// locks what they wait for: so who finishes that comes after, and releases them.
// Where somebody is about to finish it, nothing is held.
func (s *statements) hold(ctx context.Context, endpoint string, behind map[string]string, now int64) (int, error) {
	if len(behind) == 0 {
		return 0, nil
	}
	var others list[string]
	asked := map[string]bool{}
	for _, other := range behind {
		if !asked[other] {
			asked[other] = true
			others = append(others, other)
		}
	}
	unfinished, err := s.lockUnfinished(ctx, endpoint, others)
	if err != nil || len(unfinished) == 0 {
		return 0, err
	}
	var waiting list[string]
	for id, other := range behind {
		if unfinished[other] {
			waiting = append(waiting, id)
		}
	}
	if len(waiting) == 0 {
		return 0, nil
	}
	_, err = s.exec(ctx, `UPDATE "authgen_delivery" SET "due_at" = ? WHERE "endpoint" = ? AND "event_id" ?`, heldAt(now), endpoint, waiting)
	return len(waiting), err
}

// lockUnfinished locks those of the deliveries that are not finished, and that
// nobody else has locked. Their state is no condition of the query, or a planner
// might go through all that are pending.
func (s *statements) lockUnfinished(ctx context.Context, endpoint string, events list[string]) (map[string]bool, error) {
	unfinished := map[string]bool{}
	err := s.query(ctx, func(rows *sql.Rows) error {
		var id string
		var state State
		if err := rows.Scan(&id, &state); err != nil {
			return err
		}
		if state == StatePending || state == StateLeased {
			unfinished[id] = true
		}
		return nil
	}, `SELECT "event_id", "state" FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ?`+s.skipLocked(), endpoint, events)
	return unfinished, err
}
