package runtime

import "context"

// pages reads a query a batch at a time, each continuing behind the last row of
// the one before. Nothing says that the database need not sort all of the rest
// for each batch, so behind the first one it goes another way where it can.
type pages struct {
	table     *Table
	where     Expr  // what was asked for
	query     Query // what is left
	left      int   // rows still wanted; -1: all
	more      bool
	streaming bool  // what is left is to be read from one statement
	keys      *keys // of what is left, if they are listed
	ids       []any // of the next page then
}

// newPages returns the pages of a query.
func newPages(t *Table, q Query) *pages {
	left := -1
	if q.Limit > 0 {
		left = q.Limit
	}
	return &pages{table: t, where: q.Where, query: q, left: left, more: true}
}

// page returns the query of the next page.
func (p *pages) page() Query {
	q := p.query
	q.Limit = batchSize
	if p.ids != nil {
		q.Where = byIDs(p.table, p.ids)
		if !p.where.IsZero() {
			q.Where = and(q.Where, still(p.where))
		}
	} else if p.left >= 0 {
		q.Limit = min(batchSize, p.left)
	}
	return q
}

// read takes in how many rows the page had, and the values of the last of them
// in the order of the table's fields.
func (p *pages) read(ctx context.Context, s Session, rows int, last func() []any) error {
	if p.keys != nil {
		return p.readKeys(ctx)
	}
	full := rows == p.page().Limit
	if p.left >= 0 {
		p.left -= rows
	}
	if p.more = full && p.left != 0; !p.more {
		return nil
	}
	p.query.Where = and(p.query.Where, after(p.table, p.query.OrderBy, p.table.values(last())))
	p.query.Offset, p.query.Limit = 0, max(p.left, 0)
	switch {
	case s.Tx == nil:
		// With a single connection, a loop that uses the db would wait for itself.
		p.streaming = s.DB.pool.Stats().MaxOpenConnections != 1
	case s.Tx.link != nil && s.Tx.options&ReadOnly == 0:
		var err error
		if p.keys, err = s.keep(ctx, p.table, p.query); err != nil {
			return err
		}
		return p.readKeys(ctx)
	}
	return nil
}

func (p *pages) readKeys(ctx context.Context) (err error) {
	p.ids, err = p.keys.next(ctx)
	if p.more = len(p.ids) > 0; err == nil && !p.more {
		err = p.keys.close(ctx)
	}
	return err
}

// close ends the pages before their end.
func (p *pages) close(ctx context.Context) error {
	if p.keys == nil {
		return nil
	}
	return p.keys.close(ctx)
}

// after returns the condition that a row sorts behind the one whose values
// are given, null sorting before every value.
func after(t *Table, terms []OrderTerm, value func(column string) (any, bool)) Expr {
	var ways []Expr  // to be behind it: equal in some terms, behind in the next
	var equal []Expr // equal in the terms so far
	for _, term := range append(terms[:len(terms):len(terms)], OrderTerm{Column: t.ID}) {
		v, _ := value(term.Column)
		if behind, ok := behind(term, v); ok {
			ways = append(ways, and(append(equal[:len(equal):len(equal)], behind)...))
		}
		if isNull(v) {
			equal = append(equal, nullness(opIsNull, term.Column))
		} else {
			equal = append(equal, Equal(term.Column, v))
		}
		if term.Column == t.ID {
			break
		}
	}
	if len(ways) == 1 {
		return ways[0]
	}
	return Expr{&node{op: opOr, kids: ways}}
}

// behind returns the condition that a column's value sorts behind v, and
// whether any can.
func behind(term OrderTerm, v any) (Expr, bool) {
	switch {
	case isNull(v) && term.Descending:
		return Expr{}, false
	case isNull(v):
		return nullness(opNotNull, term.Column), true
	case term.Descending:
		less, null := leaf(opLt, term.Column, v), nullness(opIsNull, term.Column)
		return Expr{&node{op: opOr, kids: []Expr{less, null}}}, true
	}
	return leaf(opGt, term.Column, v), true
}
