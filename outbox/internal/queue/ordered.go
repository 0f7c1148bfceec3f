package queue

import (
	"context"
	"maps"
	"slices"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// A candidate is a delivery of an ordered endpoint that is due, and may have to wait
// for another.
type candidate struct {
	Delivery
	behind string // the event of an earlier one that is not finished; empty: it is the first
}

// leaseFirst leases deliveries of an ordered endpoint that are due and the first of
// their documents, and blocks the others that it comes upon. There is more if it has
// stopped before the last that is due, to let others write.
func (l leasing) leaseFirst(ctx context.Context, tx *Tx, b *Batch) error {
	moved := false
	for ask := l.limit; ; ask *= 2 {
		candidates, err := l.candidates(ctx, tx, ask)
		if err != nil {
			return err
		}
		b.looked += len(candidates)
		first, behind, err := l.lockCandidates(ctx, tx, candidates)
		if err != nil {
			return err
		}
		first = first[:min(len(first), l.limit-len(b.Due))]
		if err := l.mark(ctx, tx, first); err != nil {
			return err
		}
		if err := block(ctx, tx, l.Name, behind, l.now); err != nil {
			return err
		}
		moved = moved || len(first)+len(behind) > 0
		b.Due = append(b.Due, first...)
		switch {
		case len(candidates) < ask || len(b.Due) == l.limit:
			return nil
		case 2*ask > leaseBatch:
			b.More = b.More || moved
			return nil
		}
	}
}

// candidates returns deliveries that are due. Of the pending ones it looks at the very
// first of the document, which may be the delivery itself: to look for one that is
// earlier, MariaDB would go through all of the document.
//
// It does not lock. On MySQL a query that locks sees what is committed while it runs,
// and its subqueries do not: of two events of a document that come meanwhile, the
// second would look as if there were no first.
func (l leasing) candidates(ctx context.Context, tx *Tx, limit int) (all []candidate, err error) {
	err = tx.Query(ctx, func(row dialect.Row) error {
		var pending, leased *string
		d, err := scanSummary(row, l.Name, &pending, &leased)
		c := candidate{Delivery: d}
		switch {
		case leased != nil:
			c.behind = *leased
		case pending != nil && *pending != d.Event.ID:
			c.behind = *pending
		}
		all = append(all, c)
		return err
	}, `SELECT `+summaryColumns+`, `+tx.firstOf("pending", "")+`, `+tx.firstOf("leased", ` AND "e"."sequence" < "d"."sequence"`)+`
FROM "authgen_delivery" AS "d" WHERE "endpoint" = ? AND "state" = 'pending' AND "position" <= ? ORDER BY "position" LIMIT ?`, l.Name, l.now, limit)
	return all, err
}

// firstOf returns the expression for the first delivery of the document of "d" in a
// state; it is null if that one does not pass a condition.
func (tx *Tx) firstOf(state, condition string) string {
	if tx.words.SeeksByRow {
		return firstByRow(`"d"."endpoint", "d"."doc_table", "d"."document_id", '`+state+`'`, condition)
	}
	return `(SELECT "e"."event_id" FROM "authgen_delivery" AS "e" WHERE "e"."endpoint" = "d"."endpoint" AND "e"."doc_table" = "d"."doc_table" AND "e"."document_id" = "d"."document_id" AND "e"."state" = '` + state + `'` +
		condition + ` ORDER BY "e"."sequence" LIMIT 1)`
}

// firstPending returns the condition for the first pending delivery of a document.
func (tx *Tx) firstPending(endpoint string, of Document) (condition string, args []any) {
	key := []any{endpoint, of.Table, of.ID}
	if tx.words.SeeksByRow {
		return `"endpoint" = ? AND "event_id" = ` + firstByRow(`?, ?, ?, 'pending'`, ""), append([]any{endpoint}, slices.Concat(key, key)...)
	}
	return `"endpoint" = ? AND "doc_table" = ? AND "document_id" = ? AND "state" = 'pending' ORDER BY "sequence" LIMIT 1`, key
}

// firstByRow is firstOf for Postgres. While its planner has no statistics of a queue
// that is growing, it takes all that is pending for a row or two, and goes through it
// for each document. What is asked for here, the first row from a place on in the order
// of the index, it can do by that index only.
func firstByRow(key, condition string) string {
	const columns = `"endpoint", "doc_table", "document_id", "state"`
	return `(SELECT "e"."event_id" FROM (SELECT * FROM "authgen_delivery" WHERE (` + columns + `, "sequence") >= (` + key + `, 0) ORDER BY ` + columns + `, "sequence" LIMIT 1) AS "e" WHERE ("e"."endpoint", "e"."doc_table", "e"."document_id", "e"."state") = (` + key + `)` + condition + `)`
}

// lockCandidates locks candidates and what they wait for, and sorts them into those
// that are the first of their documents, and the events of those that are to be
// blocked. The transaction that finishes the earlier one comes after, and releases it.
// What another transaction has locked is left as it is.
func (l leasing) lockCandidates(ctx context.Context, tx *Tx, all []candidate) (first []Delivery, behind sqltext.List[string], err error) {
	locked, err := l.lockAll(ctx, tx, all)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range all {
		switch is, ok := locked[c.Event.ID]; {
		case locked != nil && (!ok || is != stillDue):
		case c.behind == "":
			first = append(first, c.Delivery)
		case locked == nil || locked[c.behind] != isFinished:
			behind = append(behind, c.Event.ID)
		}
	}
	return first, behind, nil
}

// What a delivery is that was locked. One that was not locked is not in the map, and
// counts as finished.
const (
	isFinished = iota
	unfinished
	stillDue
)

// lockAll locks candidates and what they wait for, and returns what has become of them
// since; nil is that nothing can have. What was replayed or blocked since is left to
// another lease. The state is not a condition of the query, or a planner might go
// through all that are pending.
func (l leasing) lockAll(ctx context.Context, tx *Tx, all []candidate) (map[string]int, error) {
	if tx.words.OneWriter() || len(all) == 0 {
		return nil, nil
	}
	due := map[string]int64{} // of the candidates
	for _, c := range all {
		due[c.Event.ID] = c.Due
	}
	asked := maps.Clone(due)
	for _, c := range all {
		if c.behind != "" {
			asked[c.behind] = 0
		}
	}
	locked := map[string]int{}
	err := tx.Query(ctx, func(row dialect.Row) error {
		var id string
		var state State
		var dueAt, blocked *int64
		err := row.Scan(&id, &state, &dueAt, &blocked)
		was, asked := due[id]
		switch {
		case state == Pending && asked && blocked == nil && dueAt != nil && *dueAt == was:
			locked[id] = stillDue
		case state == Pending, state == Leased:
			locked[id] = unfinished
		}
		return err
	}, `SELECT "event_id", "state", "due_at", "blocked_until" FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ?`+tx.words.SkipLocked, l.Name, sqltext.List[string](slices.Collect(maps.Keys(asked))))
	return locked, err
}
