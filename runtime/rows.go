package runtime

import (
	"context"
	"errors"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// Fresh returns the document of a watched row. If triggers may have written the row since,
// it reads the row again; otherwise it returns doc. Its error is ErrDeletedByTrigger if
// the row is gone.
func Fresh[T any](ctx context.Context, s Handle, c *Codec[T], watch *Watch, doc T) (T, error) {
	if !watch.isTouched() {
		return doc, nil
	}
	return reread(ctx, s, c, doc)
}

// reread reads the row of a document again. Its error is ErrDeletedByTrigger if
// the row is gone. It is a function of its own so that Fresh does not move the document to
// the heap.
func reread[T any](ctx context.Context, s Handle, c *Codec[T], doc T) (T, error) {
	err := s.reread(ctx, c.Table, c.Row(&doc))
	return doc, err
}

// reread reads a row again. Its error is ErrDeletedByTrigger if the row is gone.
func (s Handle) reread(ctx context.Context, t *dialect.Table, row Row) error {
	err := s.Get(ctx, t, row, idOf(t, row))
	if errors.Is(err, authgen.ErrNotFound) {
		err = deletedByTrigger(t)
	}
	return err
}

// watchRows begins to watch rows. The caller must call Stop.
func (s Handle) watchRows(t *dialect.Table, r rows) *Watch {
	keys := make(map[string]bool, r.len())
	for i := range r.len() {
		keys[r.at(i).Key()] = false
	}
	return s.Unit.addWatch(&Watch{tx: s.Unit, table: t, keys: keys})
}

// WatchRows begins to watch the rows of documents. The caller must call Stop.
func WatchRows[T any](s Handle, c *Codec[T], docs []T) *Watch {
	return s.watchRows(c.Table, &documents[T]{codec: c, list: docs})
}

// Before calls run for watched rows ahead of their write, one after the other. It passes
// each row as it is when its turn comes, and skips a row that no longer matches then. It
// returns the rows that had a turn (M1). Its error is ErrDeletedByTrigger if a row is gone
// after its own turn (C4).
func Before[T any](ctx context.Context, s Handle, c *Codec[T], watch *Watch, where criteria.Expr, docs []T, run func(T) error) ([]T, error) {
	r := &documents[T]{codec: c, list: docs}
	err := s.visit(ctx, c.Table, watch, where, r, func(i int) error {
		if err := run(r.list[i]); err != nil {
			return err
		}
		return s.kept(ctx, c.Table, watch, r.at(i))
	})
	return r.list, err
}

// Visit calls do for watched rows, one after the other. It passes each row as it is when
// its turn comes, and returns how many rows were still there.
func Visit[T any](ctx context.Context, s Handle, c *Codec[T], watch *Watch, docs []T, do func(T) error) (int, error) {
	r := &documents[T]{codec: c, list: docs}
	err := s.visit(ctx, c.Table, watch, criteria.Expr{}, r, func(i int) error { return do(r.list[i]) })
	return r.len(), err
}

// WalkRows walks over the rows that match, as Walk does, and locks them for a deletion. It
// calls do for one row after the other, as the row is when its turn comes, and skips a row
// that no longer matches then. It returns for how many rows it called do.
func WalkRows[T any](ctx context.Context, s Handle, c *Codec[T], where criteria.Expr, do func(context.Context, T) error) (int, error) {
	r := &documents[T]{codec: c}
	return s.walk(ctx, c.Table, criteria.LockDelete, where, r, func() (int, error) {
		watch := s.watchRows(c.Table, r)
		defer watch.Stop()
		err := s.visit(ctx, c.Table, watch, where, r, func(i int) error { return do(ctx, r.list[i]) })
		return r.len(), err
	})
}

// visit calls do with the index of one watched row after the other. Each row is as it is
// when its turn comes. visit skips a row that does not match then; an empty condition
// matches every row. It leaves in r the rows for which it called do.
func (s Handle) visit(ctx context.Context, t *dialect.Table, watch *Watch, where criteria.Expr, r rows, do func(i int) error) error {
	visited := 0
	for i := range r.len() {
		there, err := s.current(ctx, t, watch, where, r.at(i))
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		if err := do(i); err != nil {
			return err
		}
		if visited < i {
			r.put(visited, r, i)
		}
		visited++
	}
	r.cut(visited)
	return nil
}

// current reads a watched row again if it was written since, and reports whether
// it is still there and matches. An empty condition matches every row.
func (s Handle) current(ctx context.Context, t *dialect.Table, watch *Watch, where criteria.Expr, row Row) (bool, error) {
	if !watch.touchedRow(row.Key()) {
		return true, nil
	}
	return s.LockOne(ctx, t, row, criteria.LockUpdate, criteria.AllOf(Equal(t.ID, idOf(t, row)), criteria.Still(where)))
}

// kept returns ErrDeletedByTrigger if a watched row is gone after its own trigger has
// run (C4). It is called while the row still has its turn.
func (s Handle) kept(ctx context.Context, t *dialect.Table, watch *Watch, row Row) error {
	if !watch.touchedTurn() {
		return nil
	}
	there, err := s.Exists(ctx, t, Equal(t.ID, idOf(t, row)))
	return lockedRow(t, there, err)
}
