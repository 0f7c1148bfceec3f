package runtime

import (
	"math"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// Sums adds to the numbers of a row. Generated code calls a method for each number. Err
// returns the first fault.
type Sums struct {
	Table *dialect.Table
	err   error
}

// Err returns the first fault as a [authgen.ValidationError], or nil.
func (s *Sums) Err() error { return s.err }

func (s *Sums) fail(field, rule, why string) {
	if rule != "" && s.err == nil {
		s.err = &authgen.ValidationError{Table: s.Table.Key, Field: field, Rule: rule, Why: why}
	}
}

// Int sets o to the sum of old and delta. It refuses a delta that a field of 32 bits cannot
// hold, and a field that the call sets as well. A delta of zero adds nothing.
func (s *Sums) Int(field string, o *authgen.Opt[int], old, delta int) { sum(s, field, o, old, delta) }

// NullInt is Int for a field that may be null, which counts as zero.
func (s *Sums) NullInt(field string, o *authgen.Opt[*int], old *int, delta int) {
	sumNull(s, field, o, old, delta)
}

// Bigint is Int for a field of 64 bits.
func (s *Sums) Bigint(field string, o *authgen.Opt[int64], old, delta int64) {
	sum(s, field, o, old, delta)
}

// NullBigint is NullInt for a field of 64 bits.
func (s *Sums) NullBigint(field string, o *authgen.Opt[*int64], old *int64, delta int64) {
	sumNull(s, field, o, old, delta)
}

// Float is Int for a float. It refuses NaN and the infinities.
func (s *Sums) Float(field string, o *authgen.Opt[float64], old, delta float64) {
	sum(s, field, o, old, delta)
}

// NullFloat is Float for a field that may be null, which counts as zero.
func (s *Sums) NullFloat(field string, o *authgen.Opt[*float64], old *float64, delta float64) {
	sumNull(s, field, o, old, delta)
}

func sum[N int | int64 | float64](s *Sums, field string, o *authgen.Opt[N], old, delta N) {
	if delta == 0 {
		return
	}
	s.fail(added(field, delta, o.IsSet()))
	total := old + delta
	if _, isFloat := any(delta).(float64); !isFloat && (total > old) != (delta > 0) {
		s.fail(field, "type", "the sum is outside the range of the field")
	}
	o.Set(total)
}

func sumNull[N int | int64 | float64](s *Sums, field string, o *authgen.Opt[*N], old *N, delta N) {
	if delta == 0 {
		return
	}
	if old == nil {
		old = new(N)
	}
	total := authgen.Opt[N]{}
	if o.IsSet() {
		total.Set(0)
	}
	sum(s, field, &total, *old, delta)
	n, _ := total.Get()
	o.Set(&n)
}

// added returns the rule that a delta breaks, or nothing. The delta is not zero.
func added[N int | int64 | float64](field string, delta N, set bool) (_, rule, why string) {
	if set {
		return field, "increment", "is both set and added to"
	}
	switch delta := any(delta).(type) {
	case int:
		if delta < math.MinInt32 || delta > math.MaxInt32 {
			return field, "type", "what is added is outside the range of an int"
		}
	case float64:
		if math.IsNaN(delta) || math.IsInf(delta, 0) {
			return field, "type", "what is added is not a finite number"
		}
	}
	return field, "", ""
}

// greatestBefore returns the greatest number to which delta can be added without leaving
// the finite numbers. delta is positive and finite. Rounding decides, so greatestBefore
// searches for the number and does not compute it: positive floats sort as their bits do.
func greatestBefore(delta float64) float64 {
	least, most := uint64(0), math.Float64bits(math.MaxFloat64)
	for least < most {
		middle := most - (most-least)/2
		if math.Float64frombits(middle)+delta <= math.MaxFloat64 {
			least = middle
		} else {
			most = middle - 1
		}
	}
	return math.Float64frombits(least)
}
