package runtime

import "slices"

// chain is how many terms are written without parentheses between them, each of
// which is one deeper than the next.
const chain = 16

// joined returns what And or Or joins, also where it was joined one by one.
func joined(e Expr) []Expr {
	list := e.kids
	if slices.ContainsFunc(list, func(kid Expr) bool { return kid.op == e.op }) {
		list = flat(e, nil)
	}
	if len(list) > chain {
		list = listed(e.op, list)
	}
	return list
}

func flat(e Expr, list []Expr) []Expr {
	for _, kid := range e.kids {
		if kid.op == e.op {
			list = flat(kid, list)
		} else {
			list = append(list, kid)
		}
	}
	return list
}

// listed returns terms of which those that compare one column, by = within Or and
// by <> within And, are one comparison with a list: it takes fewer values of the
// statement, and SQLite's time for constants grows with their square.
func listed(op operator, terms []Expr) []Expr {
	single, several := opEq, opIn
	if op == opAnd {
		single, several = opNe, opNotIn
	}
	var list []Expr
	lists := map[Operand]*node{}
	for _, term := range terms {
		if term.op != single || term.stored {
			list = append(list, term)
			continue
		}
		in, ok := lists[term.operand()]
		if !ok {
			in = &node{op: several, column: term.column, fold: term.fold}
			lists[term.operand()] = in
			list = append(list, Expr{in})
		}
		in.args = append(in.args, term.arg)
	}
	return list
}

// writeJunction appends terms joined by And or Or, so that the depth of many
// grows with the logarithm of their number.
func (b *Builder) writeJunction(op operator, terms []Expr, depth int) {
	word := " AND "
	if op == opOr {
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
