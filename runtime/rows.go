package runtime

import (
	"context"
	"errors"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/criteria"
)

// Fresh returns a document of a watched row: as given, or if the row may have
// been written since, by triggers, as it is now. Its error is
// ErrDeletedByTrigger if the row is gone.
func Fresh[T any](ctx context.Context, s Session, c *Codec[T], watch *Watch, doc T) (T, error) {
	if !watch.isTouched() {
		return doc, nil
	}
	return reread(ctx, s, c, doc)
}

// reread reads the row of a document again; its error is ErrDeletedByTrigger if
// it is gone. It is apart from Fresh so that only here the document is moved to
// the heap.
func reread[T any](ctx context.Context, s Session, c *Codec[T], doc T) (T, error) {
	now, err := Get(ctx, s, c, c.Table.ByID, c.id(&doc))
	if errors.Is(err, authgen.ErrNotFound) {
		err = deletedByTrigger(c.Table)
	}
	return now, err
}

// Before runs what comes before the write of watched rows, one after the other,
// each as it is when its turn comes, and returns the rows that had a turn: those
// that still match (M1). A row that is gone after its own turn is
// ErrDeletedByTrigger (C4).
func Before[T any](ctx context.Context, s Session, c *Codec[T], watch *Watch, where criteria.Expr, docs []T, run func(T) error) ([]T, error) {
	return visit(ctx, s, c, watch, where, docs, func(doc *T) error {
		if err := run(*doc); err != nil {
			return err
		}
		return Kept(ctx, s, c, watch, *doc)
	})
}

// Visit visits watched rows one after the other, each as it is when its turn
// comes, and returns how many of them were still there.
func Visit[T any](ctx context.Context, s Session, c *Codec[T], watch *Watch, docs []T, do func(T) error) (int, error) {
	docs, err := visit(ctx, s, c, watch, criteria.Expr{}, docs, func(doc *T) error { return do(*doc) })
	return len(docs), err
}

// visit calls do with watched rows one after the other, each as it is when its
// turn comes, if it matches then; an empty condition matches all. It returns the
// rows that it called do with, in the memory of docs.
func visit[T any](ctx context.Context, s Session, c *Codec[T], watch *Watch, where criteria.Expr, docs []T, do func(*T) error) ([]T, error) {
	visited := docs[:0]
	for _, doc := range docs {
		current, err := currentRow(ctx, s, c, watch, where, doc)
		if err != nil {
			return nil, err
		}
		if current == nil {
			continue
		}
		if err := do(current); err != nil {
			return nil, err
		}
		visited = append(visited, *current)
	}
	return visited, nil
}

// Kept returns ErrDeletedByTrigger if a watched row, whose turn it is and whose
// own trigger has just run, is gone (C4).
func Kept[T any](ctx context.Context, s Session, c *Codec[T], watch *Watch, doc T) error {
	if !watch.touchedTurn() {
		return nil
	}
	return stillThere(ctx, s, c, doc)
}

// stillThere is apart from Kept so that only here the document is moved to the
// heap.
func stillThere[T any](ctx context.Context, s Session, c *Codec[T], doc T) error {
	there, err := s.Exists(ctx, c.Table, Equal(c.Table.ID, c.id(&doc)))
	return lockedRow(c.Table, there, err)
}

// WalkRows visits the rows that match as Walk does, locked to be deleted, one
// after the other, each as it is when its turn comes, if it still matches. It
// returns how many did.
func WalkRows[T any](ctx context.Context, s Session, c *Codec[T], where criteria.Expr, do func(context.Context, T) error) (int, error) {
	return Walk(ctx, s, c, criteria.LockDelete, where, func(docs []T) (int, error) {
		watch := WatchRows(s.Tx, c, docs)
		defer watch.Stop()
		docs, err := visit(ctx, s, c, watch, where, docs, func(doc *T) error { return do(ctx, *doc) })
		return len(docs), err
	})
}

// Refresh makes a watched document its row as it is now, if the row was written
// since, and reports whether the row is still there.
func Refresh[T any](ctx context.Context, s Session, c *Codec[T], watch *Watch, doc *T) (bool, error) {
	current, err := currentRow(ctx, s, c, watch, criteria.Expr{}, *doc)
	if err != nil || current == nil {
		return false, err
	}
	*doc = *current
	return true, nil
}
