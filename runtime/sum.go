package runtime

import "math"

// AddInt refuses a delta that is no value of a field of 32 bits, and a field that
// a call both sets and adds to. A delta of zero adds nothing.
func (c *Checks) AddInt(field string, delta int, set bool) {
	c.once(field, delta != 0 && set)
	if delta < math.MinInt32 || delta > math.MaxInt32 {
		c.fail(field, "type", "what is added is outside the range of an int")
	}
}

// AddBigint is AddInt for a field of 64 bits, which holds every delta.
func (c *Checks) AddBigint(field string, delta int64, set bool) { c.once(field, delta != 0 && set) }

// AddFloat is AddInt for a float: it refuses NaN and the infinities.
func (c *Checks) AddFloat(field string, delta float64, set bool) {
	c.once(field, delta != 0 && set)
	if math.IsNaN(delta) || math.IsInf(delta, 0) {
		c.fail(field, "type", "what is added is not a finite number")
	}
}

func (c *Checks) once(field string, both bool) {
	if both {
		c.fail(field, "increment", "is both set and added to")
	}
}

// Sum returns a + b, refusing a sum that 64 bits cannot store.
func (c *Checks) Sum(field string, a, b int64) int64 {
	sum := a + b
	if (sum > a) != (b > 0) && b != 0 {
		c.fail(field, "type", "the sum is outside the range of the field")
	}
	return sum
}

// greatestBefore returns the greatest number to which delta, which is positive and
// finite, can be added without leaving the finite numbers. Rounding decides, so it
// is searched for, and not computed: the bits of positive floats have their order.
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
