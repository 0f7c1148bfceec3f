package runtime

import (
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// Times are read cut to milliseconds. A condition on a time holds for a row if it holds for
// the document that is read from the row (W11). So if a column has microseconds, a
// millisecond stands for all microseconds in it. And a value with parts of a millisecond
// lies between two times that a document can have.

// lastMicro is the distance from the first microsecond of a millisecond to the last.
const lastMicro = time.Millisecond - time.Microsecond

// betweenMillis are the operators that replace others for a time between two milliseconds.
// The replacements compare with the millisecond before it. No document has such a time.
var betweenMillis = [...]criteria.Operator{criteria.OpEq: criteria.OpNoValue, criteria.OpNe: criteria.OpAnyValue, criteria.OpLt: criteria.OpLte, criteria.OpLte: criteria.OpLte, criteria.OpGt: criteria.OpGt, criteria.OpGte: criteria.OpGt}

// writeTime appends the comparison of a column of times with a value.
func (b *Builder) writeTime(op criteria.Operator, column string, v time.Time) {
	first := dialect.Millis(v)
	if !first.Equal(v) {
		op = betweenMillis[op]
	}
	switch {
	case op == criteria.OpNoValue || op == criteria.OpAnyValue:
		b.writeValueless(valued(column, op == criteria.OpAnyValue))
	case b.known.isFiner(column):
		b.writeMillisecond(op, column, first)
	default:
		b.Text("(")
		b.writeComparison(op, column, storedIn(b.table, column, first))
		b.writeForm(column)
		b.Text(")")
	}
}

func (b *Builder) writeComparison(op criteria.Operator, column string, v any) {
	b.Ident(column)
	b.Text(comparisons[op])
	b.Bind(v)
}

// writeMillisecond appends the comparison of a column of microseconds with the
// millisecond that begins with first.
func (b *Builder) writeMillisecond(op criteria.Operator, column string, first time.Time) {
	last := dialect.Micros(first.Add(lastMicro))
	b.Text("(")
	switch op {
	case criteria.OpEq:
		b.writeComparison(criteria.OpGte, column, first)
		b.Text(" AND ")
		b.writeComparison(criteria.OpLte, column, last)
	case criteria.OpNe:
		b.writeComparison(criteria.OpLt, column, first)
		b.Text(" OR ")
		b.writeComparison(criteria.OpGt, column, last)
	case criteria.OpLte, criteria.OpGt:
		b.writeComparison(op, column, last)
	default:
		b.writeComparison(op, column, first)
	}
	b.Text(")")
}

// writeForm appends the condition that a value has the form in which the column has its
// times. SQLite compares values of any type: every number is less than any text.
func (b *Builder) writeForm(column string) {
	if b.dialect.Kind() != dialect.SQLite {
		return
	}
	b.Text(" AND typeof(")
	b.Ident(column)
	if f := fieldAt(b.table, column); f != nil && f.Millis {
		b.Text(") = 'integer'")
		return
	}
	b.Text(") = 'text' AND ") // GLOB treats bytes as text, except as modernc.org/sqlite is built
	b.Ident(column)
	b.Text(" GLOB '????-??-??T??:??:??.???Z'")
}

// writeTimes appends the comparison of a column of times with several.
func (b *Builder) writeTimes(op criteria.Operator, column string, vs []any) {
	var whole []any // the times that a document can have
	for _, v := range vs {
		if t := v.(time.Time); dialect.Millis(t).Equal(t) {
			whole = append(whole, t)
		}
	}
	switch {
	case len(whole) == 0:
		b.writeValueless(valued(column, op == criteria.OpNotIn))
	case b.known.isFiner(column):
		b.writeMilliseconds(op, column, whole)
	default:
		b.Text("(")
		b.dialect.AppendIn(b, dialect.Operand{Column: column}, op == criteria.OpNotIn, storedAllIn(b.table, column, whole))
		b.writeForm(column)
		b.Text(")")
	}
}

// writeMilliseconds is writeTimes for a column of microseconds.
func (b *Builder) writeMilliseconds(op criteria.Operator, column string, vs []any) {
	each, one := criteria.OpOr, criteria.OpEq
	if op == criteria.OpNotIn {
		each, one = criteria.OpAnd, criteria.OpNe
	}
	terms := make([]criteria.Expr, len(vs))
	for i, v := range vs {
		terms[i] = criteria.Leaf(one, column, v)
	}
	b.writeJunction(each, terms, 0)
}
