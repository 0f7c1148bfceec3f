package main

import (
	"context"
	"errors"
	"slices"

	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/runtime/outbox"
)

// walkBatch is how many documents are compared at once. Those of them that an
// event is recorded of are locked together, for a moment.
const walkBatch = 500

// A walk compares tables with what an endpoint was told, and tells it what it
// missed. It may end anywhere: what was told by then is on its way, and at says
// where to go on.
type walk struct {
	teller
	db      *runtime.DB
	ledgers []*ledger
	dryRun  bool
	limit   int // of documents to look at; 0: none
	at      cursor

	looked int    // documents, in this walk
	tally  tally  // of the table at hand
	paused func() // called behind each batch
	missed func(event runtime.Event)
	report func(*ledger, tally)
}

// A tally counts what was found in a table.
type tally struct {
	rows, gone int // documents that were looked at, in either pass
	onTheWay   int
	told       map[string]int // events by type
}

// errLimit says that as many documents were looked at as were asked for.
var errLimit = errors.New("the limit is reached")

// run goes from where the walk is to its end. Its error is errLimit if the limit
// was reached before.
func (w *walk) run(ctx context.Context) error {
	begin := slices.IndexFunc(w.ledgers, func(l *ledger) bool { return l.table.Key == w.at.table })
	for i, l := range w.ledgers[begin:] {
		if i > 0 {
			w.at = cursor{table: l.table.Key}
		}
		w.tally = tally{told: map[string]int{}}
		err := w.compare(ctx, l)
		if err == nil || w.tally.rows+w.tally.gone > 0 {
			w.report(l, w.tally)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compare makes the two passes over a table: one over its rows, and one over what
// was delivered, for documents that have no row any more.
func (w *walk) compare(ctx context.Context, l *ledger) error {
	if !w.at.gone {
		if len(l.created)+len(l.updated) > 0 {
			if err := w.pass(ctx, l, w.compareRows); err != nil {
				return err
			}
		}
		w.at = cursor{table: l.table.Key, gone: true}
	}
	if len(l.deleted) == 0 {
		return nil
	}
	return w.pass(ctx, l, w.compareGone)
}

// pass calls step for one batch after the other. A step returns how many
// documents it looked at, and the last of them.
func (w *walk) pass(ctx context.Context, l *ledger, step func(ctx context.Context, l *ledger, limit int) (n int, last string, err error)) error {
	for {
		limit := walkBatch
		if w.limit > 0 {
			limit = min(limit, w.limit-w.looked)
		}
		if limit == 0 {
			return errLimit
		}
		n, last, err := step(ctx, l, limit)
		if err != nil {
			return err
		}
		w.looked += n
		if n > 0 {
			w.at.after = last
		}
		if n < limit {
			return nil
		}
		w.paused()
	}
}

// compareRows compares the next rows of a table.
func (w *walk) compareRows(ctx context.Context, l *ledger, limit int) (n int, last string, err error) {
	rows, err := l.rows.behind(ctx, runtime.Session{DB: w.db}, w.at.after, limit)
	if err != nil || len(rows) == 0 {
		return 0, "", err
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].id
	}
	lasts, err := w.store.LastOf(ctx, w.endpoint, l.table.Key, ids)
	if err != nil {
		return 0, "", err
	}
	byID := map[string]*outbox.Last{}
	for i := range lasts {
		byID[lasts[i].Document] = &lasts[i]
	}
	onTheWay, knowledge, behind := 0, map[string]told{}, []string(nil)
	for i := range rows {
		r := &rows[i]
		last := byID[r.id]
		if last == nil {
			last = &outbox.Last{}
		}
		if last.Waiting {
			onTheWay++
			continue
		}
		if knowledge[r.id], err = w.told(ctx, last.Delivered, l.keys); err != nil {
			return 0, "", err
		}
		if len(l.missed(r, knowledge[r.id])) > 0 {
			behind = append(behind, r.id)
		}
	}
	err = w.tell(ctx, l, behind, l.rows, func(there []row) (events []runtime.Event) {
		for i := range there {
			events = append(events, l.missed(&there[i], knowledge[there[i].id])...)
		}
		return events
	})
	if err != nil {
		return 0, "", err
	}
	w.tally.rows += len(rows)
	w.tally.onTheWay += onTheWay
	return len(rows), ids[len(ids)-1], nil
}

// compareGone looks whether the next documents that the endpoint was told of
// still have a row.
func (w *walk) compareGone(ctx context.Context, l *ledger, limit int) (n int, last string, err error) {
	lasts, err := w.store.LastDelivered(ctx, w.endpoint, l.table.Key, w.at.after, limit)
	if err != nil || len(lasts) == 0 {
		return 0, "", err
	}
	knowledge, candidates := map[string]told{}, []string(nil)
	for i := range lasts {
		if !lasts[i].Waiting && lasts[i].Delivered.Operation != runtime.OperationDelete {
			candidates = append(candidates, lasts[i].Document)
		}
	}
	there, err := l.ids.among(ctx, runtime.Session{DB: w.db}, candidates, false)
	if err != nil {
		return 0, "", err
	}
	gone := without(candidates, there)
	for i := range lasts {
		if !slices.Contains(gone, lasts[i].Document) {
			continue
		}
		if knowledge[lasts[i].Document], err = w.told(ctx, lasts[i].Delivered, keysOf(l.end().Fields)); err != nil {
			return 0, "", err
		}
	}
	err = w.tell(ctx, l, gone, l.ids, func(there []row) (events []runtime.Event) {
		for _, document := range without(gone, there) {
			events = append(events, l.ended(document, knowledge[document]))
		}
		return events
	})
	if err != nil {
		return 0, "", err
	}
	w.tally.gone += len(lasts)
	return len(lasts), lasts[len(lasts)-1].Document, nil
}

// without returns the documents that have no row among these.
func without(documents []string, there []row) (gone []string) {
	have := map[string]bool{}
	for i := range there {
		have[there[i].id] = true
	}
	for _, d := range documents {
		if !have[d] {
			gone = append(gone, d)
		}
	}
	return gone
}

// tell records the events that tell of documents, for the endpoint alone. Their
// rows are read again, and locked, in the transaction that records them: else an
// event could tell of what a row was and stand behind the one that tells of what
// it is.
func (w *walk) tell(ctx context.Context, l *ledger, documents []string, s *shape, of func(there []row) []runtime.Event) error {
	if len(documents) == 0 {
		return nil
	}
	var events []runtime.Event
	option := runtime.TxOption(0)
	if w.dryRun {
		option = runtime.ReadOnly
	}
	err := w.db.Unit(ctx, option, func(ctx context.Context, tx *runtime.Tx) error {
		there, err := s.among(ctx, runtime.Session{DB: w.db, Tx: tx}, documents, !w.dryRun)
		if err != nil {
			return err
		}
		if events = of(there); w.dryRun {
			return nil
		}
		return w.store.EmitToIn(ctx, tx, w.endpoint, events...)
	})
	if err != nil {
		return err
	}
	for i := range events {
		w.tally.told[events[i].Type]++
		w.missed(events[i])
	}
	return nil
}
