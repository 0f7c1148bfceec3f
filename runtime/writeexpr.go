package runtime

import (
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// comparisons are the operators that SQL writes between column and value.
var comparisons = [...]string{criteria.OpEq: " = ", criteria.OpNe: " <> ", criteria.OpLt: " < ", criteria.OpLte: " <= ", criteria.OpGt: " > ", criteria.OpGte: " >= "}

// deepest is how deep the tree of a condition may be, as databases count depth. SQLite takes
// 1,000 (sqlite.org/limits.html, item 6), and authgen's own statement needs some of them.
const deepest = 900

// writeExpr appends the SQL of e, which is depth deep in the condition.
func (b *Builder) writeExpr(e criteria.Expr, depth int) {
	if depth > deepest {
		b.refuse("the condition is nested too deep for a statement: And, Or and Not within each other")
		return
	}
	switch e.Op {
	case criteria.OpAll:
		b.Text("1 = 1")
	case criteria.OpAnd, criteria.OpOr:
		b.writeJunction(e.Op, joined(e), depth)
	case criteria.OpNot:
		b.Text("NOT (")
		b.writeExpr(e.Kids[0], depth+1)
		b.Text(")")
	case criteria.OpStill:
		b.Text("CASE WHEN ")
		b.writeExpr(e.Kids[0], depth+2)
		b.Text(" THEN 1 ELSE 0 END = 1")
	case criteria.OpIsNull, criteria.OpNotNull, criteria.OpAnyValue, criteria.OpNoValue:
		b.writeValueless(e)
	case criteria.OpIn, criteria.OpNotIn:
		b.writeList(e)
	case criteria.OpContains, criteria.OpStartsWith, criteria.OpEndsWith:
		b.dialect.AppendMatch(b, matches[e.Op], b.operand(e), e.Arg)
	default:
		if v, ok := e.Arg.(time.Time); ok {
			b.writeTime(e.Op, e.Column, v)
			return
		}
		b.Operand(b.operand(e))
		b.Text(comparisons[e.Op])
		b.Bind(e.Arg)
	}
}

// matches are the searches for a substring, by operator. The substring is not empty.
var matches = [...]dialect.Match{criteria.OpContains: dialect.MatchContains, criteria.OpStartsWith: dialect.MatchStart, criteria.OpEndsWith: dialect.MatchEnd}

// operandOf returns what the condition compares. It does not look at the type of the column.
func operandOf(e criteria.Expr) dialect.Operand {
	return dialect.Operand{Column: e.Column, Fold: e.Fold}
}

// writeValueless appends a condition that compares with no value.
func (b *Builder) writeValueless(e criteria.Expr) {
	b.Ident(e.Column)
	switch e.Op {
	case criteria.OpIsNull:
		b.Text(" IS NULL")
	case criteria.OpNotNull:
		b.Text(" IS NOT NULL")
	case criteria.OpAnyValue:
		b.Text(" = ")
		b.Ident(e.Column)
	case criteria.OpNoValue:
		b.Text(" <> ")
		b.Ident(e.Column)
	}
}

func (b *Builder) writeList(e criteria.Expr) {
	if len(e.Args) == 0 {
		if e.Op == criteria.OpIn {
			b.Text("1 = 0")
		} else {
			b.Text("1 = 1")
		}
		return
	}
	if _, times := e.Args[0].(time.Time); times {
		b.writeTimes(e.Op, e.Column, e.Args)
		return
	}
	b.dialect.AppendIn(b, b.operand(e), e.Op == criteria.OpNotIn, e.Args)
}

// isID reports whether a condition names one row by its id.
func isID(e criteria.Expr, t *dialect.Table) bool {
	return !e.IsZero() && e.Op == criteria.OpEq && e.Column == t.ID
}

// Equal returns the condition that the column has the value v. Generated code uses it
// for finders and references.
func Equal(column string, v any) criteria.Expr { return criteria.Leaf(criteria.OpEq, column, v) }
