package runtime

import (
	"context"
	"errors"
	"sort"
	"strconv"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// This is what a table needs that has no trigger ahead of its writes: rows
// that are locked, written, and given back as they were (M3). Where the
// database can, that is one statement.

// returns says which writes of a table give back the rows they wrote, as they are
// stored. Behind a trigger that keeps a row from being written, a write in WITH gives
// it back all the same.
func (s Session) returns(t *dialect.Table) dialect.Returning {
	switch k := s.DB.knownOf(t); {
	case k.isRewritten():
		return 0
	case k.isTriggered():
		return s.DB.dialect.Returns() &^ dialect.ReturnsOld
	}
	return s.DB.dialect.Returns()
}

// Overwrite sets columns of one row that matches, the first by id, and returns
// the row as it was, or nil if there is none. If there is nothing to set it only
// reads. An empty condition is refused (W2).
func Overwrite[T any](ctx context.Context, s Session, c *Codec[T], where criteria.Expr, set *Assignments) (*T, error) {
	if s.returns(c.Table)&dialect.ReturnsOld != 0 && !set.Empty() && !where.IsZero() {
		var old T
		ok, err := s.overwrite(ctx, c.Table, where, set, func(r dialect.Row) error { return c.Scan(&old, r) })
		return found(&old, ok, err)
	}
	old, err := LockOne(ctx, s, c, criteria.LockUpdate, where)
	if err != nil || old == nil || set.Empty() {
		return old, err
	}
	if !isID(where, c.Table) {
		where = Equal(c.Table.ID, c.id(old))
	}
	_, err = s.updateRow(ctx, c.Table, where, c.Key(old), set)
	return found(old, true, err)
}

// overwrite locks a row that matches, sets columns of it and reads it as it was.
// It reports whether there was one.
func (s Session) overwrite(ctx context.Context, t *dialect.Table, where criteria.Expr, set *Assignments, scan func(dialect.Row) error) (bool, error) {
	d := s.DB.dialect
	b := newBuilder(s.DB, t, "")
	b.writeUpdate(t, set)
	b.Text(" FROM (")
	b.Text(t.Select.For(d.Kind()))
	b.writeWhere(where)
	if !isID(where, t) {
		b.writeOrder(t, nil)
		b.writeLimit(1, 0)
	}
	b.Text(d.LockRows(criteria.LockUpdate))
	b.Text(") AS authgen_old WHERE ")
	b.Ident(t.Name)
	b.Text(".")
	b.Ident(t.ID)
	b.Text(" = authgen_old.")
	b.Ident(t.ID)
	b.Text(" RETURNING authgen_old.*")
	n, err := s.queryBuilt(ctx, t, b, true, scan)
	s.touchWritten(t, set)
	return n > 0, s.explain(ctx, t, err, set.value)
}

// OverwriteMany sets columns of the rows that match, a batch at a time in the
// order of their ids (M1), and calls visit with the rows of each batch as they
// were. It returns how many there were. An empty condition is refused (W2).
func OverwriteMany[T any](ctx context.Context, s Session, c *Codec[T], where criteria.Expr, set *Assignments, visit func([]T) error) (int, error) {
	lock := criteria.LockUpdate
	if set == nil {
		lock = criteria.LockDelete
	}
	return walkOver(ctx, s, c, lock, where, func(w *walk, docs *documents[T]) error {
		return s.exchange(ctx, w, set, docs)
	}, func(docs []T) (int, error) { return len(docs), visit(docs) })
}

// Take deletes one row that matches, the first by id, and returns it, or nil if
// there is none. An empty condition is refused (W2).
func Take[T any](ctx context.Context, s Session, c *Codec[T], where criteria.Expr) (*T, error) {
	if s.returns(c.Table)&(dialect.ReturnsDeleted|dialect.ReturnsOld) != 0 {
		return DeleteOne(ctx, s, c, where)
	}
	return takeLocked(ctx, s, c, where)
}

// takeLocked is Take in two statements: the row is locked and read, and deleted
// by its id.
func takeLocked[T any](ctx context.Context, s Session, c *Codec[T], where criteria.Expr) (*T, error) {
	doc, err := LockOne(ctx, s, c, criteria.LockDelete, where)
	if err != nil || doc == nil {
		return nil, err
	}
	_, err = s.DeleteByID(ctx, c.Table, c.id(doc), c.Key(doc))
	return found(doc, true, err)
}

// TakeMany deletes the rows that match as OverwriteMany writes them, and calls
// visit with those of each batch.
func TakeMany[T any](ctx context.Context, s Session, c *Codec[T], where criteria.Expr, visit func([]T) error) (int, error) {
	return OverwriteMany(ctx, s, c, where, nil, visit)
}

// exchange reads the next batch of a walk as it is and writes it. Without
// assignments, it is deleted.
func (s Session) exchange(ctx context.Context, w *walk, set *Assignments, rows rowSet) (err error) {
	d, t := s.DB.dialect, w.table
	switch returns := s.returns(t); {
	case returns&dialect.ReturnsOld != 0:
		if set == nil && w.ids == nil {
			done, err := s.takeFew(ctx, w, rows)
			if err != nil || done {
				return err
			}
		}
		b := newBuilder(s.DB, t, "")
		b.writeExchange(w, set)
		_, err = s.queryBuilt(ctx, t, b, true, rows.scan)
	case returns&dialect.ReturnsDeleted != 0 && set == nil:
		b := newBuilder(s.DB, t, "")
		b.writeWrite(t, set)
		b.writeWhere(w.rest())
		b.writeOrder(t, nil)
		b.writeLimit(batchSize, 0)
		b.Text(t.Returning.For(d.Kind()))
		_, err = s.queryBuilt(ctx, t, b, true, rows.scan)
		if errors.Is(err, errTooDeep) {
			rows.reset()
			err = s.readAndWrite(ctx, w, set, rows)
		}
	default:
		err = s.readAndWrite(ctx, w, set, rows)
	}
	s.touchWritten(t, set)
	if set == nil {
		return referred(err)
	}
	return s.explain(ctx, t, err, set.value)
}

// readAndWrite is exchange in two statements.
func (s Session) readAndWrite(ctx context.Context, w *walk, set *Assignments, rows rowSet) error {
	t := w.table
	if n, err := s.rows(ctx, t, w.batch(), rows.scan); err != nil || n == 0 {
		return err
	}
	where := w.upTo(rows) // where nobody can have written since, the same rows match
	if !s.DB.dialect.SingleWriter() {
		where = byIDs(t, idsOf(rows))
	}
	if set == nil {
		_, err := s.deleteRows(ctx, t, where)
		if err == nil && s.DB.knownOf(t).isTriggered() {
			err = s.unwritten(ctx, t, byIDs(t, idsOf(rows)), "deleted")
		}
		return err
	}
	b := newBuilder(s.DB, t, "")
	b.writeUpdate(t, set)
	b.writeWhere(where)
	n, err := s.countBuilt(ctx, t, b)
	if err == nil && n < rows.len() {
		err = s.kept(t, "updated")
	}
	return err
}

// takeFew deletes the rows of a walk at once if they are no more than a batch,
// which is the quickest way, and reports whether it did. Where it did not there
// may be none.
func (s Session) takeFew(ctx context.Context, w *walk, rows rowSet) (bool, error) {
	t := w.table
	b := newBuilder(s.DB, t, "")
	b.writeWrite(t, nil)
	b.Text(" WHERE ")
	b.writeCondition(w.where)
	b.Text(" AND (SELECT count(*) FROM (SELECT 1 FROM ")
	b.Ident(t.Name)
	b.writeWhere(w.where)
	b.writeLimit(batchSize+1, 0)
	b.Text(") AS authgen_few) <= ")
	b.sql = strconv.AppendInt(b.sql, batchSize, 10)
	b.Text(t.Returning.For(s.DB.Kind()))
	n, err := s.queryBuilt(ctx, t, b, true, rows.scan)
	s.touchWritten(t, nil)
	sort.Sort(byKey{rows, t.Serial})
	return n > 0, referred(err)
}

// touchWritten tells the watches of a statement that wrote rows of a table, or
// without assignments deleted them.
func (s Session) touchWritten(t *dialect.Table, set *Assignments) {
	if set == nil {
		s.touchDeleted(t, "")
		return
	}
	s.touchUpdated(t, "", set)
}

// writeWrite appends the beginning of an UPDATE or, without assignments, of a
// DELETE.
func (b *Builder) writeWrite(t *dialect.Table, set *Assignments) {
	if set != nil {
		b.writeUpdate(t, set)
		return
	}
	b.Text("DELETE FROM ")
	b.Ident(t.Name)
}

// writeExchange appends the statement that locks and reads a batch and writes
// it. The write of a first batch repeats the condition: the planner cannot know
// how many ids there will be, and reads the whole table if it has nothing else
// to go by.
func (b *Builder) writeExchange(w *walk, set *Assignments) {
	t := w.table
	b.Text("WITH authgen_old AS (")
	b.Text(t.Select.For(b.dialect.Kind()))
	b.writeWhere(w.rest())
	b.writeOrder(t, nil)
	b.writeLimit(batchSize, 0)
	b.Text(b.dialect.LockRows(w.lock))
	b.Text("), authgen_new AS (")
	b.writeWrite(t, set)
	b.Text(" WHERE ")
	b.Ident(t.ID)
	b.Text(" = ANY(ARRAY(SELECT ")
	b.Ident(t.ID)
	b.Text(" FROM authgen_old))")
	if w.ids == nil {
		b.Text(" AND ")
		b.writeCondition(w.where)
	}
	b.Text(") SELECT * FROM authgen_old")
	b.writeOrder(t, nil)
}
