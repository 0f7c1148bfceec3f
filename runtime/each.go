package runtime

import (
	"context"
	"iter"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// Each reads the rows of a query, never holding more than a batch of them. The
// first batch holds no connection either, which is all that most loops see.
// Behind it, the rest is read from one statement; in a unit, whose connection
// the loop may need, batch by batch from a list of its keys.
func Each[T any](ctx context.Context, s Session, c *Codec[T], q criteria.Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if err := checkPage(q, c.Table); err != nil {
			var none T
			yield(none, err)
			return
		}
		pages := newPages(s, c.Table, q)
		for pages.more && !pages.streaming {
			docs := &documents[T]{codec: c}
			err := s.Select(ctx, c.Table, pages.page(), docs.scan)
			if err == nil {
				for _, doc := range docs.list {
					if !yield(doc, nil) {
						_ = pages.close() // of rows that nobody will read
						return
					}
				}
				err = pages.read(ctx, docs)
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
		}
		if pages.streaming {
			stream(ctx, c, pages, yield)
		}
	}
}

// stream yields the rows that are left as they come.
func stream[T any](ctx context.Context, c *Codec[T], pages *pages, yield func(T, error) bool) {
	// A driver reads a result that is closed early to its end, but not that of
	// a context that was cancelled.
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	err := pages.session.Select(inner, c.Table, pages.query, func(r dialect.Row) error {
		var doc T
		if err := c.Scan(&doc, r); err != nil {
			return err
		}
		if pages.wants(c.id(&doc)) && !yield(doc, nil) {
			cancel()
			return errEnough
		}
		return nil
	})
	if err != nil {
		var none T
		yield(none, err)
	}
}
