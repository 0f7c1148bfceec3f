package runtime

import (
	"context"
	"strconv"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// checkPage refuses a limit or an offset below zero. It comes from a mistake in the
// arithmetic of pages, and does not ask for every row.
func checkPage(q criteria.Query, t *dialect.Table) error {
	switch {
	case q.Limit < 0:
		return &authgen.ValidationError{Table: t.Key, Rule: "limit", Why: "the limit is negative: zero is no limit"}
	case q.Offset < 0:
		return &authgen.ValidationError{Table: t.Key, Rule: "offset", Why: "the offset is negative: zero is the first row"}
	}
	return nil
}

// Select reads the rows of a query in order (W7), calling scan for each.
func (s Handle) Select(ctx context.Context, t *dialect.Table, q criteria.Query, scan func(dialect.Row) error) error {
	_, err := s.rows(ctx, t, q, scan)
	return err
}

func (s Handle) rows(ctx context.Context, t *dialect.Table, q criteria.Query, scan func(dialect.Row) error) (int, error) {
	if err := checkPage(q, t); err != nil {
		return 0, err
	}
	if q.Lock != criteria.NoLock {
		if err := s.begin(ctx); err != nil {
			return 0, err
		}
	}
	d := s.DB.dialect
	b := newBuilder(s.DB, t, s.DB.constants(t).selectAll)
	b.writeWhere(q.Where)
	b.writeOrder(t, q.OrderBy)
	b.writeLimit(q.Limit, q.Offset)
	if q.Lock != criteria.NoLock {
		b.Text(d.LockRows(q.Lock))
	}
	return s.queryBuilt(ctx, t, b, false, scan)
}

// one reads the row that a constant statement selects. Its error is ErrNotFound if there is
// no such row.
func (s Handle) one(ctx context.Context, t *dialect.Table, query string, row Row, args []any) error {
	if !holdable(args) || s.misses(t, query, args) {
		return Found(t, false, s.idle(ctx, false))
	}
	out, err := s.run(ctx, statement{table: t, query: query, args: s.bind(args), scan: row.Scan})
	if err == nil && out.rows == 0 {
		return notFound(t)
	}
	return err
}

// bind turns args, in place, into the values that the driver stores. It turns a time that
// is there twice, for example in a new row, only once.
func (s Handle) bind(args []any) []any {
	var last time.Time
	var bound any
	for i, v := range args {
		t, isTime := v.(time.Time)
		if isTime && bound != nil && t == last {
			args[i] = bound
			continue
		}
		args[i] = s.DB.dialect.Bind(v)
		if isTime {
			last, bound = t, args[i]
		}
	}
	return args
}

// Count returns how many rows match. It refuses an empty condition (W2).
func (s Handle) Count(ctx context.Context, t *dialect.Table, where criteria.Expr) (n int, err error) {
	if where.IsZero() {
		return 0, noPredicate(t)
	}
	b := newBuilder(s.DB, t, "SELECT count(*) FROM ")
	b.Ident(t.Name)
	b.writeWhere(where)
	_, err = s.queryBuilt(ctx, t, b, false, func(r dialect.Row) error { return r.Scan(&n) })
	return n, err
}

// Exists reports whether a row matches. It refuses an empty condition (W2).
func (s Handle) Exists(ctx context.Context, t *dialect.Table, where criteria.Expr) (bool, error) {
	if where.IsZero() {
		return false, noPredicate(t)
	}
	b := newBuilder(s.DB, t, "SELECT 1 FROM ")
	b.Ident(t.Name)
	b.writeWhere(where)
	b.Text(" LIMIT 1")
	n, err := s.queryBuilt(ctx, t, b, false, func(r dialect.Row) error { var one int; return r.Scan(&one) })
	return n > 0, err
}

// insert stores a row. args are its values, in the order of the table's fields. If the
// ids of the table are serial, it returns the id that the database counted.
func (s Handle) insert(ctx context.Context, t *dialect.Table, args []any) (id int64, err error) {
	query := s.DB.constants(t).insert
	if t.Serial && s.DB.Kind() == dialect.Postgres {
		return s.insertCounted(ctx, t, query, args)
	}
	args = s.bindRow(t, args)
	out, err := s.run(ctx, statement{table: t, query: query, args: args, writing: true})
	s.touchCreated(t)
	if err != nil {
		return 0, s.explain(ctx, t, err, valuesOf(t, args))
	}
	return out.LastID, nil
}

// insertCounted is insert with a statement that returns the id.
func (s Handle) insertCounted(ctx context.Context, t *dialect.Table, query string, args []any) (id int64, err error) {
	_, err = s.insertReturning(ctx, t, query, args, func(r dialect.Row) error { return r.Scan(&id) })
	return id, err
}

// insertReturning stores a row with a statement that returns something of the row, and
// returns how many rows came back.
func (s Handle) insertReturning(ctx context.Context, t *dialect.Table, query string, args []any, scan func(dialect.Row) error) (int, error) {
	args = s.bindRow(t, args)
	out, err := s.run(ctx, statement{table: t, query: query, args: args, writing: true, scan: scan})
	s.touchCreated(t)
	return out.rows, s.explain(ctx, t, err, valuesOf(t, args))
}

// bindRow is bind for the values of a row.
func (s Handle) bindRow(t *dialect.Table, args []any) []any {
	for i := range t.Fields {
		args[i] = storedAs(&t.Fields[i], args[i])
	}
	return s.bind(args)
}

// SerialID returns an id as a value of a row. For zero it returns nil, so that the database
// counts.
func SerialID(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// Key returns the text of a serial id, for Watch.
func Key(id int64) string { return strconv.FormatInt(id, 10) }

// Update sets columns of the rows that match, in one statement, and returns
// how many there were. It refuses an empty condition (W2).
func (s Handle) Update(ctx context.Context, t *dialect.Table, where criteria.Expr, set *Assignments) (int, error) {
	if where.IsZero() {
		return 0, noPredicate(t)
	}
	if set.Empty() {
		return s.Count(ctx, t, where)
	}
	b := newBuilder(s.DB, t, "")
	b.writeUpdate(t, set)
	b.writeWhere(where)
	n, err := s.countBuilt(ctx, t, b)
	s.touchUpdated(t, "", set)
	return n, s.explain(ctx, t, err, set.value)
}

// updateRow sets columns of one row, which the condition names by its id. It reports
// whether the row exists.
func (s Handle) updateRow(ctx context.Context, t *dialect.Table, where criteria.Expr, key string, set *Assignments) (bool, error) {
	b := newBuilder(s.DB, t, "")
	b.writeUpdate(t, set)
	b.writeWhere(where)
	n, err := s.countBuilt(ctx, t, b)
	s.touchUpdated(t, key, set)
	if err == nil && n == 0 {
		err = s.unwritten(ctx, t, where, "updated")
	}
	return n > 0, s.explain(ctx, t, err, set.value)
}

// Delete deletes the rows that match, in one statement, and returns how many
// there were. It refuses an empty condition (W2).
func (s Handle) Delete(ctx context.Context, t *dialect.Table, where criteria.Expr) (int, error) {
	if where.IsZero() {
		return 0, noPredicate(t)
	}
	n, err := s.deleteRows(ctx, t, where)
	s.touchDeleted(t, "")
	return n, referred(err)
}

// deleteRows is Delete without telling the watches.
func (s Handle) deleteRows(ctx context.Context, t *dialect.Table, where criteria.Expr) (int, error) {
	n, err := 0, errTooDeep
	if !s.strands(t) {
		b := newBuilder(s.DB, t, "DELETE FROM ")
		b.Ident(t.Name)
		b.writeWhere(where)
		n, err = s.countBuilt(ctx, t, b)
	}
	return s.orUproot(ctx, t, where, n, err)
}

// Remove deletes the row with that id. Its error is ErrNotFound if there is no such row.
func (s Handle) Remove(ctx context.Context, t *dialect.Table, id any, key string) error {
	found, err := s.DeleteByID(ctx, t, id, key)
	return Found(t, found, err)
}

// RemoveLocked is Remove for a row that was locked. If the row is gone, only a trigger can
// have deleted it, so the error is ErrDeletedByTrigger.
func (s Handle) RemoveLocked(ctx context.Context, t *dialect.Table, id any, key string) error {
	there, err := s.DeleteByID(ctx, t, id, key)
	return lockedRow(t, there, err)
}

// ChangeLocked updates a row that was locked. If the row is gone, only a trigger can have
// deleted it, so the error is ErrDeletedByTrigger.
func (s Handle) ChangeLocked(ctx context.Context, t *dialect.Table, id any, key string, set *Assignments) error {
	there, err := s.updateRow(ctx, t, Equal(t.ID, id), key, set)
	return lockedRow(t, there, err)
}

// DeleteByID deletes one row and reports whether this call removed it (D1).
func (s Handle) DeleteByID(ctx context.Context, t *dialect.Table, id any, key string) (bool, error) {
	args := []any{id}
	if !holdable(args) || s.misses(t, s.DB.constants(t).remove, args) {
		return false, s.idle(ctx, true)
	}
	n, err := 0, errTooDeep
	if !s.strands(t) {
		var out outcome
		out, err = s.run(ctx, statement{table: t, query: s.DB.constants(t).remove, args: s.bind(args), writing: true})
		n = int(out.Matched)
	}
	n, err = s.orUproot(ctx, t, Equal(t.ID, id), n, err)
	s.touchDeleted(t, key)
	if err == nil && n == 0 {
		err = s.unwritten(ctx, t, Equal(t.ID, id), "deleted")
	}
	return n > 0, referred(err)
}

func (s Handle) touchDeleted(t *dialect.Table, key string) {
	if s.Unit != nil {
		s.Unit.touch(t, key)
		s.Unit.touchBeneath(t)
	}
}

// updateOne sets columns of one of the rows that match and reads it back, in
// one statement. It reports whether there was one.
func (s Handle) updateOne(ctx context.Context, t *dialect.Table, where criteria.Expr, set *Assignments, scan func(dialect.Row) error) (bool, error) {
	if where.IsZero() {
		return false, noPredicate(t)
	}
	if set.Empty() {
		n, err := s.rows(ctx, t, criteria.Query{Where: where, Limit: 1}, scan)
		return n > 0, err
	}
	b := newBuilder(s.DB, t, "")
	b.writeUpdate(t, set)
	b.writeOneOf(t, criteria.LockUpdate, where)
	b.writeBounds(set)
	b.Text(s.DB.constants(t).returning)
	n, err := s.queryBuilt(ctx, t, b, true, scan)
	s.touchUpdated(t, "", set)
	if err != nil || n > 0 || !set.bounded() {
		return n > 0, s.explain(ctx, t, err, set.value)
	}
	return false, s.checkBounds(ctx, t, where, set)
}

// deleteOne deletes one of the rows that match and reads it, in one statement.
// It reports whether there was one.
func (s Handle) deleteOne(ctx context.Context, t *dialect.Table, where criteria.Expr, scan func(dialect.Row) error) (bool, error) {
	if where.IsZero() {
		return false, noPredicate(t)
	}
	b := newBuilder(s.DB, t, "DELETE FROM ")
	b.Ident(t.Name)
	b.writeOneOf(t, criteria.LockDelete, where)
	b.Text(s.DB.constants(t).returning)
	n, err := s.queryBuilt(ctx, t, b, true, scan)
	s.touchDeleted(t, "")
	return n > 0, referred(err)
}

// writeOneOf appends a WHERE clause that holds for one of the rows that match.
// It repeats the condition outside of the subselect, so that the condition holds for the
// row as it is when it is locked, under READ COMMITTED too.
func (b *Builder) writeOneOf(t *dialect.Table, lock criteria.Lock, where criteria.Expr) {
	if isID(where, t) {
		b.writeWhere(where)
		return
	}
	if b.dialect.Kind() == dialect.MySQL { // MySQL refuses a subselect of the table that is written
		b.writeWhere(where)
		b.writeOrder(t, nil)
		b.writeLimit(1, 0)
		return
	}
	b.twice = true
	b.Text(" WHERE ")
	b.Ident(t.ID)
	b.Text(" = (SELECT ")
	b.Ident(t.ID)
	b.Text(" FROM ")
	b.Ident(t.Name)
	b.writeWhere(where)
	b.Text(" ORDER BY ")
	b.Ident(t.ID)
	b.Text(" LIMIT 1")
	b.Text(b.dialect.LockRows(lock)) // otherwise it may choose a row that another transaction is deleting, and find none
	b.Text(") AND ")
	b.writeCondition(where)
}

// begin begins the transaction of a unit with LazyWrite ahead of a read that locks,
// because a read outside of the transaction would lock nothing.
func (s Handle) begin(ctx context.Context) error {
	if s.Unit == nil || s.Unit.options&authgen.LazyWrite == 0 {
		return nil
	}
	err := s.Unit.acquire(ctx, true)
	if err == nil {
		s.Unit.running.Unlock()
	}
	return err
}
