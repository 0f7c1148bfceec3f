package runtime

import (
	"context"
	"errors"
	"fmt"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// The generic functions of this package give and take documents by value, for generated
// code. The compiler makes them anew for each table. So each of them only makes a Row of the
// document, and leaves the work to a method of Handle.

// List reads the rows of a query, in the order of the query. If no row matches, the list is
// empty and not nil, so that it is [] as JSON.
func List[T any](ctx context.Context, s Handle, c *Codec[T], q criteria.Query) ([]T, error) {
	docs := &documents[T]{codec: c}
	err := s.Select(ctx, c.Table, q, into(docs))
	if err == nil && docs.list == nil {
		docs.list = []T{}
	}
	return docs.list, err
}

// The locks that [Handle.LockOne] takes: for an update, and for a deletion.
const (
	LockUpdate = criteria.LockUpdate
	LockDelete = criteria.LockDelete
)

// Maybe returns the document that a call for one row found, and whether it found one.
// Without a row, and with an error, it returns the zero document, because an earlier attempt
// may have left something in doc.
func Maybe[T any](doc T, ok bool, err error) (T, bool, error) {
	if err != nil || !ok {
		var none T
		return none, false, err
	}
	return doc, true, nil
}

// Get reads the row with that id. Its error is ErrNotFound if there is no such row.
func (s Handle) Get(ctx context.Context, t *dialect.Table, row Row, id any) error {
	return s.one(ctx, t, s.DB.constants(t).byID, row, []any{id})
}

// GetBy reads the row that has these values in the fields of a unique index. The fields are
// named by their keys: "userId, role". Its error is ErrNotFound if there is no such row.
func (s Handle) GetBy(ctx context.Context, t *dialect.Table, row Row, fields string, values ...any) error {
	return s.one(ctx, t, s.DB.constants(t).find[fields], row, values)
}

// GetWhere reads the one row for which all conditions hold. Its error is
// ErrNotFound if there is no such row.
func (s Handle) GetWhere(ctx context.Context, t *dialect.Table, row Row, where ...criteria.Expr) error {
	ok, err := s.First(ctx, t, row, criteria.Query{Where: criteria.AllOf(where...)})
	return Found(t, ok, err)
}

// GetForUpdate reads the row with that id and locks it for the rest of the unit.
// Its error is ErrNotFound if there is no such row. Outside of a unit its error is
// ErrOutsideTx, because the lock would be gone when the call returns. In a unit that only
// reads it is ErrReadOnly, because such a unit may lock nothing.
func (s Handle) GetForUpdate(ctx context.Context, t *dialect.Table, row Row, id any) error {
	switch {
	case s.Unit == nil:
		return fmt.Errorf("%s: %w", t.Key, authgen.ErrOutsideTx)
	case s.Unit.options&authgen.ReadOnly != 0:
		return fmt.Errorf("%s: %w", t.Key, authgen.ErrReadOnly)
	}
	ok, err := s.LockOne(ctx, t, row, criteria.LockUpdate, Equal(t.ID, id))
	return Found(t, ok, err)
}

// First reads the first row of a query, and reports whether there is one.
func (s Handle) First(ctx context.Context, t *dialect.Table, row Row, q criteria.Query) (bool, error) {
	if err := checkPage(q, t); err != nil {
		return false, err
	}
	q.Limit = 1
	n, err := s.rows(ctx, t, q, row.Scan)
	return n > 0, err
}

// LockOne reads the first row that matches, in the order of the ids, and locks it for the
// rest of the unit. It reports whether there is one. It refuses an empty condition (W2).
func (s Handle) LockOne(ctx context.Context, t *dialect.Table, row Row, lock criteria.Lock, where criteria.Expr) (bool, error) {
	switch {
	case where.IsZero():
		return false, noPredicate(t)
	case !isID(where, t):
		return s.First(ctx, t, row, criteria.Query{Where: where, Lock: lock})
	}
	if err := s.begin(ctx); err != nil {
		return false, err
	}
	err := s.one(ctx, t, s.DB.constants(t).byID+s.DB.dialect.LockRows(lock), row, []any{where.Arg})
	if errors.Is(err, authgen.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// DeleteOne deletes one row that matches and reads it, in one statement where the database
// can. It reports whether there was one.
func (s Handle) DeleteOne(ctx context.Context, t *dialect.Table, row Row, where criteria.Expr) (bool, error) {
	if !s.unreturned(t, true) {
		ok, err := s.deleteOne(ctx, t, where, row.Scan)
		if !errors.Is(err, errTooDeep) && !s.isKept(t, ok, err) {
			return ok, err
		}
	}
	return s.short(ctx, func(ctx context.Context, s Handle) (bool, error) { return s.takeLocked(ctx, t, row, where) })
}

// UpdateOne sets columns of one row that matches and reads it, in one statement where the
// database can. It reports whether there was one. With nothing to set it only reads.
func (s Handle) UpdateOne(ctx context.Context, t *dialect.Table, row Row, where criteria.Expr, set *Assignments) (bool, error) {
	if !s.unreturned(t, false) || set.Empty() {
		ok, err := s.updateOne(ctx, t, where, set, row.Scan)
		if !s.isKept(t, ok, err) || set.Empty() {
			return ok, err
		}
	}
	return s.short(ctx, func(ctx context.Context, s Handle) (bool, error) { return s.updateAndRead(ctx, t, row, where, set) })
}

// UpdateLocked is UpdateOne for a row that the call has locked. Its error is
// ErrDeletedByTrigger if the row is gone.
func (s Handle) UpdateLocked(ctx context.Context, t *dialect.Table, row Row, where criteria.Expr, set *Assignments) error {
	ok, err := s.UpdateOne(ctx, t, row, where, set)
	return lockedRow(t, ok, err)
}
