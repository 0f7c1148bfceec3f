package runtime

import (
	"slices"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// chain is how many terms are written without parentheses between them. To the database,
// each of them is one deeper than the next.
const chain = 16

// joined returns the terms that And or Or joins, even if they were joined one by one.
func joined(e criteria.Expr) []criteria.Expr {
	list := e.Kids
	if slices.ContainsFunc(list, func(kid criteria.Expr) bool { return kid.Op == e.Op }) {
		list = flat(e, nil)
	}
	if len(list) > chain {
		list = listed(e.Op, list)
	}
	return list
}

func flat(e criteria.Expr, list []criteria.Expr) []criteria.Expr {
	for _, kid := range e.Kids {
		if kid.Op == e.Op {
			list = flat(kid, list)
		} else {
			list = append(list, kid)
		}
	}
	return list
}

// listed returns terms in which comparisons of one column are put together into one
// comparison with a list: comparisons by = within Or, and by <> within And. A list takes
// fewer values of the statement. Without it, SQLite's time for constants grows with their
// square.
func listed(op criteria.Operator, terms []criteria.Expr) []criteria.Expr {
	single, several := criteria.OpEq, criteria.OpIn
	if op == criteria.OpAnd {
		single, several = criteria.OpNe, criteria.OpNotIn
	}
	var list []criteria.Expr
	lists := map[dialect.Operand]*criteria.Node{}
	for _, term := range terms {
		if term.Op != single || term.Stored {
			list = append(list, term)
			continue
		}
		in, ok := lists[operandOf(term)]
		if !ok {
			in = &criteria.Node{Op: several, Column: term.Column, Fold: term.Fold}
			lists[operandOf(term)] = in
			list = append(list, criteria.Expr{Node: in})
		}
		in.Args = append(in.Args, term.Arg)
	}
	return list
}

// writeJunction appends terms joined by And or Or. Their depth grows only with the logarithm
// of their number.
func (b *Builder) writeJunction(op criteria.Operator, terms []criteria.Expr, depth int) {
	word := " AND "
	if op == criteria.OpOr {
		word = " OR "
	}
	b.Text("(")
	if len(terms) > chain {
		half := len(terms) / 2
		b.writeJunction(op, terms[:half], depth+1)
		b.Text(word)
		b.writeJunction(op, terms[half:], depth+1)
	} else {
		for i, term := range terms {
			if i > 0 {
				b.Text(word)
			}
			b.writeExpr(term, depth+len(terms))
		}
	}
	b.Text(")")
}
