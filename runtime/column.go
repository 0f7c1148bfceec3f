package runtime

import "time"

// A Column is a column of the table whose document type is T, by its SQL name.
// V is the Go type of its values. It can be compared for equality only.
type Column[T, V any] string

// Ordered values are those that a database sorts.
type orderedValue interface {
	~string | ~int | ~int64 | ~float64 | time.Time
}

// An Ordered is a column whose values have an order: numbers, times and ids.
type Ordered[T any, V orderedValue] string

// A Text is a column of strings. Strings compare by their bytes on every
// database (W8).
type Text[T any, V ~string] string

// An Opaque is a column whose values cannot be compared: JSON and lists.
type Opaque[T any] string

// Eq matches rows whose column equals v.
func (c Column[T, V]) Eq(v V) Predicate[T] { return compare[T](opEq, string(c), v) }

// Ne matches rows whose column has a value other than v; null is no value (W4).
func (c Column[T, V]) Ne(v V) Predicate[T] { return compare[T](opNe, string(c), v) }

// In matches rows whose column is one of vs, and none if there are none.
func (c Column[T, V]) In(vs ...V) Predicate[T] { return oneOf[T](opIn, string(c), vs) }

// NotIn matches rows whose column has a value that is none of vs; of no vs,
// every row.
func (c Column[T, V]) NotIn(vs ...V) Predicate[T] { return oneOf[T](opNotIn, string(c), vs) }

// IsNull matches rows whose column is null.
func (c Column[T, V]) IsNull() Predicate[T] { return nullness[T](opIsNull, string(c)) }

// NotNull matches rows whose column has a value.
func (c Column[T, V]) NotNull() Predicate[T] { return nullness[T](opNotNull, string(c)) }

// Asc sorts by the column, smallest first.
func (c Column[T, V]) Asc() Order[T] { return Order[T]{OrderTerm{Column: string(c)}} }

// Desc sorts by the column, largest first.
func (c Column[T, V]) Desc() Order[T] { return Order[T]{OrderTerm{string(c), true}} }

// Eq matches rows whose column equals v.
func (c Ordered[T, V]) Eq(v V) Predicate[T] { return compare[T](opEq, string(c), v) }

// Ne matches rows whose column has a value other than v; null is no value (W4).
func (c Ordered[T, V]) Ne(v V) Predicate[T] { return compare[T](opNe, string(c), v) }

// Lt matches rows whose column is less than v.
func (c Ordered[T, V]) Lt(v V) Predicate[T] { return compare[T](opLt, string(c), v) }

// Lte matches rows whose column is less than v or equal to it.
func (c Ordered[T, V]) Lte(v V) Predicate[T] { return compare[T](opLte, string(c), v) }

// Gt matches rows whose column is greater than v.
func (c Ordered[T, V]) Gt(v V) Predicate[T] { return compare[T](opGt, string(c), v) }

// Gte matches rows whose column is greater than v or equal to it.
func (c Ordered[T, V]) Gte(v V) Predicate[T] { return compare[T](opGte, string(c), v) }

// In matches rows whose column is one of vs, and none if there are none.
func (c Ordered[T, V]) In(vs ...V) Predicate[T] { return oneOf[T](opIn, string(c), vs) }

// NotIn matches rows whose column has a value that is none of vs; of no vs,
// every row.
func (c Ordered[T, V]) NotIn(vs ...V) Predicate[T] { return oneOf[T](opNotIn, string(c), vs) }

// IsNull matches rows whose column is null.
func (c Ordered[T, V]) IsNull() Predicate[T] { return nullness[T](opIsNull, string(c)) }

// NotNull matches rows whose column has a value.
func (c Ordered[T, V]) NotNull() Predicate[T] { return nullness[T](opNotNull, string(c)) }

// Asc sorts by the column, smallest first.
func (c Ordered[T, V]) Asc() Order[T] { return Order[T]{OrderTerm{Column: string(c)}} }

// Desc sorts by the column, largest first.
func (c Ordered[T, V]) Desc() Order[T] { return Order[T]{OrderTerm{string(c), true}} }

// Eq matches rows whose column equals v.
func (c Text[T, V]) Eq(v V) Predicate[T] { return compare[T](opEq, string(c), v) }

// Ne matches rows whose column has a value other than v; null is no value (W4).
func (c Text[T, V]) Ne(v V) Predicate[T] { return compare[T](opNe, string(c), v) }

// Lt matches rows whose column sorts before v, by bytes.
func (c Text[T, V]) Lt(v V) Predicate[T] { return compare[T](opLt, string(c), v) }

// Lte matches rows whose column sorts before v, by bytes, or equals it.
func (c Text[T, V]) Lte(v V) Predicate[T] { return compare[T](opLte, string(c), v) }

// Gt matches rows whose column sorts after v, by bytes.
func (c Text[T, V]) Gt(v V) Predicate[T] { return compare[T](opGt, string(c), v) }

// Gte matches rows whose column sorts after v, by bytes, or equals it.
func (c Text[T, V]) Gte(v V) Predicate[T] { return compare[T](opGte, string(c), v) }

// In matches rows whose column is one of vs, and none if there are none.
func (c Text[T, V]) In(vs ...V) Predicate[T] { return oneOf[T](opIn, string(c), vs) }

// NotIn matches rows whose column has a value that is none of vs; of no vs,
// every row.
func (c Text[T, V]) NotIn(vs ...V) Predicate[T] { return oneOf[T](opNotIn, string(c), vs) }

// Contains matches rows whose column contains v. No character of v is special (W3).
func (c Text[T, V]) Contains(v V) Predicate[T] { return compare[T](opContains, string(c), v) }

// StartsWith matches rows whose column starts with v. No character of v is special (W3).
func (c Text[T, V]) StartsWith(v V) Predicate[T] { return compare[T](opStartsWith, string(c), v) }

// EndsWith matches rows whose column ends with v. No character of v is special (W3).
func (c Text[T, V]) EndsWith(v V) Predicate[T] { return compare[T](opEndsWith, string(c), v) }

// IsNull matches rows whose column is null.
func (c Text[T, V]) IsNull() Predicate[T] { return nullness[T](opIsNull, string(c)) }

// NotNull matches rows whose column has a value.
func (c Text[T, V]) NotNull() Predicate[T] { return nullness[T](opNotNull, string(c)) }

// Asc sorts by the column's bytes, smallest first.
func (c Text[T, V]) Asc() Order[T] { return Order[T]{OrderTerm{Column: string(c)}} }

// Desc sorts by the column's bytes, largest first.
func (c Text[T, V]) Desc() Order[T] { return Order[T]{OrderTerm{string(c), true}} }

// IsNull matches rows whose column is null.
func (c Opaque[T]) IsNull() Predicate[T] { return nullness[T](opIsNull, string(c)) }

// NotNull matches rows whose column has a value.
func (c Opaque[T]) NotNull() Predicate[T] { return nullness[T](opNotNull, string(c)) }

func compare[T any](op operator, column string, v any) Predicate[T] {
	return Predicate[T]{Expr{op: op, column: column, args: []any{v}}}
}

func oneOf[T, V any](op operator, column string, vs []V) Predicate[T] {
	args := make([]any, len(vs))
	for i, v := range vs {
		args[i] = v
	}
	return Predicate[T]{Expr{op: op, column: column, args: args}}
}

func nullness[T any](op operator, column string) Predicate[T] {
	return Predicate[T]{Expr{op: op, column: column}}
}
