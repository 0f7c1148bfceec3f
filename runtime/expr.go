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

// still returns a condition for rows that are named by their ids: written so
// that no index fits it, which would be worse than that of the ids.
func still(e Expr) Expr { return Expr{&node{op: opStill, kids: []Expr{e}}} }

// comparisons are the operators that SQL writes between column and value.
var comparisons = [...]string{opEq: " = ", opNe: " <> ", opLt: " < ", opLte: " <= ", opGt: " > ", opGte: " >= "}

// writeExpr appends the SQL of e.
func (b *Builder) writeExpr(e Expr) {
	switch e.op {
	case opAll:
		b.Text("1 = 1")
	case opAnd, opOr:
		b.writeJunction(e)
	case opNot:
		b.Text("NOT (")
		b.writeExpr(e.kids[0])
		b.Text(")")
	case opStill:
		b.Text("CASE WHEN ")
		b.writeExpr(e.kids[0])
		b.Text(" THEN 1 ELSE 0 END = 1")
	case opIsNull, opNotNull:
		b.writeNullness(e)
	case opIn, opNotIn:
		b.writeList(e)
	case opContains, opStartsWith, opEndsWith:
		b.writeMatch(e)
	default:
		b.Ident(e.column)
		b.Text(comparisons[e.op])
		b.Bind(b.table.stored(e.column, e.arg))
	}
}

func (b *Builder) writeJunction(e Expr) {
	word := " AND "
	if e.op == opOr {
		word = " OR "
	}
	b.Text("(")
	for i, kid := range e.kids {
		if i > 0 {
			b.Text(word)
		}
		b.writeExpr(kid)
	}
	b.Text(")")
}

func (b *Builder) writeNullness(e Expr) {
	b.Ident(e.column)
	if e.op == opIsNull {
		b.Text(" IS NULL")
	} else {
		b.Text(" IS NOT NULL")
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
	args := e.args
	if _, times := args[0].(time.Time); times {
		args = b.table.storedAll(e.column, args)
	}
	b.dialect.AppendIn(b, e.column, e.op == opNotIn, args)
}

// writeMatch appends a search for a substring. An empty one is in every value;
// like any comparison it is unknown for null, which Not must not turn to true.
func (b *Builder) writeMatch(e Expr) {
	if bound := b.dialect.Bind(e.arg); isEmptyText(bound) {
		b.Ident(e.column)
		b.Text(" = ")
		b.Ident(e.column)
		return
	}
	switch e.op {
	case opContains:
		b.dialect.AppendMatch(b, MatchContains, e.column, e.arg)
	case opStartsWith:
		b.dialect.AppendMatch(b, MatchStart, e.column, e.arg)
	default:
		b.dialect.AppendMatch(b, MatchEnd, e.column, e.arg)
	}
}
