package runtime

import (
	"context"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// pages reads a query a batch at a time. It compares only ids with values that were read,
// because other values may be cut on their way, or differ between the database and Go. So
// pages asks for everything behind the first page at once. The rows of the first page then
// come once more, and pages skips them by their ids.
type pages struct {
	handle    Handle
	table     *dialect.Table
	query     criteria.Query // the query of the rows that are left
	left      int            // how many rows are still wanted; -1: all
	seen      map[any]bool   // the ids of the first page, if its rows come once more with the rest
	more      bool
	streaming bool     // the rest is to be read from one statement
	keys      *keyList // the ids of the rest, if they are listed
	ids       []any    // the ids of the next page, if they are listed
}

// newPages returns the pages of a query.
func newPages(s Handle, t *dialect.Table, q criteria.Query) *pages {
	left := -1
	if q.Limit > 0 {
		left = q.Limit
	}
	return &pages{handle: s, table: t, query: q, left: left, more: true}
}

// page returns the query of the next page.
func (p *pages) page() criteria.Query {
	q := p.query
	if p.ids == nil {
		q.Limit = p.size()
		return q
	}
	q.Limit, q.Offset = 0, 0
	if q.Where = byIDs(p.table, p.ids); !p.query.Where.IsZero() {
		q.Where = criteria.AllOf(q.Where, criteria.Still(p.query.Where))
	}
	return q
}

// size returns how many rows a page may have.
func (p *pages) size() int {
	if p.left < 0 {
		return batchSize
	}
	return min(batchSize, p.left)
}

// read notes that a page was read into r, and prepares the next page.
func (p *pages) read(ctx context.Context, r rows) error {
	if p.keys != nil {
		return p.nextKeys()
	}
	n := r.len()
	p.more = n == p.size()
	if p.left >= 0 {
		p.left -= n
		p.more = p.more && p.left > 0
	}
	if !p.more {
		return nil
	}
	p.pass(r)
	return p.rest(ctx)
}

// pass changes the query into that of the rows behind a page. In the order of ids, the query
// begins behind the page, because ids are the same in the database and in Go.
func (p *pages) pass(r rows) {
	if descending, ok := p.byID(); ok {
		behind := criteria.OpGt
		if descending {
			behind = criteria.OpLt
		}
		p.query.Where = criteria.AllOf(p.query.Where, criteria.Leaf(behind, p.table.ID, idOf(p.table, r.at(r.len()-1))))
		p.query.Offset, p.query.Limit = 0, max(p.left, 0)
		return
	}
	p.seen = make(map[any]bool, r.len())
	for _, id := range idsOf(p.table, r) {
		p.seen[id] = true
	}
}

// byID reports whether the order is that of the ids.
func (p *pages) byID() (descending, ok bool) {
	terms := p.query.OrderBy
	if len(terms) == 0 {
		return false, true
	}
	return terms[0].Descending, terms[0].Column == p.table.ID
}

// rest decides how the rows behind the first page are read.
func (p *pages) rest(ctx context.Context) (err error) {
	s := p.handle
	if s.Unit == nil {
		// With one connection, a loop that uses the db would wait for itself.
		p.streaming = s.DB.pool.Stats().MaxOpenConnections != 1
		if _, byID := p.byID(); p.streaming || byID {
			return nil
		}
	}
	p.keys, err = s.list(ctx, p.table, p.query)
	if err != nil {
		return err
	}
	return p.nextKeys()
}

// nextKeys makes the next page from the keys that come next.
func (p *pages) nextKeys() error {
	for p.left != 0 {
		ids, err := p.keys.next()
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			break
		}
		p.ids = ids[:0]
		for _, id := range ids {
			if p.wants(id) {
				p.ids = append(p.ids, id)
			}
		}
		if len(p.ids) > 0 {
			return nil
		}
	}
	p.more = false
	return p.keys.close()
}

// wants reports whether a row of the rest is to be visited, and counts it if so.
func (p *pages) wants(id any) bool {
	if p.left == 0 || p.seen[id] {
		return false
	}
	if p.left > 0 {
		p.left--
	}
	return true
}

// close ends the pages before their end.
func (p *pages) close() error {
	if p.keys == nil {
		return nil
	}
	return p.keys.close()
}
