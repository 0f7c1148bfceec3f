package authgen

import (
	"time"

	"github.com/authgen/authgen/internal/criteria"
)

// The methods of columns are compiled once for each type of column of each table. There
// are many, so each must be small: a pointer receiver saves the compiler a wrapper, and
// what they share is not inlined.

// A Column is a column of the table that T stands for. V is the Go type of its values,
// which can only be compared for equality.
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

// An Opaque is a column whose values cannot be compared, such as JSON and lists.
type Opaque[T any] string

// Eq matches rows whose column equals v.
func (c *Column[T, V]) Eq(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpEq, string(*c), v)}
}

// Ne matches rows whose column has a value other than v. It does not match null (W4).
func (c *Column[T, V]) Ne(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpNe, string(*c), v)}
}

// In matches rows whose column is one of vs. If vs is empty it matches no row.
func (c *Column[T, V]) In(vs ...V) Predicate[T] {
	return Predicate[T]{criteria.OneOf(criteria.OpIn, string(*c), vs)}
}

// NotIn matches rows whose column has a value that is not one of vs. If vs is empty it
// matches every row.
func (c *Column[T, V]) NotIn(vs ...V) Predicate[T] {
	return Predicate[T]{criteria.OneOf(criteria.OpNotIn, string(*c), vs)}
}

// IsNull matches rows whose column is null.
func (c *Column[T, V]) IsNull() Predicate[T] {
	return Predicate[T]{criteria.Nullness(criteria.OpIsNull, string(*c))}
}

// NotNull matches rows whose column has a value.
func (c *Column[T, V]) NotNull() Predicate[T] {
	return Predicate[T]{criteria.Nullness(criteria.OpNotNull, string(*c))}
}

// Asc sorts by the column, smallest first.
func (c *Column[T, V]) Asc() Order[T] { return Order[T]{criteria.OrderTerm{Column: string(*c)}} }

// Desc sorts by the column, largest first.
func (c *Column[T, V]) Desc() Order[T] {
	return Order[T]{criteria.OrderTerm{Column: string(*c), Descending: true}}
}

// Eq matches rows whose column equals v.
func (c *Ordered[T, V]) Eq(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpEq, string(*c), v)}
}

// Ne matches rows whose column has a value other than v. It does not match null (W4).
func (c *Ordered[T, V]) Ne(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpNe, string(*c), v)}
}

// Lt matches rows whose column is less than v.
func (c *Ordered[T, V]) Lt(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpLt, string(*c), v)}
}

// Lte matches rows whose column is less than v or equal to it.
func (c *Ordered[T, V]) Lte(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpLte, string(*c), v)}
}

// Gt matches rows whose column is greater than v.
func (c *Ordered[T, V]) Gt(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpGt, string(*c), v)}
}

// Gte matches rows whose column is greater than v or equal to it.
func (c *Ordered[T, V]) Gte(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpGte, string(*c), v)}
}

// In matches rows whose column is one of vs. If vs is empty it matches no row.
func (c *Ordered[T, V]) In(vs ...V) Predicate[T] {
	return Predicate[T]{criteria.OneOf(criteria.OpIn, string(*c), vs)}
}

// NotIn matches rows whose column has a value that is not one of vs. If vs is empty it
// matches every row.
func (c *Ordered[T, V]) NotIn(vs ...V) Predicate[T] {
	return Predicate[T]{criteria.OneOf(criteria.OpNotIn, string(*c), vs)}
}

// IsNull matches rows whose column is null.
func (c *Ordered[T, V]) IsNull() Predicate[T] {
	return Predicate[T]{criteria.Nullness(criteria.OpIsNull, string(*c))}
}

// NotNull matches rows whose column has a value.
func (c *Ordered[T, V]) NotNull() Predicate[T] {
	return Predicate[T]{criteria.Nullness(criteria.OpNotNull, string(*c))}
}

// Asc sorts by the column, smallest first.
func (c *Ordered[T, V]) Asc() Order[T] { return Order[T]{criteria.OrderTerm{Column: string(*c)}} }

// Desc sorts by the column, largest first.
func (c *Ordered[T, V]) Desc() Order[T] {
	return Order[T]{criteria.OrderTerm{Column: string(*c), Descending: true}}
}

// Eq matches rows whose column equals v.
func (c *Text[T, V]) Eq(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpEq, string(*c), v)}
}

// Ne matches rows whose column has a value other than v. It does not match null (W4).
func (c *Text[T, V]) Ne(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpNe, string(*c), v)}
}

// Lt matches rows whose column sorts before v, by bytes.
func (c *Text[T, V]) Lt(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpLt, string(*c), v)}
}

