package runtime

import (
	"context"
	"errors"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// Fresh returns a document of a watched row: as given, or if the row may have
// been written since, by triggers, as it is now. Its error is
// ErrDeletedByTrigger if the row is gone.
func Fresh[T any](ctx context.Context, s Handle, c *Codec[T], watch *Watch, doc T) (T, error) {
	if !watch.isTouched() {
		return doc, nil
	}
	return reread(ctx, s, c, doc)
}

// reread reads the row of a document again; its error is ErrDeletedByTrigger if
// it is gone. It is apart from Fresh so that only here the document is moved to
// the heap.
func reread[T any](ctx context.Context, s Handle, c *Codec[T], doc T) (T, error) {
	err := s.reread(ctx, c.Table, c.Row(&doc))
	return doc, err
}

// reread reads a row again; its error is ErrDeletedByTrigger if it is gone.
func (s Handle) reread(ctx context.Context, t *dialect.Table, row Row) error {
	err := s.Get(ctx, t, row, idOf(t, row))
	if errors.Is(err, authgen.ErrNotFound) {
		err = deletedByTrigger(t)
	}
	return err
}

// watchRows begins to watch rows. Stop must be called.
func (s Handle) watchRows(t *dialect.Table, r rows) *Watch {
	keys := make(map[string]bool, r.len())
	for i := range r.len() {
		keys[r.at(i).Key()] = false
	}
	return s.Unit.addWatch(&Watch{tx: s.Unit, table: t, keys: keys})
}

// WatchRows begins to watch the rows of documents. Stop must be called.
func WatchRows[T any](s Handle, c *Codec[T], docs []T) *Watch {
	return s.watchRows(c.Table, &documents[T]{codec: c, list: docs})
}

// Before runs what comes before the write of watched rows, one after the other,
// each as it is when its turn comes, and returns the rows that had a turn: those
// that still match (M1). A row that is gone after its own turn is
// ErrDeletedByTrigger (C4).
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

// Visit visits watched rows one after the other, each as it is when its turn
// comes, and returns how many of them were still there.
func Visit[T any](ctx context.Context, s Handle, c *Codec[T], watch *Watch, docs []T, do func(T) error) (int, error) {
	r := &documents[T]{codec: c, list: docs}
	err := s.visit(ctx, c.Table, watch, criteria.Expr{}, r, func(i int) error { return do(r.list[i]) })
	return r.len(), err
}

// WalkRows visits the rows that match as Walk does, locked to be deleted, one
// after the other, each as it is when its turn comes, if it still matches. It
// returns how many did.
func WalkRows[T any](ctx context.Context, s Handle, c *Codec[T], where criteria.Expr, do func(context.Context, T) error) (int, error) {
	r := &documents[T]{codec: c}
	return s.walk(ctx, c.Table, criteria.LockDelete, where, r, func() (int, error) {
		watch := s.watchRows(c.Table, r)
		defer watch.Stop()
		err := s.visit(ctx, c.Table, watch, where, r, func(i int) error { return do(ctx, r.list[i]) })
		return r.len(), err
	})
}

// visit calls do with the numbers of watched rows one after the other, each as it is when
// its turn comes, if it matches then; an empty condition matches all. It leaves the rows
// that it called do with.
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

// current makes a watched row what it is now, if it was written since, and reports whether
// it is still there and matches. An empty condition matches every row.
func (s Handle) current(ctx context.Context, t *dialect.Table, watch *Watch, where criteria.Expr, row Row) (bool, error) {
	if !watch.touchedRow(row.Key()) {
		return true, nil
	}
	return s.LockOne(ctx, t, row, criteria.LockUpdate, criteria.AllOf(Equal(t.ID, idOf(t, row)), criteria.Still(where)))
}

// kept returns ErrDeletedByTrigger if a watched row, whose turn it is and whose
// own trigger has just run, is gone (C4).
func (s Handle) kept(ctx context.Context, t *dialect.Table, watch *Watch, row Row) error {
	if !watch.touchedTurn() {
		return nil
	}
	there, err := s.Exists(ctx, t, Equal(t.ID, idOf(t, row)))
	return lockedRow(t, there, err)
}
