package outbox

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/authgen/authgen/dialect"
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
	var state State
	var due int64
	query, args := `SELECT "event_id", "state", "due_at" FROM "authgen_delivery" WHERE "endpoint" = ? AND "doc_table" = ? AND "document" = ? AND "state" = 'pending' ORDER BY "sequence" LIMIT 1`, []any{endpoint, of.table, of.id}
	if s.kind == dialect.Postgres {
		query = `SELECT "event_id", "state", "due_at" FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" = ` + sought(`?, ?, ?, 'pending'`, "")
		args = append([]any{endpoint}, slices.Concat(args, args)...)
	}
	found, err := s.row(ctx, query+s.forUpdate(), args, &id, &state, &due)
	if err != nil || !found || state != StatePending || due < held {
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
	err = s.query(ctx, func(row dialect.Row) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, query, args...)
	return ids, err
}

// leaseFirst leases deliveries of an ordered endpoint that are due and the first
// of their documents, and holds the others that it meets. There is more if it
// has stopped before the last that is due, to let others write.
func (s *statements) leaseFirst(ctx context.Context, l leasing, c *claim) error {
	moved := false
	for ask := l.limit; ; ask *= 2 {
		met, err := s.meet(ctx, l.Endpoint, l.now, ask)
		if err != nil {
			return err
		}
		c.looked += len(met)
		first, behind, err := s.lockMet(ctx, l.Endpoint, met)
		if err != nil {
			return err
		}
		first = first[:min(len(first), l.limit-len(c.due))]
		if err := s.leaseAll(ctx, l, first); err != nil {
			return err
		}
		if err := s.hold(ctx, l.Endpoint, behind, l.now); err != nil {
			return err
		}
		moved = moved || len(first)+len(behind) > 0
		c.due = append(c.due, first...)
		switch {
		case len(met) < ask || len(c.due) == l.limit:
			return nil
		case 2*ask > holdBatch:
			c.more = c.more || moved
			return nil
		}
	}
}

// A met delivery is due, and may have to wait for another.
type met struct {
	entry  Entry
	event  string
	behind string // the event of an earlier one that is not finished; empty: it is the first
}

// firstOf returns the expression for the first delivery of the document of "d" in
// a state, null if it has none that passes a condition.
func (s *statements) firstOf(state, condition string) string {
	if s.kind == dialect.Postgres {
		return sought(`"d"."endpoint", "d"."doc_table", "d"."document", '`+state+`'`, condition)
	}
	return `(SELECT "e"."event_id" FROM "authgen_delivery" AS "e" WHERE "e"."endpoint" = "d"."endpoint" AND "e"."doc_table" = "d"."doc_table" AND "e"."document" = "d"."document" AND "e"."state" = '` + state + `'` +
		condition + ` ORDER BY "e"."sequence" LIMIT 1)`
}

// sought is firstOf on Postgres, whose planner, while it has no statistics of a
// queue that is growing, takes all that is pending for a row or two, and goes
// through it for each document. What is asked for here, the first row from a place
// on in the order of the index, it can do by that index only.
func sought(key, condition string) string {
	const columns = `"endpoint", "doc_table", "document", "state"`
	return `(SELECT "e"."event_id" FROM (SELECT * FROM "authgen_delivery" WHERE (` + columns + `, "sequence") >= (` + key + `, 0) ORDER BY ` + columns + `, "sequence" LIMIT 1) AS "e" WHERE ("e"."endpoint", "e"."doc_table", "e"."document", "e"."state") = (` + key + `)` + condition + `)`
}

// meet returns deliveries that are due. Of those pending it looks at the very
// first of the document, which may be the delivery itself: to look for one that
// is earlier, MariaDB would go through all of the document.
//
// It does not lock, as on MySQL a query that does sees what is committed while
// it runs, and its subqueries do not: of two events of a document that come
// meanwhile, the second would look as if there were no first.
func (s *statements) meet(ctx context.Context, endpoint string, now int64, limit int) (all []met, err error) {
	err = s.query(ctx, func(row dialect.Row) error {
		var pending, leased *string
		m, err := scanDue(row, endpoint, &pending, &leased)
		switch {
		case leased != nil:
			m.behind = *leased
		case pending != nil && *pending != m.event:
			m.behind = *pending
		}
		all = append(all, m)
		return err
	}, `SELECT `+dueColumns+`, `+s.firstOf("pending", "")+`, `+s.firstOf("leased", ` AND "e"."sequence" < "d"."sequence"`)+`
FROM "authgen_delivery" AS "d" WHERE "endpoint" = ? AND "state" = 'pending' AND "due_at" <= ? ORDER BY "due_at" LIMIT ?`, endpoint, now, limit)
	return all, err
}

// lockMet locks deliveries that were met, and what they wait for, and sorts them
// into those that are the first of their documents, and the events of those that
// are to be held. Whoever finishes what one waits for comes after, and releases
// it. What somebody else has locked is left as it is.
func (s *statements) lockMet(ctx context.Context, endpoint string, all []met) (first []Entry, behind list[string], err error) {
	locked, err := s.lockWaiting(ctx, endpoint, all)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range all {
		switch is, ok := locked[m.event]; {
		case locked != nil && (!ok || is != dueNow):
		case m.behind == "":
			first = append(first, m.entry)
		case locked == nil || locked[m.behind] != isFinished:
			behind = append(behind, m.event)
		}
	}
	return first, behind, nil
}

// What a delivery is that was locked; none is what was not.
const (
	isFinished = iota
	unfinished
	dueNow
)

// lockWaiting locks deliveries that were met and what they wait for, and returns
// what became of them since; nil is that nothing can have. What was replayed since
// is due at another time: another claim will meet it. The state is no condition of
// the query, or a planner might go through all that are pending.
func (s *statements) lockWaiting(ctx context.Context, endpoint string, all []met) (map[string]int, error) {
	if s.kind == dialect.SQLite || len(all) == 0 {
		return nil, nil
	}
	due := map[string]int64{} // as they were met, of those that were
	for _, m := range all {
		due[m.event] = m.entry.Due.UnixMilli()
	}
	asked := maps.Clone(due)
	for _, m := range all {
		if m.behind != "" {
			asked[m.behind] = 0
		}
	}
	locked := map[string]int{}
	err := s.query(ctx, func(row dialect.Row) error {
		var id string
		var state State
		var dueAt int64
		err := row.Scan(&id, &state, &dueAt)
		met, was := due[id]
		switch {
		case state == StatePending && was && met == dueAt:
			locked[id] = dueNow
		case state == StatePending, state == StateLeased:
			locked[id] = unfinished
		}
		return err
	}, `SELECT "event_id", "state", "due_at" FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ?`+s.skipLocked(), endpoint, list[string](slices.Collect(maps.Keys(asked))))
	return locked, err
}

// hold holds deliveries that are locked.
func (s *statements) hold(ctx context.Context, endpoint string, events list[string], now int64) error {
	if len(events) == 0 {
		return nil
	}
	_, err := s.exec(ctx, `UPDATE "authgen_delivery" SET "due_at" = ? WHERE "endpoint" = ? AND "event_id" ?`, heldAt(now), endpoint, events)
	return err
}