// Lte matches rows whose column sorts before v, by bytes, or equals it.
func (c *Text[T, V]) Lte(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpLte, string(*c), v)}
}

// Gt matches rows whose column sorts after v, by bytes.
func (c *Text[T, V]) Gt(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpGt, string(*c), v)}
}

// Gte matches rows whose column sorts after v, by bytes, or equals it.
func (c *Text[T, V]) Gte(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpGte, string(*c), v)}
}

// In matches rows whose column is one of vs. If vs is empty it matches no row.
func (c *Text[T, V]) In(vs ...V) Predicate[T] {
	return Predicate[T]{criteria.OneOf(criteria.OpIn, string(*c), vs)}
}

// NotIn matches rows whose column has a value that is not one of vs. If vs is empty it
// matches every row.
func (c *Text[T, V]) NotIn(vs ...V) Predicate[T] {
	return Predicate[T]{criteria.OneOf(criteria.OpNotIn, string(*c), vs)}
}

// Contains matches rows whose column contains v. No character of v is special (W3).
func (c *Text[T, V]) Contains(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpContains, string(*c), v)}
}

// StartsWith matches rows whose column starts with v. No character of v is special (W3).
func (c *Text[T, V]) StartsWith(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpStartsWith, string(*c), v)}
}

// EndsWith matches rows whose column ends with v. No character of v is special (W3).
func (c *Text[T, V]) EndsWith(v V) Predicate[T] {
	return Predicate[T]{criteria.Leaf(criteria.OpEndsWith, string(*c), v)}
}

// EqFold is Eq without regard to the case of ASCII letters. It compares all other
// characters as they are (W10).
func (c *Text[T, V]) EqFold(v V) Predicate[T] {
	return Predicate[T]{criteria.Folded(criteria.OpEq, string(*c), string(v))}
}

// NeFold is Ne without regard to the case of ASCII letters (W10).
func (c *Text[T, V]) NeFold(v V) Predicate[T] {
	return Predicate[T]{criteria.Folded(criteria.OpNe, string(*c), string(v))}
}

// InFold is In without regard to the case of ASCII letters (W10).
func (c *Text[T, V]) InFold(vs ...V) Predicate[T] {
	return Predicate[T]{criteria.FoldedOneOf(criteria.OpIn, string(*c), vs)}
}

// NotInFold is NotIn without regard to the case of ASCII letters (W10).
func (c *Text[T, V]) NotInFold(vs ...V) Predicate[T] {
	return Predicate[T]{criteria.FoldedOneOf(criteria.OpNotIn, string(*c), vs)}
}

// ContainsFold is Contains without regard to the case of ASCII letters (W10).
func (c *Text[T, V]) ContainsFold(v V) Predicate[T] {
	return Predicate[T]{criteria.Folded(criteria.OpContains, string(*c), string(v))}
}

// StartsWithFold is StartsWith without regard to the case of ASCII letters (W10).
func (c *Text[T, V]) StartsWithFold(v V) Predicate[T] {
	return Predicate[T]{criteria.Folded(criteria.OpStartsWith, string(*c), string(v))}
}

// EndsWithFold is EndsWith without regard to the case of ASCII letters (W10).
func (c *Text[T, V]) EndsWithFold(v V) Predicate[T] {
	return Predicate[T]{criteria.Folded(criteria.OpEndsWith, string(*c), string(v))}
}

// IsNull matches rows whose column is null.
func (c *Text[T, V]) IsNull() Predicate[T] {
	return Predicate[T]{criteria.Nullness(criteria.OpIsNull, string(*c))}
}

// NotNull matches rows whose column has a value.
func (c *Text[T, V]) NotNull() Predicate[T] {
	return Predicate[T]{criteria.Nullness(criteria.OpNotNull, string(*c))}
}

// Asc sorts by the column's bytes, smallest first.
func (c *Text[T, V]) Asc() Order[T] { return Order[T]{criteria.OrderTerm{Column: string(*c)}} }

// Desc sorts by the column's bytes, largest first.
func (c *Text[T, V]) Desc() Order[T] {
	return Order[T]{criteria.OrderTerm{Column: string(*c), Descending: true}}
}

// IsNull matches rows whose column is null.
func (c *Opaque[T]) IsNull() Predicate[T] {
	return Predicate[T]{criteria.Nullness(criteria.OpIsNull, string(*c))}
}

// NotNull matches rows whose column has a value.
func (c *Opaque[T]) NotNull() Predicate[T] {
	return Predicate[T]{criteria.Nullness(criteria.OpNotNull, string(*c))}
}
