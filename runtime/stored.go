package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// A database may change a row on its way in: by a trigger of its own, or by a
// column that keeps a value in another form. The caller, the on trigger and the
// events get the row as it is stored (C6). If the catalog shows that nothing alters the
// rows of a table, that is the row as it was sent.

// Insert stores a document and returns it as it is stored, with the id that the database
// counted. values are the values of the document, in the order of the table's fields.
func Insert[T any](ctx context.Context, s Handle, c *Codec[T], doc T, values []any) (T, error) {
	if c.Table.Serial || s.DB.knownOf(c.Table).altersNew(c.Table, values) {
		return insertInto(ctx, s, c, doc, values)
	}
	if err := s.insertAsIs(ctx, c.Table, values); err != nil {
		var none T
		return none, err
	}
	return doc, nil
}

// insertInto is a function of its own so that Insert does not move the document to the
// heap.
func insertInto[T any](ctx context.Context, s Handle, c *Codec[T], doc T, values []any) (T, error) {
	if err := s.insertInto(ctx, c.Table, c.Row(&doc), values); err != nil {
		var none T
		return none, err
	}
	return doc, nil
}

// checkNew checks the values of a new row against the rules of its fields, and against what
// its columns can hold.
func (s Handle) checkNew(t *dialect.Table, values []any) error {
	if err := Check(t, values); err != nil {
		return err
	}
	return s.DB.knownOf(t).uncutRow(t, values)
}

// insertAsIs stores a row that nothing alters.
func (s Handle) insertAsIs(ctx context.Context, t *dialect.Table, values []any) error {
	err := s.checkNew(t, values)
	if err == nil {
		_, err = s.insert(ctx, t, values)
	}
	return err
}

// insertInto stores a row, and sets the document to what is stored. If the statement cannot
// return that, it reads the row in the same unit.
func (s Handle) insertInto(ctx context.Context, t *dialect.Table, row Row, values []any) error {
	if err := s.checkNew(t, values); err != nil {
		return err
	}
	k := s.DB.knownOf(t)
	uncounted := t.Serial && row.Key() == Key(0)
	switch {
	case !k.altersNew(t, values):
		return s.insertCounting(ctx, t, row, values, uncounted)
	case k.tells:
		n, err := s.insertReturning(ctx, t, k.constants.insertReturning, values, row.Scan)
		if err == nil && n == 0 {
			return s.readBack(ctx, t, row)
		}
		return err
	}
	return s.whole(ctx, false, func(ctx context.Context, s Handle) error {
		// The statement binds the values, and the unit may run again.
		if err := s.insertCounting(ctx, t, row, slices.Clone(values), uncounted); err != nil {
			return err
		}
		return s.readBack(ctx, t, row)
	})
}

// insertCounting stores a row. If the row had no id, it gives it the id that the database
// counted.
func (s Handle) insertCounting(ctx context.Context, t *dialect.Table, row Row, values []any, uncounted bool) error {
	id, err := s.insert(ctx, t, values)
	if err == nil && uncounted {
		row.(countedRow).SetID(id)
	}
	return err
}

// readBack reads a row that was just stored. row is as it was sent.
func (s Handle) readBack(ctx context.Context, t *dialect.Table, row Row) error {
	err := s.Get(ctx, t, row, idOf(t, row))
	if errors.Is(err, authgen.ErrNotFound) {
		err = s.keptFrom(t, "stored, or gave it another id")
	}
	return err
}

// AsStored returns a row as it is stored after an update. sent is the row as the update
// sent it.
func AsStored[T any](ctx context.Context, s Handle, c *Codec[T], set *Assignments, sent T) (T, error) {
	if !s.DB.knownOf(c.Table).alters(set) {
		return sent, nil
	}
	return reread(ctx, s, c, sent)
}

// allStored reads rows that were updated together into stored, in the order of r. It does
// so only if a row may be stored otherwise than it was sent, and reports whether it did.
// sets are the assignments of each row, or one for all of them.
func (s Handle) allStored(ctx context.Context, t *dialect.Table, r, stored rows, sets []*Assignments) (bool, error) {
	if !slices.ContainsFunc(sets, s.DB.knownOf(t).alters) {
		return false, nil
	}
	found, err := s.read(ctx, t, r)
	if err != nil {
		return false, err
	}
	for i := range r.len() {
		at, there := found.byKey[r.at(i).Key()]
		if !there {
			return false, deletedByTrigger(t)
		}
		stored.add()
		stored.put(i, found.rows, at)
	}
	return true, nil
}

// storedRows are rows as they are stored, with an index by their ids.
type storedRows struct {
	rows
	byKey map[string]int
}

// read reads the rows that have the ids of r.
func (s Handle) read(ctx context.Context, t *dialect.Table, r rows) (*storedRows, error) {
	stored := &storedRows{rows: r.fresh(), byKey: make(map[string]int, r.len())}
	for batch := range slices.Chunk(idsOf(t, r), batchSize) {
		if err := s.Select(ctx, t, criteria.Query{Where: byIDs(t, batch)}, stored.scan); err != nil {
			return nil, err
		}
	}
	return stored, nil
}

func (s *storedRows) scan(r dialect.Row) error {
	row := s.add()
	err := row.Scan(r)
	s.byKey[row.Key()] = s.len() - 1
	return err
}

// isKept reports whether a write that returned no row may have met one all the same, which
// a trigger of the database kept from being written. The caller then writes in two
// statements to find out.
func (s Handle) isKept(t *dialect.Table, written bool, err error) bool {
	return err == nil && !written && s.DB.knownOf(t).isTriggered()
}

// unwritten returns the error of a write that wrote no row, if a row matches its condition
// even so: a trigger of the database kept the row from being written.
func (s Handle) unwritten(ctx context.Context, t *dialect.Table, where criteria.Expr, from string) error {
	if !s.DB.knownOf(t).isTriggered() {
		return nil
	}
	there, err := s.Exists(ctx, t, where)
	if err == nil && there {
		err = s.keptFrom(t, from)
	}
	return err
}

// keptFrom returns the error of a row that the database did not write without saying why.
// It also fails the unit, because nothing that the call did before may be committed (U1).
func (s Handle) keptFrom(t *dialect.Table, from string) error {
	err := fmt.Errorf("%s: a trigger of the database, or a rule, kept the row from being %s: %w", t.Key, from, authgen.ErrDeletedByTrigger)
	if s.Unit != nil {
		return s.Unit.fail(err)
	}
	return err
}
