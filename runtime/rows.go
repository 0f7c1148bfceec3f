package runtime

import (
	"context"
	"strconv"
)

// Fresh returns a document of a watched row: as given, or if the row may have
// been written since, by triggers, as it is now. Its error is
// ErrDeletedByTrigger if the row is gone.
func (c *Codec[T]) Fresh(ctx context.Context, s Session, watch *Watch, doc T) (T, error) {
	if !watch.Touched() {
		return doc, nil
	}
	return c.Reread(ctx, s, c.Values(&doc)[0])
}

// Still returns the document that a call found for a row that was locked, or
// ErrDeletedByTrigger.
func (c *Codec[T]) Still(doc *T, err error) (T, error) {
	if err == nil && doc == nil {
		err = DeletedByTrigger(c.Table)
	}
	if err != nil {
		var none T
		return none, err
	}
	return *doc, nil
}

// Visit visits watched rows one after the other, each as it is when its turn
// comes, and returns how many of them were still there.
func (c *Codec[T]) Visit(ctx context.Context, s Session, watch *Watch, docs []T, visit func(T) error) (int, error) {
	n := 0
	for _, doc := range docs {
		current, err := c.Current(ctx, s, watch, doc)
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

// WalkRows visits the rows that match as Walk does, locked, one after the
// other, each as it is when its turn comes. It returns how many were still
// there.
func (c *Codec[T]) WalkRows(ctx context.Context, s Session, where Expr, visit func(context.Context, T) error) (int, error) {
	return c.Walk(ctx, s, where, func(docs []T) (int, error) {
		watch := c.Watch(s.Tx, docs)
		defer watch.Stop()
		return c.Visit(ctx, s, watch, docs, func(doc T) error { return visit(ctx, doc) })
	})
}

// ByIDs returns the condition that a row is one of docs.
func (c *Codec[T]) ByIDs(docs []T) Expr {
	ids := make([]any, len(docs))
	for i := range docs {
		key := c.Key(&docs[i])
		ids[i] = key
		if n, err := strconv.ParseInt(key, 10, 64); err == nil && c.Table.Serial {
			ids[i] = n
		}
	}
	return ByIDs(c.Table, ids)
}
