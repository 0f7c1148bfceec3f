package criteria

import "math"

// An Operator is the operator of an [Expr].
type Operator uint8

const (
	OpAll Operator = iota
	OpAnd
	OpOr
	OpNot
	OpStill
	OpEq
	OpNe
	OpLt
	OpLte
	OpGt
	OpGte
	OpIn
	OpNotIn
	OpContains
	OpStartsWith
	OpEndsWith
	OpIsNull
	OpNotNull
	OpAnyValue
	OpNoValue
)

// An Expr is a condition: a tree whose leaves compare a column with values.
// Only columns and predicates make one. So column names come from generated code, and values
// are always bound, never spliced (W6).
type Expr struct {
	*Node // nil: no condition
}

// A Node is one condition of the tree. Expr has a pointer to it because the methods of every
// column of every table pass conditions on: that way they pass one word, not nine.
type Node struct {
	Op     Operator
	Column string
	Fold   bool  // ignore the case of ASCII letters
	Stored bool  // the values were read from the column
	Arg    any   // the one value it is compared with
	Args   []any // the values, for IN
	Kids   []Expr
}

// IsZero reports whether the Expr has no condition.
func (e Expr) IsZero() bool { return e.Node == nil }

// AllOf returns the condition that all of es hold. It leaves out zero ones.
func AllOf(es ...Expr) Expr {
	var kids []Expr
	for _, e := range es {
		if !e.IsZero() && e.Op != OpAll {
			kids = append(kids, e)
		}
	}
	switch len(kids) {
	case 0:
		return Every()
	case 1:
		return kids[0]
	}
	return Junction(OpAnd, kids)
}

// Every returns the condition that every row meets.
func Every() Expr { return Expr{&Node{Op: OpAll}} }

// Junction returns the condition that joins kids by OpAnd or OpOr.
func Junction(op Operator, kids []Expr) Expr { return Expr{&Node{Op: op, Kids: kids}} }

// Leaf returns the comparison of a column with one value.
//
//go:noinline
func Leaf(op Operator, column string, v any) Expr {
	return Expr{&Node{Op: op, Column: column, Arg: v}}
}

// AsStored returns a condition whose values were read from the column. They are sent as they
// are.
func AsStored(e Expr) Expr {
	e.Stored = true
	return e
}

// Still returns a condition for rows that are named by their ids. It is written so that no
// index fits it, because the index of the ids is better. A condition that every row meets
// stays as it is.
func Still(e Expr) Expr {
	if e.IsZero() || e.Op == OpAll {
		return e
	}
	return Expr{&Node{Op: OpStill, Kids: []Expr{e}}}
}

// opposites are the operators that Not turns operators into. Null matches neither.
var opposites = map[Operator]Operator{
	OpAnd: OpOr, OpOr: OpAnd, OpEq: OpNe, OpNe: OpEq, OpLt: OpGte, OpGte: OpLt, OpLte: OpGt, OpGt: OpLte,
	OpIn: OpNotIn, OpNotIn: OpIn, OpIsNull: OpNotNull, OpNotNull: OpIsNull,
}

// Negated returns the condition that is true where e is false. It moves Not to the leaves. A
// comparison may leave out values, for example of another form. Its opposite leaves them
// out too, but NOT of the comparison would not.
func Negated(e Expr) Expr {
	if e.Op == OpNot {
		return e.Kids[0]
	}
	op, ok := opposites[e.Op]
	if number, isFloat := e.Arg.(float64); !ok || isFloat && math.IsNaN(number) { // NaN has no opposite
		return Expr{&Node{Op: OpNot, Kids: []Expr{e}}}
	}
	n := *e.Node
	n.Op, n.Kids = op, make([]Expr, len(e.Kids))
	for i, kid := range e.Kids {
		n.Kids[i] = Negated(kid)
	}
	return Expr{&n}
}

// OneOf returns the comparison of a column with several values.
func OneOf[V any](op Operator, column string, vs []V) Expr {
	args := make([]any, len(vs))
	for i, v := range vs {
		args[i] = v
	}
	return Several(op, column, args)
}

// Several is OneOf for values that are in interfaces already.
//
//go:noinline
func Several(op Operator, column string, args []any) Expr {
	return Expr{&Node{Op: op, Column: column, Args: args}}
}

// Nullness returns a condition that compares a column with null.
//
//go:noinline
func Nullness(op Operator, column string) Expr { return Expr{&Node{Op: op, Column: column}} }
