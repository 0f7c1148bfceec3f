package runtime

import (
	"context"
	"errors"
	"strconv"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// An exchange locks rows, writes them, and returns them as they were before (M3). A table
// without a trigger ahead of its writes needs no more. Where the database can, an exchange
// is one statement.

// returns says which writes of a table return the rows they wrote, as they are stored.
// If the table has triggers in the database, it leaves out ReturnsOld: a write in WITH
// returns a row even if a trigger kept it from being written.
func (s Handle) returns(t *dialect.Table) dialect.Returning {
	switch k := s.DB.knownOf(t); {
	case k.isRewritten():
		return 0
	case k.isTriggered():
		return s.DB.dialect.Returns() &^ dialect.ReturnsOld
	}
	return s.DB.dialect.Returns()
}

// Overwrite sets columns of one row that matches, the first by id, and reads the row as it
// was before. It reports whether there is one. With nothing to set it only reads. It refuses
// an empty condition (W2).
func (s Handle) Overwrite(ctx context.Context, t *dialect.Table, row Row, where criteria.Expr, set *Assignments) (bool, error) {
	if s.returns(t)&dialect.ReturnsOld != 0 && !set.Empty() && !where.IsZero() {
		return s.overwrite(ctx, t, where, set, row.Scan)
	}
	ok, err := s.LockOne(ctx, t, row, criteria.LockUpdate, where)
	if err != nil || !ok || set.Empty() {
		return ok, err
	}
	if !isID(where, t) {
		where = Equal(t.ID, idOf(t, row))
	}
	_, err = s.updateRow(ctx, t, where, row.Key(), set)
	return true, err
}

// overwrite is Overwrite in one statement: it locks a row that matches, sets columns of it
// and reads the row as it was before. It reports whether there was one.
func (s Handle) overwrite(ctx context.Context, t *dialect.Table, where criteria.Expr, set *Assignments, scan func(dialect.Row) error) (bool, error) {
	d := s.DB.dialect
	b := newBuilder(s.DB, t, "")
	b.writeUpdate(t, set)
	b.Text(" FROM (")
	b.Text(s.DB.constants(t).selectAll)
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
// order of their ids (M1), and then calls tell for them. It returns how many rows there
// were. It refuses an empty condition (W2).
func OverwriteMany[T any](ctx context.Context, s Handle, c *Codec[T], where criteria.Expr, set *Assignments, tell Telling[T]) (int, error) {
	docs := &documents[T]{codec: c}
	return s.exchangeMany(ctx, c.Table, where, set, docs, func() error {
		return tell.all(ctx, s, docs, []*Assignments{set})
	})
}

// TakeMany deletes the rows that match, a batch at a time like OverwriteMany, and calls
// visit with the rows of each batch. It returns how many rows there were.
func TakeMany[T any](ctx context.Context, s Handle, c *Codec[T], where criteria.Expr, visit func([]T) error) (int, error) {
	docs := &documents[T]{codec: c}
	return s.exchangeMany(ctx, c.Table, where, nil, docs, func() error { return visit(docs.list) })
}

// exchangeMany writes the rows that match, a batch at a time. It calls visit for each batch,
// with its rows in r as they were before. Without assignments it deletes the rows.
func (s Handle) exchangeMany(ctx context.Context, t *dialect.Table, where criteria.Expr, set *Assignments, r rows, visit func() error) (int, error) {
	lock := criteria.LockUpdate
	if set == nil {
		lock = criteria.LockDelete
	}
	return s.walkOver(ctx, t, lock, where, r, func(w *walk) error {
		return s.exchange(ctx, w, set, r)
	}, func() (int, error) { return r.len(), visit() })
}

// Take deletes one row that matches, the first by id, and reads the row as it was. It
// reports whether there is one. It refuses an empty condition (W2).
func (s Handle) Take(ctx context.Context, t *dialect.Table, row Row, where criteria.Expr) (bool, error) {
	if s.returns(t)&(dialect.ReturnsDeleted|dialect.ReturnsOld) != 0 {
		return s.DeleteOne(ctx, t, row, where)
	}
	return s.takeLocked(ctx, t, row, where)
}

// takeLocked is Take in two statements: it locks and reads the row, and deletes it
// by its id.
func (s Handle) takeLocked(ctx context.Context, t *dialect.Table, row Row, where criteria.Expr) (bool, error) {
	ok, err := s.LockOne(ctx, t, row, criteria.LockDelete, where)
	if err != nil || !ok {
		return false, err
	}
	_, err = s.DeleteByID(ctx, t, idOf(t, row), row.Key())
	return err == nil, err
}

// exchange reads the next batch of a walk into r and writes it. Without
// assignments it deletes the batch.
func (s Handle) exchange(ctx context.Context, w *walk, set *Assignments, r rows) (err error) {
	t := w.table
	switch returns := s.returns(t); {
	case returns&dialect.ReturnsOld != 0:
		if set == nil && w.ids == nil {
			done, err := s.takeFew(ctx, w, r)
			if err != nil || done {
				return err
			}
		}
		b := newBuilder(s.DB, t, "")
		b.writeExchange(w, set)
		_, err = s.queryBuilt(ctx, t, b, true, into(r))
	case returns&dialect.ReturnsDeleted != 0 && set == nil:
		b := newBuilder(s.DB, t, "")
		b.writeWrite(t, set)
		b.writeWhere(w.rest())
		b.writeOrder(t, nil)
		b.writeLimit(batchSize, 0)
		b.Text(s.DB.constants(t).returning)
		_, err = s.queryBuilt(ctx, t, b, true, into(r))
		if errors.Is(err, errTooDeep) {
			r.cut(0)
			err = s.readAndWrite(ctx, w, set, r)
		}
	default:
		err = s.readAndWrite(ctx, w, set, r)
	}
	s.touchWritten(t, set)
	if set == nil {
		return referred(err)
	}
	return s.explain(ctx, t, err, set.value)
}

// readAndWrite is exchange in two statements.
func (s Handle) readAndWrite(ctx context.Context, w *walk, set *Assignments, r rows) error {
	t := w.table
	if n, err := s.rows(ctx, t, w.batch(), into(r)); err != nil || n == 0 {
		return err
	}
	where := w.upTo(r) // the same rows match, if nobody can have written since
	if !s.DB.dialect.SingleWriter() {
		where = byIDs(t, idsOf(t, r))
	}
	if set == nil {
		_, err := s.deleteRows(ctx, t, where)
		if err == nil && s.DB.knownOf(t).isTriggered() {
			err = s.unwritten(ctx, t, byIDs(t, idsOf(t, r)), "deleted")
		}
		return err
	}
	b := newBuilder(s.DB, t, "")
	b.writeUpdate(t, set)
	b.writeWhere(where)
	n, err := s.countBuilt(ctx, t, b)
	if err == nil && n < r.len() {
		err = s.keptFrom(t, "updated")
	}
	return err
}

// takeFew deletes the rows of a walk at once if they are at most a batch, because that is
// the fastest way. It reports whether it deleted rows. If it reports false, there may be
// too many rows, or none.
func (s Handle) takeFew(ctx context.Context, w *walk, r rows) (bool, error) {
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
	b.Text(s.DB.constants(t).returning)
	n, err := s.queryBuilt(ctx, t, b, true, into(r))
	s.touchWritten(t, nil)
	sortByID(t, r)
	return n > 0, referred(err)
}

// touchWritten tells the watches of a statement that wrote rows of a table. Without
// assignments the statement deleted the rows.
func (s Handle) touchWritten(t *dialect.Table, set *Assignments) {
	if set == nil {
		s.touchDeleted(t, "")
		return
	}
	s.touchUpdated(t, "", set)
}

// writeWrite appends the beginning of an UPDATE. Without assignments it appends that of a
// DELETE.
func (b *Builder) writeWrite(t *dialect.Table, set *Assignments) {
	if set != nil {
		b.writeUpdate(t, set)
		return
	}
	b.Text("DELETE FROM ")
	b.Ident(t.Name)
}

// writeExchange appends the statement that locks, reads and writes a batch. In the first
// batch, the write repeats the condition. Without it the planner would read the whole
// table, because it cannot know how many ids there will be.
func (b *Builder) writeExchange(w *walk, set *Assignments) {
	t := w.table
	b.Text("WITH authgen_old AS (")
	b.Text(b.constants().selectAll)
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
