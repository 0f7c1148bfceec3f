package schema

import "strings"

// An edge is a reference that may not be null: its row needs the other first.
type edge struct {
	from *fieldDecl
	to   *tableDecl
}

// checkCycles refuses references that need each other's row first: no row of
// any of these tables could ever be inserted. Each knot of tables is reported
// once, by its shortest cycle.
func (b *builder) checkCycles() {
	needs := b.needs()
	knot := knots(b.order, needs)
	reported := map[int]bool{}
	for _, t := range b.order {
		id := knot[t]
		if reported[id] {
			continue
		}
		if cycle := shortestCycle(t, needs, knot); cycle != nil {
			reported[id] = true
			b.reportCycle(cycle)
		}
	}
}

// needs returns the references to other tables that may not be null, by
// table, and reports those to a row's own.
func (b *builder) needs() map[*tableDecl][]edge {
	needs := make(map[*tableDecl][]edge, len(b.order))
	for _, t := range b.order {
		for _, d := range t.decls {
			switch {
			case d.References == nil || d.Nullable || d.References.OnDelete == SetNull: // the last is to be nullable, which is reported
			case d.References.Table == t.Table:
				b.problems.add(d.References.Pos,
					`%s references its own table and may not be null, so no first row can be created; add "nullable: true"`, d.name)
			default:
				needs[t] = append(needs[t], edge{d, b.tables[d.References.Table.Key]})
			}
		}
	}
	return needs
}

// reportCycle reports a cycle at its first reference.
func (b *builder) reportCycle(cycle []edge) {
	first := cycle[0].from
	path := make([]string, 0, len(cycle)+1)
	for _, e := range cycle {
		path = append(path, e.from.name)
	}
	if len(path) > 8 {
		path = append(path[:7], "...")
	}
	path = append(path, first.table.Key)
	b.problems.add(first.References.Pos,
		`no row of %s can be created: each needs one of the next first, %s; add "nullable: true" to one of these fields`,
		quote(first.table.Key), strings.Join(path, " -> "))
}

// knots numbers the strongly connected components (Tarjan's algorithm).
func knots(tables []*tableDecl, needs map[*tableDecl][]edge) map[*tableDecl]int {
	k := &knotFinder{needs: needs, index: map[*tableDecl]int{}, low: map[*tableDecl]int{}, knot: map[*tableDecl]int{}}
	for _, t := range tables {
		if k.index[t] == 0 {
			k.visit(t)
		}
	}
	return k.knot
}

type knotFinder struct {
	needs      map[*tableDecl][]edge
	index, low map[*tableDecl]int // counted from 1
	knot       map[*tableDecl]int
	stack      []*tableDecl
}

// visit recurses at most as deep as there are tables, which maxTables bounds.
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

// shortestCycle returns the shortest cycle through t within its knot, or nil.
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

// unwind returns the way from t to the edge that leads back to it.
func unwind(t *tableDecl, last edge, came map[*tableDecl]edge) []edge {
	cycle := []edge{last}
	for cycle[0].from.table != t {
		cycle = append([]edge{came[cycle[0].from.table]}, cycle...)
	}
	return cycle
}
