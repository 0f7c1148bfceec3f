package runtime

import (
	"context"
	"database/sql"
)

// batchSize is how many rows are read, and held, at a time.
const batchSize = 500

// A walk visits the rows that match a condition in the order of their keys,
// a batch at a time, so that memory does not grow with the rows (M1). It ends
// at the largest key that matched at its start: rows that triggers insert
// beyond it are not visited.
type walk struct {
	table *Table
	where Expr
	last  any // largest key visited
	end   any // largest key to visit
	more  bool
}

// walk begins a walk. An empty condition is refused (W2).
func (s Session) walk(ctx context.Context, t *Table, where Expr) (*walk, error) {
	if where.IsZero() {
		return nil, noPredicate(t)
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	d := s.DB.dialect
	b := newBuilder(d, "SELECT max(")
	b.Ident(t.ID)
	b.Text(") FROM ")
	b.Ident(t.Name)
	b.writeWhere(where)
	w := &walk{table: t, where: where}
	_, err := s.query(ctx, t, b.String(), false, func(r Row) error { return w.scanEnd(r) }, b.args)
	return w, err
}

func (w *walk) scanEnd(r Row) error {
	if w.table.Serial {
		var end sql.NullInt64
		err := r.Scan(&end)
		w.end, w.more = end.Int64, end.Valid
		return err
	}
	var end sql.NullString
	err := r.Scan(&end)
	w.end, w.more = end.String, end.Valid
	return err
}

// batch returns the query of the next batch, which locks its rows.
func (w *walk) batch() Query {
	id := w.table.ID
	where := and(w.where, leaf(opLte, id, w.end))
	if w.last != nil {
		where = and(where, leaf(opGt, id, w.last))
	}
	return Query{Where: where, Limit: batchSize, Lock: true}
}
