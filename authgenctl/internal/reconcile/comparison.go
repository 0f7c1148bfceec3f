// Package reconcile compares the rows of tables with what was last delivered of
// them to an endpoint, and records, for that endpoint alone, the events that it
// missed.
package reconcile

import (
	"context"
	"errors"
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/internal/criteria"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/runtime"
)

// batch is how many documents are compared at once. Those of them that an event
// is recorded of are locked together, for a moment.
const batch = 500

// A Comparison compares tables with what an endpoint was told, and tells it what
// it missed.
type Comparison struct {
	DB       *runtime.DB
	Outbox   *outbox.Outbox
	Admin    *admin.Admin
	Endpoint string
	Events   []*model.Event // that schema.yaml declares
	Ledgers  []*Ledger      // of the tables, in the order in which they are compared
	DryRun   bool           // records nothing
	Limit    int            // of documents to look at; 0: none

	// At is how far it has come, wherever it ends; and where it is to begin. What
	// it told by then is on its way.
	At Cursor

	Missed func(authgen.Event)  // is called for each event that was missed
	Report func(*Ledger, Tally) // is called behind each table, also if it was not compared to its end

	looked int   // documents, in this run
	tally  Tally // of the table at hand
}

// A Tally counts what was found in a table.
type Tally struct {
	Rows, Gone int // documents that were looked at, in either pass
	OnTheWay   int
	Missed     map[string]int // events by type
}

// ErrLimit says that as many documents were looked at as were asked for.
var ErrLimit = errors.New("the limit is reached")

// Run goes from At to the end. Its error is ErrLimit if the limit was reached
// before.
func (c *Comparison) Run(ctx context.Context) error {
	begin := slices.IndexFunc(c.Ledgers, func(l *Ledger) bool { return l.Table.Key == c.At.Table })
	for i, l := range c.Ledgers[begin:] {
		if i > 0 {
			c.At = Cursor{Table: l.Table.Key}
		}
		c.tally = Tally{Missed: map[string]int{}}
		err := c.compare(ctx, l)
		if err == nil || c.tally.Rows+c.tally.Gone > 0 {
			c.Report(l, c.tally)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compare makes the two passes over a table: one over its rows, and one over what
// was delivered, for documents that have no row any more.
func (c *Comparison) compare(ctx context.Context, l *Ledger) error {
	if !c.At.Gone {
		if len(l.created)+len(l.updated) > 0 {
			if err := c.pass(ctx, l, c.compareRows); err != nil {
				return err
			}
		}
		c.At = Cursor{Table: l.Table.Key, Gone: true}
	}
	if len(l.deleted) == 0 {
		return nil
	}
	return c.pass(ctx, l, c.compareGone)
}

// pass calls step for one batch after the other. A step returns how many
// documents it looked at, and the last of them.
func (c *Comparison) pass(ctx context.Context, l *Ledger, step func(ctx context.Context, l *Ledger, limit int) (n int, last string, err error)) error {
	for {
		limit := batch
		if c.Limit > 0 {
			limit = min(limit, c.Limit-c.looked)
		}
		if limit == 0 {
			return ErrLimit
		}
		n, last, err := step(ctx, l, limit)
		if err != nil {
			return err
		}
		c.looked += n
		if n > 0 {
			c.At.After = last
		}
		if n < limit {
			return nil
		}
	}
}

// compareRows compares the next rows of a table.
func (c *Comparison) compareRows(ctx context.Context, l *Ledger, limit int) (n int, last string, err error) {
	rows, err := l.rows.behind(ctx, runtime.Handle{DB: c.DB}, c.At.After, limit)
	if err != nil || len(rows) == 0 {
		return 0, "", err
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].id
	}
	lasts, err := c.Admin.LastDeliveriesOf(ctx, c.Endpoint, l.Table.Key, ids)
	if err != nil {
		return 0, "", err
	}
	byID := map[string]*admin.LastDelivery{}
	for i := range lasts {
		byID[lasts[i].DocumentID] = &lasts[i]
	}
	onTheWay, knowledge, behind := 0, map[string]told{}, []string(nil)
	for i := range rows {
		r := &rows[i]
		last := byID[r.id]
		if last == nil {
			last = &admin.LastDelivery{}
		}
		if last.Waiting {
			onTheWay++
			continue
		}
		if knowledge[r.id], err = c.told(ctx, last.Delivery, l.keys); err != nil {
			return 0, "", err
		}
		if len(l.missed(r, knowledge[r.id])) > 0 {
			behind = append(behind, r.id)
		}
	}
	err = c.tell(ctx, l, behind, l.rows, func(there []row) (events []authgen.Event) {
		for i := range there {
			events = append(events, l.missed(&there[i], knowledge[there[i].id])...)
		}
		return events
	})
	if err != nil {
		return 0, "", err
	}
	c.tally.Rows += len(rows)
	c.tally.OnTheWay += onTheWay
	return len(rows), ids[len(ids)-1], nil
}

// compareGone looks whether the next documents that the endpoint was told of
// still have a row.
func (c *Comparison) compareGone(ctx context.Context, l *Ledger, limit int) (n int, last string, err error) {
	lasts, err := c.Admin.LastDeliveries(ctx, c.Endpoint, l.Table.Key, c.At.After, limit)
	if err != nil || len(lasts) == 0 {
		return 0, "", err
	}
	knowledge, candidates := map[string]told{}, []string(nil)
	for i := range lasts {
		if !lasts[i].Waiting && lasts[i].Delivery.Operation != runtime.OperationDelete {
			candidates = append(candidates, lasts[i].DocumentID)
		}
	}
	there, err := l.ids.among(ctx, runtime.Handle{DB: c.DB}, candidates, criteria.NoLock)
	if err != nil {
		return 0, "", err
	}
	gone := without(candidates, there)
	for i := range lasts {
		if !slices.Contains(gone, lasts[i].DocumentID) {
			continue
		}
		if knowledge[lasts[i].DocumentID], err = c.told(ctx, lasts[i].Delivery, keysOf(l.end().Fields)); err != nil {
			return 0, "", err
		}
	}
	err = c.tell(ctx, l, gone, l.ids, func(there []row) (events []authgen.Event) {
		for _, document := range without(gone, there) {
			events = append(events, l.ended(document, knowledge[document]))
		}
		return events
	})
	if err != nil {
		return 0, "", err
	}
	c.tally.Gone += len(lasts)
	return len(lasts), lasts[len(lasts)-1].DocumentID, nil
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
func (c *Comparison) tell(ctx context.Context, l *Ledger, documents []string, s *shape, of func(there []row) []authgen.Event) error {
	if len(documents) == 0 {
		return nil
	}
	var events []authgen.Event
	option := authgen.TxOption(0)
	if c.DryRun {
		option = authgen.ReadOnly
	}
	err := c.DB.Unit(ctx, option, func(ctx context.Context, tx *runtime.Tx) error {
		lock := criteria.LockUpdate
		if c.DryRun {
			lock = criteria.NoLock
		}
		there, err := s.among(ctx, runtime.Handle{DB: c.DB, Unit: tx}, documents, lock)
		if err != nil {
			return err
		}
		if events = of(there); c.DryRun {
			return nil
		}
		return c.Outbox.EmitToTx(ctx, tx, c.Endpoint, events...)
	})
	if err != nil {
		return err
	}
	for i := range events {
		c.tally.Missed[events[i].Type]++
		c.Missed(events[i])
	}
	return nil
}
