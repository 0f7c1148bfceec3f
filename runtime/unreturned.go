package runtime

import (
	"context"
	"database/sql"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// MySQL and MariaDB cannot return the row that an UPDATE wrote. MySQL cannot return the row
// that a DELETE removed either, but MariaDB can. And no database can return a row that its
// triggers write again. A call that returns such a row is a short unit: it locks the row,
// writes it by its id, and reads it (U6).

// unreturned reports whether the database cannot return a row that is updated, or with
// deleting, a row that is deleted.
func (s Handle) unreturned(t *dialect.Table, deleting bool) bool {
	if s.DB.knownOf(t).isRewritten() {
		return true
	}
	return s.DB.Kind() == dialect.MySQL && !(deleting && s.returns(t)&dialect.ReturnsDeleted != 0)
}

// updateAndRead is UpdateOne as a short unit.
func (s Handle) updateAndRead(ctx context.Context, t *dialect.Table, row Row, where criteria.Expr, set *Assignments) (bool, error) {
	id, err := s.lockID(ctx, t, where)
	if err != nil || id == nil {
		return false, err
	}
	if ok, err := s.updateLocked(ctx, t, id, set); err != nil || !ok {
		return false, err
	}
	err = s.Get(ctx, t, row, id)
	return err == nil, err
}

// short runs fn in the unit that is open, or in one of its own.
func (s Handle) short(ctx context.Context, fn func(context.Context, Handle) (bool, error)) (ok bool, err error) {
	err = s.whole(ctx, false, func(ctx context.Context, s Handle) (err error) {
		ok, err = fn(ctx, s)
		return err
	})
	return ok && err == nil, err
}

// lockID locks the first row that matches and returns its id, or nil if there
// is none. It does not lock a row that the condition names by its id, because the UPDATE
// locks that row.
func (s Handle) lockID(ctx context.Context, t *dialect.Table, where criteria.Expr) (id any, err error) {
	switch {
	case where.IsZero():
		return nil, noPredicate(t)
	case isID(where, t):
		return where.Arg, nil
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	b := newBuilder(s.DB, t, "SELECT ")
	b.Ident(t.ID)
	b.Text(" FROM ")
	b.Ident(t.Name)
	b.writeWhere(where)
	b.writeOrder(t, nil)
	b.writeLimit(1, 0)
	b.Text(s.DB.dialect.LockRows(criteria.LockUpdate))
	_, err = s.queryBuilt(ctx, t, b, false, func(r dialect.Row) error {
		id, err = scanID(t, r)
		return err
	})
	return id, err
}

// scanID reads a row that holds only an id. It returns the id as an argument of a
// statement, or nil for null.
func scanID(t *dialect.Table, r dialect.Row) (any, error) {
	if t.Serial {
		var id sql.NullInt64
		if err := r.Scan(&id); err != nil || !id.Valid {
			return nil, err
		}
		return id.Int64, nil
	}
	var id sql.NullString
	if err := r.Scan(&id); err != nil || !id.Valid {
		return nil, err
	}
	return id.String, nil
}

// updateLocked sets columns of the row with that id, and reports whether there
// is one.
func (s Handle) updateLocked(ctx context.Context, t *dialect.Table, id any, set *Assignments) (bool, error) {
	where := Equal(t.ID, id)
	b := newBuilder(s.DB, t, "")
	b.writeUpdate(t, set)
	b.writeWhere(where)
	b.writeBounds(set)
	n, err := s.countBuilt(ctx, t, b)
	s.touchUpdated(t, "", set)
	if err == nil && n == 0 && set.bounded() {
		err = s.checkBounds(ctx, t, where, set)
	}
	if err == nil && n == 0 {
		err = s.unwritten(ctx, t, where, "updated")
	}
	return n > 0, s.explain(ctx, t, err, set.value)
}
