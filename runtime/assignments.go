package runtime

import (
	"context"
	"math"
	"reflect"
	"slices"
)

// Assignments are the columns that an UPDATE sets, and to what.
type Assignments struct {
	terms []assignment
}

type assignment struct {
	column string
	arg    any
	add    bool // add to what is stored, instead of replacing it
	lo, hi any  // where not nil, the bounds of a sum
}

// Set makes v the value of the column.
func (a *Assignments) Set(column string, v any) {
	a.terms = append(a.terms, assignment{column: column, arg: v})
}

// Default makes v the value of a column that every update moves, unless the
// column is set already or nothing is.
func (a *Assignments) Default(column string, v any) {
	if len(a.terms) == 0 || slices.ContainsFunc(a.terms, func(t assignment) bool { return t.column == column }) {
		return
	}
	a.Set(column, v)
}

// AddInt adds delta to the value of a column of 32 bits; null counts as zero.
// To add zero is to leave the column alone.
func (a *Assignments) AddInt(column string, delta int) {
	if delta == 0 {
		return
	}
	a.terms = append(a.terms, assignment{column: column, arg: delta, add: true, lo: math.MinInt32, hi: math.MaxInt32})
}

// AddBigint adds delta to the value of a column of 64 bits, as AddInt does.
func (a *Assignments) AddBigint(column string, delta int64) {
	if delta == 0 {
		return
	}
	a.terms = append(a.terms, assignment{column: column, arg: delta, add: true, lo: int64(math.MinInt64), hi: int64(math.MaxInt64)})
}

// AddFloat adds delta to the value of a column, as AddInt does.
func (a *Assignments) AddFloat(column string, delta float64) {
	if delta == 0 {
		return
	}
	a.terms = append(a.terms, assignment{column: column, arg: delta, add: true})
}

// Empty reports whether nothing is set.
func (a *Assignments) Empty() bool { return len(a.terms) == 0 }

// Equal reports whether both set the same columns to the same values.
func (a *Assignments) Equal(b *Assignments) bool { return reflect.DeepEqual(a.terms, b.terms) }

// value returns what a column is set to, and whether it is.
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
	return slices.ContainsFunc(a.terms, func(t assignment) bool { return t.lo != nil })
}

// writeUpdate appends UPDATE … SET ….
func (b *Builder) writeUpdate(t *Table, set *Assignments) {
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
		} else {
			b.Bind(term.arg)
		}
	}
}

func (b *Builder) writeSum(term assignment) {
	b.Text("coalesce(")
	b.Ident(term.column)
	b.Text(", 0) + ")
	b.Bind(term.arg)
}

// writeBounds appends the condition that no sum leaves the range of its
// column. Databases differ in what happens else: SQLite turns the sum into a
// float.
func (b *Builder) writeBounds(set *Assignments) {
	for _, term := range set.terms {
		if term.lo == nil {
			continue
		}
		b.Text(" AND ")
		b.writeSum(term)
		b.Text(" BETWEEN ")
		b.Bind(term.lo)
		b.Text(" AND ")
		b.Bind(term.hi)
	}
}

// checkBounds tells a sum outside of its range from a row that is not there,
// after an update that matched nothing.
func (s Session) checkBounds(ctx context.Context, t *Table, where Expr, set *Assignments) error {
	exists, err := s.Exists(ctx, t, where)
	if err != nil || !exists {
		return err
	}
	for _, term := range set.terms {
		if term.lo != nil {
			return &ValidationError{Table: t.Key, Field: t.key(term.column), Rule: "type", Why: "the sum is outside the range of the field"}
		}
	}
	return nil
}
