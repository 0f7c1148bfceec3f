package runtime

import "time"

// An operator of an [Expr].
type operator uint8

const (
	opAll operator = iota
	opAnd
	opOr
	opNot
	opStill
	opEq
	opNe
	opLt
	opLte
	opGt
	opGte
	opIn
	opNotIn
	opContains
	opStartsWith
	opEndsWith
	opIsNull
	opNotNull
	opAnyValue
	opNoValue
)

// An Expr is a condition: a tree whose leaves compare a column with values.
// It is made by columns and predicates only, so its column names come from
// generated code and its values are always bound, never spliced (W6).
type Expr struct {
	*node // nil: no condition
}

// A node of the tree. It is behind a pointer because conditions are passed on
// by the methods of every column of every table: a word, not nine.
type node struct {
	op     operator
	column string
	fold   bool  // without regard to the case of ASCII letters
	stored bool  // the values were read from the column
	arg    any   // the one value it is compared with
	args   []any // the values, for IN
	kids   []Expr
}

// IsZero reports whether there is no condition.
func (e Expr) IsZero() bool { return e.node == nil }

// isID reports whether the condition is that of one row's id.
func (e Expr) isID(t *Table) bool { return !e.IsZero() && e.op == opEq && e.column == t.ID }

// and returns the condition that all of es hold; zero ones are left out.
func and(es ...Expr) Expr {
	var kids []Expr
	for _, e := range es {
		if !e.IsZero() && e.op != opAll {
			kids = append(kids, e)
		}
	}
	switch len(kids) {
	case 0:
		return Expr{&node{op: opAll}}
	case 1:
		return kids[0]
	}
	return Expr{&node{op: opAnd, kids: kids}}
}

// leaf returns the comparison of a column with one value.
//
//go:noinline
func leaf(op operator, column string, v any) Expr {
	return Expr{&node{op: op, column: column, arg: v}}
}

// Equal returns the condition that the column has the value v. Generated code
// uses it for finders and references.
func Equal(column string, v any) Expr { return leaf(opEq, column, v) }

// asStored returns a condition whose values were read from the column, and are sent
// as they are.
func asStored(e Expr) Expr {
	e.stored = true
	return e
}

// still returns a condition for rows that are named by their ids: written so
// that no index fits it, which would be worse than that of the ids. What every row
// meets stays as it is.
func still(e Expr) Expr {
	if e.IsZero() || e.op == opAll {
		return e
	}
	return Expr{&node{op: opStill, kids: []Expr{e}}}
}

// opposites are what operators become under Not, null being neither way.
var opposites = map[operator]operator{
	opAnd: opOr, opOr: opAnd, opEq: opNe, opNe: opEq, opLt: opGte, opGte: opLt, opLte: opGt, opGt: opLte,
	opIn: opNotIn, opNotIn: opIn, opIsNull: opNotNull, opNotNull: opIsNull,
}

// negated returns the condition that is true where e is false. Not is moved to
// the leaves: what a comparison leaves out, as a value of another form, is left
// out by its opposite too, but not by NOT of it.
func negated(e Expr) Expr {
	if e.op == opNot {
		return e.kids[0]
	}
	op, ok := opposites[e.op]
	if !ok || placeOf(e.arg) == placeApart { // which has no opposite
		return Expr{&node{op: opNot, kids: []Expr{e}}}
	}
	n := *e.node
	n.op, n.kids = op, make([]Expr, len(e.kids))
	for i, kid := range e.kids {
		n.kids[i] = negated(kid)
	}
	return Expr{&n}
}

// comparisons are the operators that SQL writes between column and value.
var comparisons = [...]string{opEq: " = ", opNe: " <> ", opLt: " < ", opLte: " <= ", opGt: " > ", opGte: " >= "}

// deepest is how deep the tree of a condition may be as databases count it:
// SQLite takes 1,000 (sqlite.org/limits.html, item 6), some of which are ours.
const deepest = 900

// writeExpr appends the SQL of e, which is depth deep in the condition.
func (b *Builder) writeExpr(e Expr, depth int) {
	if depth > deepest {
		b.refuse("the condition is nested too deep for a statement: And, Or and Not within each other")
		return
	}
	switch e.op {
	case opAll:
		b.Text("1 = 1")
	case opAnd, opOr:
		b.writeJunction(e.op, joined(e), depth)
	case opNot:
		b.Text("NOT (")
		b.writeExpr(e.kids[0], depth+1)
		b.Text(")")
	case opStill:
		b.Text("CASE WHEN ")
		b.writeExpr(e.kids[0], depth+2)
		b.Text(" THEN 1 ELSE 0 END = 1")
	case opIsNull, opNotNull, opAnyValue, opNoValue:
		b.writeValueless(e)
	case opIn, opNotIn:
		b.writeList(e)
	case opContains, opStartsWith, opEndsWith:
		b.dialect.AppendMatch(b, matches[e.op], b.operand(e), e.arg)
	default:
		if v, ok := e.arg.(time.Time); ok {
			b.writeTime(e.op, e.column, v)
			return
		}
		b.Operand(b.operand(e))
		b.Text(comparisons[e.op])
		b.Bind(e.arg)
	}
}

// matches are the searches of operators for a substring, which is not empty.
var matches = [...]Match{opContains: MatchContains, opStartsWith: MatchStart, opEndsWith: MatchEnd}

// operand returns what the condition compares, whatever the type of the column is.
func (e Expr) operand() Operand { return Operand{Column: e.column, Fold: e.fold} }

// writeValueless appends a condition that compares with no value.
func (b *Builder) writeValueless(e Expr) {
	b.Ident(e.column)
	switch e.op {
	case opIsNull:
		b.Text(" IS NULL")
	case opNotNull:
		b.Text(" IS NOT NULL")
	case opAnyValue:
		b.Text(" = ")
		b.Ident(e.column)
	case opNoValue:
		b.Text(" <> ")
		b.Ident(e.column)
	}
}

func (b *Builder) writeList(e Expr) {
	if len(e.args) == 0 {
		if e.op == opIn {
			b.Text("1 = 0")
		} else {
			b.Text("1 = 1")
		}
		return
	}
	if _, times := e.args[0].(time.Time); times {
		b.writeTimes(e.op, e.column, e.args)
		return
	}
	b.dialect.AppendIn(b, b.operand(e), e.op == opNotIn, e.args)
}
