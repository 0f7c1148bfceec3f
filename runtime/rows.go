package runtime

import (
	"context"
	"errors"
)

// Fresh returns a document of a watched row: as given, or if the row may have
// been written since, by triggers, as it is now. Its error is
// ErrDeletedByTrigger if the row is gone.
func Fresh[T any](ctx context.Context, s Session, c *Codec[T], watch *Watch, doc T) (T, error) {
	if !watch.Touched() {
		return doc, nil
	}
	return reread(ctx, s, c, doc)
}

// reread reads the row of a document again; its error is ErrDeletedByTrigger if
// it is gone. It is apart from Fresh so that only here the document is moved to
// the heap.
func reread[T any](ctx context.Context, s Session, c *Codec[T], doc T) (T, error) {
	now, err := Get(ctx, s, c, c.Table.ByID, c.id(&doc))
	if errors.Is(err, ErrNotFound) {
		err = DeletedByTrigger(c.Table)
	}
	return now, err
}

// Visit visits watched rows one after the other, each as it is when its turn
// comes, and returns how many of them were still there.
func Visit[T any](ctx context.Context, s Session, c *Codec[T], watch *Watch, docs []T, visit func(T) error) (int, error) {
	n := 0
	for _, doc := range docs {
		current, err := Current(ctx, s, c, watch, doc)
		if err != nil {
			return 0, err
		}
		if current == nil {
			continue
		}
		if err := visit(*current); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// WalkRows visits the rows that match as Walk does, locked to be deleted, one
// after the other, each as it is when its turn comes. It returns how many were
// still there.
func WalkRows[T any](ctx context.Context, s Session, c *Codec[T], where Expr, visit func(context.Context, T) error) (int, error) {
	return Walk(ctx, s, c, LockDelete, where, func(docs []T) (int, error) {
		watch := WatchRows(s.Tx, c, docs)
		defer watch.Stop()
		return Visit(ctx, s, c, watch, docs, func(doc T) error { return visit(ctx, doc) })
	})
}

// Refresh makes a watched document its row as it is now, if the row was written
// since, and reports whether the row is still there.
func Refresh[T any](ctx context.Context, s Session, c *Codec[T], watch *Watch, doc *T) (bool, error) {
	current, err := Current(ctx, s, c, watch, *doc)
	if err != nil || current == nil {
		return false, err
	}
	*doc = *current
	return true, nil
}
