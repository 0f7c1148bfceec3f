package authgen

import "github.com/authgen/authgen/internal/criteria"

// A Predicate is a condition on the rows of one table. T stands for the table, so that a
// predicate of one table does not compile on another (W1). In generated code T is a
// pointer to the table's document type, because all pointers share one compiled body; the
// generated package has an alias that takes the type itself. The zero Predicate has no
// condition. Reads take it for every row, and UpdateMany, DeleteMany and Count refuse it
// (W2).
type Predicate[T any] struct {
	expr criteria.Expr
}

// Expr returns the condition without its table. Generated code passes it to package
// runtime.
func (p Predicate[T]) Expr() criteria.Expr { return p.expr }

// PredicateOf makes a Predicate of a condition on the table that T stands for. It is for
// package runtime, the only package that can make a condition.
func PredicateOf[T any](e criteria.Expr) Predicate[T] { return Predicate[T]{e} }

// All matches every row. UpdateMany, DeleteMany and Count need it to reach all rows.
func All[T any]() Predicate[T] {
	return Predicate[T]{criteria.Every()}
}

// And matches rows that every term matches. Without terms it is the zero Predicate.
func And[T any](terms ...Predicate[T]) Predicate[T] {
	return Predicate[T]{join(criteria.OpAnd, terms)}
}

// Or matches rows that at least one term matches. Without terms it is the zero Predicate.
func Or[T any](terms ...Predicate[T]) Predicate[T] {
	return Predicate[T]{join(criteria.OpOr, terms)}
}

// Not matches rows for which the term is false. As in SQL, a comparison with a null column
// is neither true nor false, so Not does not match such a row.
func Not[T any](term Predicate[T]) Predicate[T] {
	if term.expr.IsZero() {
		return term
	}
	return Predicate[T]{criteria.Negated(term.expr)}
}

// join makes one expression of the terms. A zero term makes the result zero, so that a
// forgotten condition never makes a write reach more rows.
func join[T any](op criteria.Operator, terms []Predicate[T]) criteria.Expr {
	if len(terms) == 0 {
		return criteria.Expr{}
	}
	kids := make([]criteria.Expr, len(terms))
	for i, t := range terms {
		if t.expr.IsZero() {
			return criteria.Expr{}
		}
		kids[i] = t.expr
	}
	return criteria.Junction(op, kids)
}
