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
func Each[T any](ctx context.Context, s Handle, c *Codec[T], q criteria.Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		docs := &documents[T]{codec: c}
		err := s.each(ctx, c.Table, q, docs, func(i int) bool { return yield(docs.list[i], nil) })
		if err != nil {
			var none T
			yield(none, err)
		}
	}
}

// each calls visit with the number of each row, until it returns false.
func (s Handle) each(ctx context.Context, t *dialect.Table, q criteria.Query, r rows, visit func(i int) bool) error {
	if err := checkPage(q, t); err != nil {
		return err
	}
	pages := newPages(s, t, q)
	for pages.more && !pages.streaming {
		r.cut(0)
		if err := s.Select(ctx, t, pages.page(), into(r)); err != nil {
			return err
		}
		for i := range r.len() {
			if !visit(i) {
				_ = pages.close() // of rows that nobody will read
				return nil
			}
		}
		if err := pages.read(ctx, r); err != nil {
			return err
		}
	}
	if !pages.streaming {
		return nil
	}
	return pages.stream(ctx, r, visit)
}

// stream visits the rows that are left as they come.
func (p *pages) stream(ctx context.Context, r rows, visit func(i int) bool) error {
	// A driver reads a result that is closed early to its end, but not that of
	// a context that was cancelled.
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	return p.handle.Select(inner, p.table, p.query, func(from dialect.Row) error {
		r.cut(0)
		row := r.add()
		if err := row.Scan(from); err != nil {
			return err
		}
		if p.wants(idOf(p.table, row)) && !visit(0) {
			cancel()
			return errEnough
		}
		return nil
	})
}
