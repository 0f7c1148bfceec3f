package runtime

import (
	"context"
	"math"
	"reflect"
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// Assignments are the columns that an UPDATE sets, with their values. The values are
// checked against the rules of the fields.
type Assignments struct {
	table *dialect.Table
	terms []assignment
	err   error // the first rule that a value breaks
}

// Assigning returns empty assignments for a table.
func Assigning(t *dialect.Table) *Assignments { return &Assignments{table: t} }

// Checked returns the assignments. If one of them breaks a rule of schema.yaml, its error is
// an [authgen.ValidationError] for the first such rule (C2).
func (a *Assignments) Checked() (*Assignments, error) {
	return a, a.err
}

// ForMany returns assignments that many rows shall get. It refuses a value for a unique
// field, because only one row can have it (M5).
func ForMany(a *Assignments, err error) (*Assignments, error) {
	for _, u := range a.table.Uniques {
		if v, set := a.value(u.Columns[0]); set && len(u.Columns) == 1 && !isNull(v) {
			return nil, &authgen.ValidationError{Table: a.table.Key, Field: u.Fields[0], Rule: "unique",
				Why: "is unique: UpdateMany cannot set it to one value for many rows"}
		}
	}
	return a, err
}

type assignment struct {
	column string
	arg    any
	add    bool // add to what is stored, instead of replacing it

	// If a sum has bounds: how the stored value must compare to limit so that the sum
	// keeps within them. The sum itself may be too large for the database.
	within criteria.Operator
	limit  any
}

// Set makes v the value of the column. It is not inlined: every patch of every table
// calls it for each of its fields.
//
//go:noinline
func (a *Assignments) Set(column string, v any) {
	f := fieldAt(a.table, column)
	if !f.Custom {
		v = tidied(v)
	}
	if a.err == nil {
		a.err = check(a.table, f, v)
	}
	a.terms = append(a.terms, assignment{column: column, arg: v})
}

// Default makes v the value of a column that every update moves. It does nothing if the
// column is set already, or if no column is set.
func (a *Assignments) Default(column string, v any) {
	if len(a.terms) == 0 || a.has(column) {
		return
	}
	a.Set(column, v)
}

// AddInt adds delta to the value of a column of 32 bits. Null counts as zero.
// A delta of zero leaves the column alone. AddInt refuses a delta that the field cannot
// hold, and a column that is set as well.
func (a *Assignments) AddInt(column string, delta int) {
	if delta == 0 {
		return
	}
	a.checkAdded(added(column, delta, a.has(column)))
	term := assignment{column: column, arg: delta, add: true, within: criteria.OpLte, limit: math.MaxInt32 - delta}
	if delta < 0 {
		term.within, term.limit = criteria.OpGte, math.MinInt32-delta
	}
	a.terms = append(a.terms, term)
}

// AddBigint adds delta to the value of a column of 64 bits, as AddInt does.
func (a *Assignments) AddBigint(column string, delta int64) {
	if delta == 0 {
		return
	}
	a.checkAdded(added(column, delta, a.has(column)))
	term := assignment{column: column, arg: delta, add: true, within: criteria.OpLte, limit: math.MaxInt64 - delta}
	if delta < 0 {
		term.within, term.limit = criteria.OpGte, math.MinInt64-delta
	}
	a.terms = append(a.terms, term)
}

// AddFloat adds delta to the value of a column, as AddInt does.
func (a *Assignments) AddFloat(column string, delta float64) {
	if delta == 0 {
		return
	}
	a.checkAdded(added(column, delta, a.has(column)))
	term := assignment{column: column, arg: delta, add: true, within: criteria.OpLte}
	if delta > 0 {
		term.limit = greatestBefore(delta)
	} else {
		term.within, term.limit = criteria.OpGte, -greatestBefore(-delta)
	}
	a.terms = append(a.terms, term)
}

// checkAdded records the rule that a delta breaks, if it breaks one.
func (a *Assignments) checkAdded(column, rule, why string) {
	if rule != "" && a.err == nil {
		a.err = &authgen.ValidationError{Table: a.table.Key, Field: keyOf(a.table, column), Rule: rule, Why: why}
	}
}

// has reports whether a column is set, or added to.
func (a *Assignments) has(column string) bool {
	return slices.ContainsFunc(a.terms, func(t assignment) bool { return t.column == column })
}

// Empty reports whether nothing is set.
func (a *Assignments) Empty() bool { return len(a.terms) == 0 }

// Equal reports whether both set the same columns to the same values.
func (a *Assignments) Equal(b *Assignments) bool {
	return slices.EqualFunc(a.terms, b.terms, func(x, y assignment) bool {
		if !sameArg(x.arg, y.arg) {
			return false
		}
		x.arg, y.arg = nil, nil
		return x == y
	})
}

// sameArg reports whether two arguments of statements are the same.
func sameArg(a, b any) bool {
	switch a := a.(type) {
	case authgen.Secret:
		b, ok := b.(authgen.Secret)
		return ok && a.Equal(b)
	case *authgen.Secret:
		b, ok := b.(*authgen.Secret)
		return ok && (a == b || a != nil && b != nil && a.Equal(*b))
	}
	return reflect.DeepEqual(a, b)
}

// value returns the value that a column is set to, and whether it is set.
func (a *Assignments) value(column string) (any, bool) {
	for _, t := range a.terms {
		if t.column == column && !t.add {
			return t.arg, true
		}
	}
	return nil, false
}

// bounded reports whether a sum could leave the range of its column.
func (a *Assignments) bounded() bool {
	return slices.ContainsFunc(a.terms, func(t assignment) bool { return t.limit != nil })
}

// writeUpdate appends UPDATE … SET ….
func (b *Builder) writeUpdate(t *dialect.Table, set *Assignments) {
	b.Text("UPDATE ")
	b.Ident(t.Name)
	b.Text(" SET ")
	for i, term := range set.terms {
		if i > 0 {
			b.Text(", ")
		}
		b.Ident(term.column)
		b.Text(" = ")
		if term.add {
			b.writeSum(term)
			continue
		}
		if err := b.known.uncut(t, term.column, term.arg); err != nil {
			b.err = err
		}
		b.Bind(storedIn(t, term.column, term.arg))
	}
}

func (b *Builder) writeSum(term assignment) {
	b.writeOrZero(term.column)
	b.Text(" + ")
	b.Bind(term.arg)
}

// writeOrZero appends the value of a column, or zero if it is null.
func (b *Builder) writeOrZero(column string) {
	b.Text("coalesce(")
	b.Ident(column)
	b.Text(", 0)")
}

// writeBounds appends the condition that no sum leaves the range of its
// column. Databases differ in what happens otherwise: SQLite, for example, turns the sum
// into a float.
func (b *Builder) writeBounds(set *Assignments) {
	for _, term := range set.terms {
		if term.limit == nil {
			continue
		}
		b.Text(" AND ")
		b.writeOrZero(term.column)
		b.Text(comparisons[term.within])
		b.Bind(term.limit)
	}
}

// checkBounds finds out why an update with sums matched nothing: a sum would leave its
// range, the row is not there, or a trigger of the database kept the row from being written.
func (s Handle) checkBounds(ctx context.Context, t *dialect.Table, where criteria.Expr, set *Assignments) error {
	exists, err := s.Exists(ctx, t, where)
	if err != nil || !exists {
		return err
	}
	var sums []assignment
	for _, term := range set.terms {
		if term.limit != nil {
			sums = append(sums, term)
		}
	}
	for i, sum := range sums { // find the sum that leaves its range
		beyond := criteria.OpGt
		if sum.within == criteria.OpGte {
			beyond = criteria.OpLt
		}
		found := i == len(sums)-1 && !s.DB.knownOf(t).isTriggered() // no other sum is left, so it is this one
		if !found {
			if found, err = s.Exists(ctx, t, criteria.AllOf(where, criteria.Leaf(beyond, sum.column, sum.limit))); err != nil {
				return err
			}
		}
		if found {
			return &authgen.ValidationError{Table: t.Key, Field: keyOf(t, sum.column), Rule: "type", Why: "the sum is outside the range of the field"}
		}
	}
	return nil
}

// Assign sets the column to the value of o, if o has one.
func Assign[T any](to *Assignments, column string, o authgen.Opt[T]) {
	if v, ok := o.Get(); ok {
		to.Set(column, v)
	}
}

// AssignJSON sets the column to the value of o as JSON text, if o has one.
func AssignJSON[T any](to *Assignments, column string, o authgen.Opt[T]) {
	if v, ok := o.Get(); ok {
		to.Set(column, dialect.JSON(v))
	}
}

// Replace sets the value to after, if it is before.
func Replace[T comparable](o *authgen.Opt[T], before, after authgen.Opt[T]) {
	if before.IsSet() && *o == before {
		*o = after
	}
}

// ReplacePtr is Replace for nullable fields.
func ReplacePtr[T comparable](o *authgen.Opt[*T], before, after authgen.Opt[*T]) {
	value, _ := o.Get()
	if was, isSet := before.Get(); isSet && value != nil && *value == *was {
		*o = after
	}
}
