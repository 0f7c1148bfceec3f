package schema

import (
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// An edge is a reference that may not be null: its row can only be stored after the
// row that it points to.
type edge struct {
	from *fieldDecl
	to   *tableDecl
}

// A cycleChecker looks for tables that cannot get a first row, because their references
// form a cycle.
type cycleChecker struct{ *draft }

// check refuses references that form a cycle without a nullable field in it, since no
// row of these tables could ever be inserted. It reports each knot of tables once, by
// its shortest cycle.
func (c cycleChecker) check() {
	needs := c.needs()
	knot := knots(c.order, needs)
	reported := map[int]bool{}
	for _, t := range c.order {
		id := knot[t]
		if reported[id] {
			continue
		}
		if cycle := shortestCycle(t, needs, knot); cycle != nil {
			reported[id] = true
			c.report(cycle)
		}
	}
}

// needs returns, for each table, its references to other tables that may not be null.
// It reports those to the table itself.
func (c cycleChecker) needs() map[*tableDecl][]edge {
	needs := make(map[*tableDecl][]edge, len(c.order))
	for _, t := range c.order {
		for _, d := range t.decls {
			switch {
			case d.References == nil || d.Nullable || d.References.OnDelete == SetNull: // setNull on a field that is not nullable is reported elsewhere
			case d.References.Table == t.Table:
				c.problems.Add(d.References.Pos,
					`%s references its own table and may not be null, so no first row can be created; add "nullable: true"`, d.name)
			default:
				needs[t] = append(needs[t], edge{d, c.tables[d.References.Table.Key]})
			}
		}
	}
	return needs
}

// report adds a problem for a cycle, at its first reference.
func (c cycleChecker) report(cycle []edge) {
	first := cycle[0].from
	path := make([]string, 0, len(cycle)+1)
	for _, e := range cycle {
		path = append(path, e.from.name)
	}
	if len(path) > 8 {
		path = append(path[:7], "...")
	}
	path = append(path, first.table.Key)
	c.problems.Add(first.References.Pos,
		`no row of %s can be created, because each of these references needs the row of the next first: %s; add "nullable: true" to one of them`,
		wording.Quote(first.table.Key), strings.Join(path, " -> "))
}

// knots numbers the strongly connected components of the tables, by Tarjan's algorithm.
func knots(tables []*tableDecl, needs map[*tableDecl][]edge) map[*tableDecl]int {
	k := &knotFinder{needs: needs, index: map[*tableDecl]int{}, low: map[*tableDecl]int{}, knot: map[*tableDecl]int{}}
	for _, t := range tables {
		if k.index[t] == 0 {
			k.visit(t)
		}
	}
	return k.knot
}

// A knotFinder is the state of that algorithm.
type knotFinder struct {
	needs      map[*tableDecl][]edge
	index, low map[*tableDecl]int // counted from 1
	knot       map[*tableDecl]int
	stack      []*tableDecl
}

// visit recurses at most as deep as there are tables, and maxTables bounds these.
func (k *knotFinder) visit(t *tableDecl) {
	k.index[t] = len(k.index) + 1
	k.low[t] = k.index[t]
	k.stack = append(k.stack, t)
	for _, e := range k.needs[t] {
		if k.index[e.to] == 0 {
			k.visit(e.to)
			k.low[t] = min(k.low[t], k.low[e.to])
		} else if k.knot[e.to] == 0 {
			k.low[t] = min(k.low[t], k.index[e.to])
		}
	}
	if k.low[t] != k.index[t] {
		return
	}
	for {
		last := k.stack[len(k.stack)-1]
		k.stack = k.stack[:len(k.stack)-1]
		k.knot[last] = k.index[t]
		if last == t {
			return
		}
	}
}

// shortestCycle returns the shortest cycle through t, or nil if no cycle goes through t.
func shortestCycle(t *tableDecl, needs map[*tableDecl][]edge, knot map[*tableDecl]int) []edge {
	came := map[*tableDecl]edge{}
	queue := []*tableDecl{t}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, e := range needs[at] {
			if e.to == t {
				return unwind(t, e, came)
			}
			if _, seen := came[e.to]; !seen && knot[e.to] == knot[t] {
				came[e.to] = e
				queue = append(queue, e.to)
			}
		}
	}
	return nil
}

// unwind returns the edges from t to the last one, which leads back to t.
func unwind(t *tableDecl, last edge, came map[*tableDecl]edge) []edge {
	cycle := []edge{last}
	for cycle[0].from.table != t {
		cycle = append([]edge{came[cycle[0].from.table]}, cycle...)
	}
	return cycle
}
