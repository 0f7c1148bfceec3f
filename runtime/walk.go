package runtime

import (
	"context"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// batchSize is how many rows are read, and held, at a time.
const batchSize = 500

// A walk visits the rows that match a condition in the order of their keys,
// a batch at a time, so that memory does not grow with the rows (M1). Rows that
// triggers insert are not visited: ahead of the first trigger, a walk of more
// than a batch lists what is left.
type walk struct {
	table   *dialect.Table
	lock    criteria.Lock // of its rows
	where   criteria.Expr
	started bool
	ids     []any    // of the rows of the batch; nil in the first
	keys    *keyList // of the rows behind the first batch; nil if there are none
}

// newWalk begins a walk. An empty condition is refused (W2).
func newWalk(t *dialect.Table, lock criteria.Lock, where criteria.Expr) (*walk, error) {
	if where.IsZero() {
		return nil, noPredicate(t)
	}
	return &walk{table: t, lock: lock, where: where}, nil
}

// next goes on to the next batch and reports whether there is one.
func (w *walk) next() (bool, error) {
	if !w.started {
		w.started = true
		return true, nil
	}
	if w.keys == nil {
		return false, nil
	}
	var err error
	w.ids, err = w.keys.next()
	return len(w.ids) > 0, err
}

// rest returns the condition of the rows of the batch, which may in the first
// be more than it takes.
func (w *walk) rest() criteria.Expr {
	if w.ids == nil {
		return w.where
	}
	return criteria.AllOf(byIDs(w.table, w.ids), criteria.Still(w.where))
}

// batch returns the query of the batch, which locks its rows.
func (w *walk) batch() criteria.Query {
	return criteria.Query{Where: w.rest(), Limit: batchSize, Lock: w.lock}
}

// upTo returns the condition of the rows of the batch, which was read.
func (w *walk) upTo(r rows) criteria.Expr {
	if n := r.len(); n == batchSize && w.ids == nil {
		return criteria.AllOf(w.where, criteria.AsStored(criteria.Leaf(criteria.OpLte, w.table.ID, idOf(w.table, r.at(n-1)))))
	}
	return w.rest()
}

// read takes in the batch that was read. Behind a first one that is full, it
// lists what is left.
func (w *walk) read(ctx context.Context, s Handle, r rows) (err error) {
	n := r.len()
	if w.ids != nil || n < batchSize {
		return nil
	}
	w.keys, err = s.list(ctx, w.table, criteria.Query{Where: criteria.AllOf(w.where, criteria.AsStored(criteria.Leaf(criteria.OpGt, w.table.ID, idOf(w.table, r.at(n-1)))))})
	return err
}

// end ends the walk, which ended in err.
func (w *walk) end(err error) error {
	if w.keys == nil {
		return err
	}
	if closeErr := w.keys.close(); err == nil {
		err = closeErr
	}
	return err
}

// walkOver walks over the rows that match: load reads a batch into r, visit is called with
// it if it has rows. It returns the sum of what visit returned.
func (s Handle) walkOver(ctx context.Context, t *dialect.Table, lock criteria.Lock, where criteria.Expr, r rows, load func(*walk) error, visit func() (int, error)) (total int, err error) {
	w, err := newWalk(t, lock, where)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err = w.end(err); err != nil {
			total = 0
		}
	}()
	for {
		more, err := w.next()
		if err != nil || !more {
			return total, err
		}
		r.cut(0)
		if err := load(w); err != nil {
			return 0, err
		}
		if err := w.read(ctx, s, r); err != nil {
			return 0, err
		}
		if r.len() == 0 {
			continue
		}
		n, err := visit()
		if err != nil {
			return 0, err
		}
		total += n
	}
}

// walk visits the rows that match in the order of their ids, locked for what is
// given, a batch at a time (M1), and returns the sum of what visit returned. An empty
// condition is refused (W2).
func (s Handle) walk(ctx context.Context, t *dialect.Table, lock criteria.Lock, where criteria.Expr, r rows, visit func() (int, error)) (int, error) {
	return s.walkOver(ctx, t, lock, where, r, func(w *walk) error {
		return s.Select(ctx, t, w.batch(), into(r))
	}, visit)
}

// Walk visits the rows that match as walk does, and calls visit with those of each batch.
func Walk[T any](ctx context.Context, s Handle, c *Codec[T], lock criteria.Lock, where criteria.Expr, visit func([]T) (int, error)) (int, error) {
	docs := &documents[T]{codec: c}
	return s.walk(ctx, c.Table, lock, where, docs, func() (int, error) { return visit(docs.list) })
}
