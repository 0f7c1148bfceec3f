package runtime

import "context"

// batchSize is how many rows are read, and held, at a time.
const batchSize = 500

// A walk visits the rows that match a condition in the order of their keys,
// a batch at a time, so that memory does not grow with the rows (M1). It ends
// at the largest key that matched at its start: rows that triggers insert
// beyond it are not visited.
type walk struct {
	table *Table
	where Expr
	last  any // largest key visited; nil in the first batch
	end   any // largest key to visit; nil in the first batch
	more  bool
}

// newWalk begins a walk. An empty condition is refused (W2).
func newWalk(t *Table, where Expr) (*walk, error) {
	if where.IsZero() {
		return nil, noPredicate(t)
	}
	return &walk{table: t, where: where, more: true}, nil
}

// rest returns the condition of the rows that are still to be visited.
func (w *walk) rest() Expr {
	if w.last == nil {
		return w.where
	}
	return and(w.where, leaf(opGt, w.table.ID, w.last), leaf(opLte, w.table.ID, w.end))
}

// batch returns the query of the next batch, which locks its rows.
func (w *walk) batch() Query { return Query{Where: w.rest(), Limit: batchSize, Lock: true} }

// upTo returns the condition of the rows of a batch that was read.
func (w *walk) upTo(rows rowSet) Expr {
	if n := rows.len(); n == batchSize {
		return and(w.rest(), leaf(opLte, w.table.ID, rows.id(n-1)))
	}
	return w.rest()
}

// read takes in the batch that was read. Before any trigger runs, the first of
// several finds out where the walk ends.
func (w *walk) read(ctx context.Context, s Session, rows rowSet) error {
	n := rows.len()
	if w.more = n == batchSize; !w.more {
		return nil
	}
	w.last = rows.id(n - 1)
	if w.end != nil {
		return nil
	}
	b := newBuilder(s.DB.dialect, "SELECT max(")
	b.Ident(w.table.ID)
	b.Text(") FROM ")
	b.Ident(w.table.Name)
	b.writeWhere(and(w.where, leaf(opGt, w.table.ID, w.last)))
	_, err := s.queryBuilt(ctx, w.table, b, false, w.scanEnd)
	return err
}

func (w *walk) scanEnd(r Row) (err error) {
	w.end, err = scanID(w.table, r)
	w.more = w.end != nil
	return err
}

// A rowSet is the documents of a batch, whatever their type.
type rowSet interface {
	scan(Row) error
	len() int
	id(i int) any
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

func (d *documents[T]) scan(r Row) error {
	var doc T
	d.list = append(d.list, doc)
	return d.codec.Scan(&d.list[len(d.list)-1], r)
}

func (d *documents[T]) len() int { return len(d.list) }

func (d *documents[T]) id(i int) any { return d.codec.id(&d.list[i]) }

// walkOver walks over the rows that match: load reads a batch, visit is called
// with it if it has rows. It returns the sum of what visit returned.
func walkOver[T any](ctx context.Context, s Session, c *Codec[T], where Expr, load func(*walk, *documents[T]) error, visit func([]T) (int, error)) (int, error) {
	w, err := newWalk(c.Table, where)
	if err != nil {
		return 0, err
	}
	total := 0
	for w.more {
		docs := &documents[T]{codec: c}
		if err := load(w, docs); err != nil {
			return 0, err
		}
		if err := w.read(ctx, s, docs); err != nil {
			return 0, err
		}
		if len(docs.list) == 0 {
			break
		}
		n, err := visit(docs.list)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// Walk visits the rows that match in the order of their ids, locked, a batch at
// a time (M1), and returns the sum of what visit returned. An empty condition
// is refused (W2).
func Walk[T any](ctx context.Context, s Session, c *Codec[T], where Expr, visit func([]T) (int, error)) (int, error) {
	return walkOver(ctx, s, c, where, func(w *walk, docs *documents[T]) error {
		return s.Select(ctx, c.Table, w.batch(), docs.scan)
	}, visit)
}
