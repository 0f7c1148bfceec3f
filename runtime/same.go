package runtime

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// The functions below find out which fields an update changed (P3), for types that are not
// compared with ==.

// SamePtr compares values that may be null.
func SamePtr[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// SamePtrBy is SamePtr for types that are not compared with ==.
func SamePtrBy[T any](a, b *T, same func(a, b T) bool) bool {
	return a == b || a != nil && b != nil && same(*a, *b)
}

// SameFloat compares floats. NaN is the same as NaN: another program may have stored it.
func SameFloat(a, b float64) bool { return a == b || a != a && b != b }

// SameList compares lists, and bytes.
func SameList[T comparable](a, b []T) bool { return slices.Equal(a, b) }

// Same compares values of a type that the program declares.
func Same[T any](a, b T) bool { return reflect.DeepEqual(a, b) }

// SameJSON reports whether two texts of JSON mean the same, because some databases store
// only the meaning. Numbers are the same if their values are, because a database may write
// a number in another way.
func SameJSON(a, b json.RawMessage) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, errX := decodeJSON(a)
	y, errY := decodeJSON(b)
	return errX == nil && errY == nil && sameValue(x, y)
}

// sameValue compares what decodeJSON returns.
func sameValue(x, y any) bool {
	switch x := x.(type) {
	case []any:
		y, ok := y.([]any)
		return ok && slices.EqualFunc(x, y, sameValue)
	case map[string]any:
		y, ok := y.(map[string]any)
		return ok && maps.EqualFunc(x, y, sameValue)
	case json.Number:
		y, ok := y.(json.Number)
		return ok && (x == y || decimalOf(x) == decimalOf(y))
	}
	return x == y
}

// A decimal is a number: its digits, without zeros at either end, times a
// power of ten. It can hold every number of JSON, however large or fine.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

func decimalOf(n json.Number) decimal {
	text, negative := strings.CutPrefix(string(n), "-")
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(text[i+1:]); err != nil {
			return decimal{digits: string(n)} // past all that is stored: the same only as text
		}
		mantissa = text[:i]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return decimal{} // zero has neither a sign nor a power
	}
	exponent -= len(fraction)
	short := strings.TrimRight(digits, "0")
	return decimal{negative, short, exponent + len(digits) - len(short)}
}
