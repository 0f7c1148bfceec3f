package runtime

import (
	"context"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// batchSize is how many rows a call reads, and holds, at a time.
const batchSize = 500

// A walk visits the rows that match a condition in the order of their keys,
// a batch at a time, so that memory does not grow with the rows (M1). It does not visit
// rows that triggers insert: if there is more than one batch, the walk lists the keys of
// the other rows ahead of the first trigger.
type walk struct {
	table   *dialect.Table
	lock    criteria.Lock // how it locks its rows
	where   criteria.Expr
	started bool
	ids     []any    // the ids of the batch; nil in the first batch
	keys    *keyList // the ids of the rows behind the first batch; nil if there is only one
}

// newWalk begins a walk. It refuses an empty condition (W2).
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

// rest returns the condition of the rows of the batch. For the first batch, it matches all
// rows of the walk.
func (w *walk) rest() criteria.Expr {
	if w.ids == nil {
		return w.where
	}
	return criteria.AllOf(byIDs(w.table, w.ids), criteria.Still(w.where))
}

// batch returns the query that reads the batch and locks its rows.
func (w *walk) batch() criteria.Query {
	return criteria.Query{Where: w.rest(), Limit: batchSize, Lock: w.lock}
}

// upTo returns the condition of the rows of the batch that was read into r, and of no
// others.
func (w *walk) upTo(r rows) criteria.Expr {
	if n := r.len(); n == batchSize && w.ids == nil {
		return criteria.AllOf(w.where, criteria.AsStored(criteria.Leaf(criteria.OpLte, w.table.ID, idOf(w.table, r.at(n-1)))))
	}
	return w.rest()
}

// read notes that the batch was read into r. If the first batch is full, read lists the
// keys of the other rows.
func (w *walk) read(ctx context.Context, s Handle, r rows) (err error) {
	n := r.len()
	if w.ids != nil || n < batchSize {
		return nil
	}
	w.keys, err = s.list(ctx, w.table, criteria.Query{Where: criteria.AllOf(w.where, criteria.AsStored(criteria.Leaf(criteria.OpGt, w.table.ID, idOf(w.table, r.at(n-1)))))})
	return err
}

// end closes the list of keys. err is the error of the walk so far; end returns it, or
// the error of closing.
func (w *walk) end(err error) error {
	if w.keys == nil {
		return err
	}
	if closeErr := w.keys.close(); err == nil {
		err = closeErr
	}
	return err
}

// walkOver walks over the rows that match. For each batch it calls load, which reads the
// batch into r, and then visit, unless the batch is empty. It returns the sum of the numbers
// that visit returned.
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

// walk visits the rows that match in the order of their ids, a batch at a time (M1), and
// locks them. It returns the sum of the numbers that visit returned. It refuses an empty
// condition (W2).
func (s Handle) walk(ctx context.Context, t *dialect.Table, lock criteria.Lock, where criteria.Expr, r rows, visit func() (int, error)) (int, error) {
	return s.walkOver(ctx, t, lock, where, r, func(w *walk) error {
		return s.Select(ctx, t, w.batch(), into(r))
	}, visit)
}

// Walk visits the rows that match in the order of their ids, a batch at a time (M1), and
// locks them. It calls visit with each batch, and returns the sum of the numbers that visit
// returned. It refuses an empty condition (W2).
func Walk[T any](ctx context.Context, s Handle, c *Codec[T], lock criteria.Lock, where criteria.Expr, visit func([]T) (int, error)) (int, error) {
	docs := &documents[T]{codec: c}
	return s.walk(ctx, c.Table, lock, where, docs, func() (int, error) { return visit(docs.list) })
}
