package runtime

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// Databases carry out ON DELETE CASCADE only to a certain depth: InnoDB 15 rows below the
// first, SQLite 1,000. A chain of rows may be longer if references form a cycle, for example
// comments that reply to comments. If a DELETE fails for this, the adapter deletes the rows
// itself, from the last of the chain to the first (D3). It also does so where MySQL would
// end the cascade too early.

// errTooDeep is the cause of a DELETE that failed for the depth of its cascades.
var errTooDeep = errors.New("the cascades are deeper than the database goes")

// tooDeep returns the error of a DELETE that failed for this. A program sees it only if the
// adapter cannot delete the rows itself.
func tooDeep(key string, cause error) error {
	return &authgen.StatementError{
		Table:  key,
		Reason: "the rows that are deleted with a row refer to one another in a longer chain than the database follows: delete the last rows of the chain first",
		Cause:  errors.Join(errTooDeep, cause),
	}
}

// A descent is a reference that deletes the rows of a table with the row to which they
// refer.
type descent struct {
	child *dialect.Table
	*dialect.Foreign
}

// descents returns, for each table, the descents that refer to it.
func descents(tables []*dialect.Table) map[*dialect.Table][]descent {
	to := map[*dialect.Table][]descent{}
	for _, parent := range tables {
		for _, child := range tables {
			for i := range child.Foreign {
				if f := &child.Foreign[i]; f.Table == parent.Name && f.OnDelete == "CASCADE" {
					to[parent] = append(to[parent], descent{child, f})
				}
			}
		}
	}
	return to
}

// halfDone reports whether the statement, if it fails for its depth, leaves some rows
// deleted and others that still refer to them. SQLite does so inside a transaction, because
// it does not keep what it would need to undo such a DELETE.
func (s Handle) halfDone(st statement) bool {
	return st.writing && !st.shield && st.table != nil && st.table.Endless && s.DB.dialect.HalfDone() && strings.HasPrefix(st.query, "DELETE ")
}

// shielded runs a statement in a savepoint.
func (s Handle) shielded(ctx context.Context, st statement) (out outcome, err error) {
	st.shield = true
	err = s.Unit.Nested(ctx, func(ctx context.Context) (err error) {
		out, err = s.run(ctx, st)
		return err
	})
	return out, err
}

// strands reports whether a DELETE of rows of t could leave rows behind that it should have
// deleted. Such a DELETE counts as too deep.
func (s Handle) strands(t *dialect.Table) bool { return t.Ring && s.DB.dialect.Strands() }

// orUproot returns the result of a DELETE of the rows that match, n and err. If the DELETE
// was too deep, orUproot deletes the rows itself.
func (s Handle) orUproot(ctx context.Context, t *dialect.Table, where criteria.Expr, n int, err error) (int, error) {
	if errors.Is(err, errTooDeep) {
		return s.uproot(ctx, t, where)
	}
	return n, err
}

// uproot deletes the rows that match, after all rows that go with them, and returns
// how many matched. It replaces a DELETE that failed for its depth.
func (s Handle) uproot(ctx context.Context, t *dialect.Table, where criteria.Expr) (n int, err error) {
	err = s.whole(ctx, false, func(ctx context.Context, s Handle) (err error) {
		u := &uprooting{Handle: s, above: map[rowOf]bool{}}
		if n, err = u.matching(ctx, t, where); err != nil {
			return s.Unit.fail(err)
		}
		return nil
	})
	return n, err
}

// An uprooting deletes rows depth first, a batch at a time, so that its memory
// grows only with the depth.
type uprooting struct {
	Handle
	above map[rowOf]bool // the rows that are deleted when all rows below them are
}

// A rowOf names a row.
type rowOf struct {
	table *dialect.Table
	id    any
}

// matching deletes the rows that match, and returns how many they are.
func (u *uprooting) matching(ctx context.Context, t *dialect.Table, where criteria.Expr) (n int, err error) {
	if err := u.begin(ctx); err != nil {
		return 0, err
	}
	b := u.selectIDs(t)
	b.writeWhere(where)
	err = u.visit(ctx, t, b, func(ids []any) error {
		n += len(ids)
		return u.remove(ctx, t, ids)
	})
	return n, err
}

// remove deletes rows after those that go with them.
func (u *uprooting) remove(ctx context.Context, t *dialect.Table, ids []any) error {
	for _, id := range ids {
		u.above[rowOf{t, id}] = true
	}
	for _, d := range u.DB.descents[t] {
		if err := u.below(ctx, t, ids, d); err != nil {
			return err
		}
	}
	for _, id := range ids {
		delete(u.above, rowOf{t, id})
	}
	b := newBuilder(u.DB, t, "DELETE FROM ")
	b.Ident(t.Name)
	b.writeWhere(byIDs(t, ids))
	_, err := u.countBuilt(ctx, t, b)
	return referred(err)
}

// below deletes the rows that go with rows of t by one reference.
func (u *uprooting) below(ctx context.Context, t *dialect.Table, ids []any, d descent) error {
	b := u.selectIDs(d.child)
	b.Text(" WHERE ")
	b.Ident(d.Column)
	b.Text(" IN (SELECT ")
	b.Ident(d.Target)
	b.Text(" FROM ")
	b.Ident(t.Name)
	b.writeWhere(byIDs(t, ids))
	b.Text(")")
	return u.visit(ctx, d.child, b, func(ids []any) error {
		cycle := slices.DeleteFunc(slices.Clone(ids), func(id any) bool { return !u.above[rowOf{d.child, id}] })
		if err := u.cut(ctx, d, cycle); err != nil {
			return err
		}
		ids = slices.DeleteFunc(ids, func(id any) bool { return u.above[rowOf{d.child, id}] })
		if len(ids) == 0 {
			return nil
		}
		return u.remove(ctx, d.child, ids)
	})
}

// cut sets a reference from rows to rows below them to null, so that the rows below can be
// deleted first. It leaves a reference that cannot be null to the database.
func (u *uprooting) cut(ctx context.Context, d descent, ids []any) error {
	if len(ids) == 0 || !fieldAt(d.child, d.Column).Nullable {
		return nil
	}
	b := newBuilder(u.DB, d.child, "UPDATE ")
	b.Ident(d.child.Name)
	b.Text(" SET ")
	b.Ident(d.Column)
	b.Text(" = NULL")
	b.writeWhere(byIDs(d.child, ids))
	_, err := u.countBuilt(ctx, d.child, b)
	return err
}

// selectIDs begins a statement for visit.
func (u *uprooting) selectIDs(t *dialect.Table) *Builder {
	b := newBuilder(u.DB, t, "SELECT ")
	b.Ident(t.ID)
	b.Text(" FROM ")
	b.Ident(t.Name)
	return b
}

// visit locks the rows of t that a statement finds, and calls remove with their
// ids, a batch at a time.
func (u *uprooting) visit(ctx context.Context, t *dialect.Table, b *Builder, remove func(ids []any) error) (err error) {
	b.Text(u.DB.dialect.LockRows(criteria.LockDelete))
	keys, err := u.listBuilt(ctx, t, b)
	defer func() {
		if closeErr := keys.close(); err == nil {
			err = closeErr
		}
	}()
	if err != nil {
		return err
	}
	for {
		ids, err := keys.next()
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := remove(ids); err != nil {
			return err
		}
	}
}
