package runtime

import (
	"context"
	"iter"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// Each reads the rows of a query. It never holds more than a batch of them. While the loop
// sees the first batch, Each holds no connection either, and most loops see no more. Each
// reads the rest from one statement. In a unit the loop may need the connection, so there
// Each lists the keys of the rest and reads it batch by batch.
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
				_ = pages.close() // the loop reads no more rows, so the error does not matter
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

// stream visits the rows that are left as they arrive.
func (p *pages) stream(ctx context.Context, r rows, visit func(i int) bool) error {
	// If a result is closed early, a driver reads it to its end. It does not do so if the
	// context was cancelled.
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
