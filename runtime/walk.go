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
func (w *walk) upTo(rows rowSet) criteria.Expr {
	if n := rows.len(); n == batchSize && w.ids == nil {
		return criteria.AllOf(w.where, criteria.AsStored(criteria.Leaf(criteria.OpLte, w.table.ID, rows.id(n-1))))
	}
	return w.rest()
}

// read takes in the batch that was read. Behind a first one that is full, it
// lists what is left.
func (w *walk) read(ctx context.Context, s Session, rows rowSet) (err error) {
	n := rows.len()
	if w.ids != nil || n < batchSize {
		return nil
	}
	w.keys, err = s.list(ctx, w.table, criteria.Query{Where: criteria.AllOf(w.where, criteria.AsStored(criteria.Leaf(criteria.OpGt, w.table.ID, rows.id(n-1))))})
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

// A rowSet is the documents of a batch, whatever their type.
type rowSet interface {
	scan(dialect.Row) error
	len() int
	id(i int) any
	key(i int) string // the id as text
	swap(i, j int)
	reset() // to none
}

// byKey sorts the documents of a batch by their ids. It is not generic, as the sort
// would be compiled again for each table.
type byKey struct {
	rowSet
	counted bool // the ids are numbers, of which more figures are a greater one
}

func (d byKey) Len() int { return d.len() }

func (d byKey) Swap(i, j int) { d.swap(i, j) }

func (d byKey) Less(i, j int) bool {
	x, y := d.key(i), d.key(j)
	if d.counted && len(x) != len(y) {
		return len(x) < len(y)
	}
	return x < y
}

// idsOf returns the ids of a batch.
func idsOf(rows rowSet) []any {
	ids := make([]any, rows.len())
	for i := range ids {
		ids[i] = rows.id(i)
	}
	return ids
}

// documents are the documents of a batch.
type documents[T any] struct {
	codec *Codec[T]
	list  []T
}

func (d *documents[T]) scan(r dialect.Row) error {
	var doc T
	d.list = append(d.list, doc)
	return d.codec.Scan(&d.list[len(d.list)-1], r)
}

func (d *documents[T]) reset() { d.list = d.list[:0] }

func (d *documents[T]) len() int { return len(d.list) }

func (d *documents[T]) id(i int) any { return d.codec.id(&d.list[i]) }

func (d *documents[T]) key(i int) string { return d.codec.Key(&d.list[i]) }

func (d *documents[T]) swap(i, j int) { d.list[i], d.list[j] = d.list[j], d.list[i] }

// walkOver walks over the rows that match: load reads a batch, visit is called
// with it if it has rows. It returns the sum of what visit returned.
func walkOver[T any](ctx context.Context, s Session, c *Codec[T], lock criteria.Lock, where criteria.Expr, load func(*walk, *documents[T]) error, visit func([]T) (int, error)) (total int, err error) {
	w, err := newWalk(c.Table, lock, where)
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
		docs := &documents[T]{codec: c}
		if err := load(w, docs); err != nil {
			return 0, err
		}
		if err := w.read(ctx, s, docs); err != nil {
			return 0, err
		}
		if len(docs.list) == 0 {
			continue
		}
		n, err := visit(docs.list)
		if err != nil {
			return 0, err
		}
		total += n
	}
}

// Walk visits the rows that match in the order of their ids, locked for what is
// given, a batch at a time (M1), and returns the sum of what visit returned. An empty condition
// is refused (W2).
func Walk[T any](ctx context.Context, s Session, c *Codec[T], lock criteria.Lock, where criteria.Expr, visit func([]T) (int, error)) (int, error) {
	return walkOver(ctx, s, c, lock, where, func(w *walk, docs *documents[T]) error {
		return s.Select(ctx, c.Table, w.batch(), docs.scan)
	}, visit)
}
