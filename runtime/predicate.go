package runtime

// A Predicate is a condition on the rows of one table: T stands for the table,
// so that a predicate of one table does not compile on another (W1). In
// generated code it is a pointer to the table's document type, because all
// pointers share one compiled body; the generated package has an alias that
// takes the type itself. The zero Predicate is no condition at all; reads take it for every
// row, UpdateMany, DeleteMany and Count refuse it (W2).
type Predicate[T any] struct {
	expr Expr
}

// Expr returns the condition without its table. Generated code hands it to
// the functions of this package.
func (p Predicate[T]) Expr() Expr { return p.expr }

// All matches every row. It says aloud what an empty predicate does not.
func All[T any]() Predicate[T] { return Predicate[T]{Expr{&node{op: opAll}}} }

// And matches rows that every term matches. Of no terms it is the zero
// Predicate.
func And[T any](terms ...Predicate[T]) Predicate[T] {
	return Predicate[T]{join(opAnd, terms)}
}

// Or matches rows that at least one term matches. Of no terms it is the zero
// Predicate.
func Or[T any](terms ...Predicate[T]) Predicate[T] {
	return Predicate[T]{join(opOr, terms)}
}

// Not matches rows for which the term is false. As in SQL, a comparison with a
// null column is neither true nor false, so Not does not match it either.
func Not[T any](term Predicate[T]) Predicate[T] {
	if term.expr.IsZero() {
		return term
	}
	return Predicate[T]{negated(term.expr)}
}

// join makes one expression of the terms. A zero term makes the whole zero,
// so that a forgotten condition never widens a write.
func join[T any](op operator, terms []Predicate[T]) Expr {
	if len(terms) == 0 {
		return Expr{}
	}
	kids := make([]Expr, len(terms))
	for i, t := range terms {
		if t.expr.IsZero() {
			return Expr{}
		}
		kids[i] = t.expr
	}
	return Expr{&node{op: op, kids: kids}}
}

// An Order sorts the rows of one table by one column.
type Order[T any] struct {
	term OrderTerm
}

// An OrderTerm is one column to sort by. Null sorts before every value, so
// first ascending and last descending, on every database.
type OrderTerm struct {
	Column     string
	Descending bool
}

// terms returns the orders without their table.
func terms[T any](orders []Order[T]) []OrderTerm {
	if len(orders) == 0 {
		return nil
	}
	list := make([]OrderTerm, len(orders))
	for i, o := range orders {
		list[i] = o.term
	}
	return list
}
