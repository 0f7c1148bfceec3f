package runtime

import (
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// A condition may compare a column with a value that no row can hold: a text with a
// NUL character, an integer of 33 bits, a time past the year 9999. Databases treat such a
// value differently, and some end the transaction. So authgen decides the comparison here,
// ahead of the statement (W9).

// isText reports whether every database can store v as text.
func isText(v string) bool { return utf8.ValidString(v) && strings.IndexByte(v, 0) < 0 }

// textOf returns the text of a string, an id or a secret, and whether v is one of these.
func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case authgen.Secret:
		return v.Reveal(), true
	case int, int64, float64, bool, time.Time, []byte: // no reflection for these
		return "", false
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.String {
		return rv.String(), true
	}
	return "", false
}

// textAt is textOf for a value that may be null. It puts nothing into an interface, because
// that would allocate for each value.
func textAt(v any) (string, bool) {
	switch v := v.(type) {
	case string, authgen.Secret:
		return textOf(v)
	case *string:
		if v == nil {
			return "", false
		}
		return *v, true
	case *authgen.Secret:
		if v == nil {
			return "", false
		}
		return v.Reveal(), true
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer {
		rv = rv.Elem()
	}
	if rv.Kind() == reflect.String {
		return rv.String(), true
	}
	return "", false
}

// A place says where a value lies among the values that a row can hold.
type place uint8

const (
	placeInside  place = iota // it is one of them
	placeBetween              // a text that is not one of them, and less than some of them
	placeBelow                // less than all of them
	placeAbove                // greater than all of them
	placeApart                // NaN, which is neither less nor greater nor equal
)

// The times that every database stores are from firstTime on and before endOfTime.
var (
	firstTime = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	endOfTime = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
)

// placeOf returns the place of a value.
func placeOf(v any) place {
	switch v := v.(type) {
	case int:
		return ordered(v < math.MinInt32, v > math.MaxInt32)
	case float64:
		if math.IsNaN(v) {
			return placeApart
		}
		return ordered(math.IsInf(v, -1), math.IsInf(v, 1))
	case dialect.Instant:
		return placeOf(time.Time(v))
	case time.Time:
		return ordered(v.Before(firstTime), !v.Before(endOfTime))
	}
	if text, ok := textOf(v); ok && !isText(text) {
		if _, ok := nextText(text); ok {
			return placeBetween
		}
		return placeAbove
	}
	return placeInside
}

func ordered(isBelow, isAbove bool) place {
	switch {
	case isBelow:
		return placeBelow
	case isAbove:
		return placeAbove
	}
	return placeInside
}

// holdable reports whether a row can hold each of vs.
func holdable(vs []any) bool {
	for _, v := range vs {
		if placeOf(v) != placeInside {
			return false
		}
	}
	return true
}

// fitted returns a condition that matches the same rows as e, and compares only with
// values that a row can hold. Mostly that is e itself.
func fitted(e criteria.Expr) criteria.Expr {
	switch e.Op {
	case criteria.OpAnd, criteria.OpOr, criteria.OpNot, criteria.OpStill:
		return fittedKids(e)
	case criteria.OpEq, criteria.OpNe, criteria.OpLt, criteria.OpLte, criteria.OpGt, criteria.OpGte:
		return fittedComparison(e)
	case criteria.OpIn, criteria.OpNotIn:
		return fittedList(e)
	case criteria.OpContains, criteria.OpStartsWith, criteria.OpEndsWith:
		switch text, _ := textOf(e.Arg); {
		case text == "":
			return valued(e.Column, true)
		case !isText(text):
			return valued(e.Column, false)
		}
	}
	return e
}

// valued returns the condition that holds for every value of a column, or for
// none. Like any comparison it is unknown for null, so that Not does not make it true.
func valued(column string, holds bool) criteria.Expr {
	op := criteria.OpNoValue
	if holds {
		op = criteria.OpAnyValue
	}
	return criteria.Nullness(op, column)
}

func fittedKids(e criteria.Expr) criteria.Expr {
	var kids []criteria.Expr // a copy, made when the first of them changes
	for i, kid := range e.Kids {
		other := fitted(kid)
		if other.Node != kid.Node && kids == nil {
			kids = append(make([]criteria.Expr, 0, len(e.Kids)), e.Kids...)
		}
		if kids != nil {
			kids[i] = other
		}
	}
	if kids == nil {
		return e
	}
	return criteria.Junction(e.Op, kids)
}

// fittedComparison replaces a comparison with a value that no row can hold. No row equals
// the value, but it still has a place in the order.
func fittedComparison(e criteria.Expr) criteria.Expr {
	at := placeOf(e.Arg)
	if e.Stored || at == placeInside {
		return e
	}
	switch less := e.Op == criteria.OpLt || e.Op == criteria.OpLte; {
	case e.Op == criteria.OpEq:
		return valued(e.Column, false)
	case e.Op == criteria.OpNe:
		return valued(e.Column, true)
	case at != placeBetween:
		return valued(e.Column, less && at == placeAbove || !less && at == placeBelow)
	default:
		text, _ := textOf(e.Arg)
		next, _ := nextText(text)
		if less {
			return criteria.Leaf(criteria.OpLt, e.Column, next)
		}
		return criteria.Leaf(criteria.OpGte, e.Column, next)
	}
}

// fittedList leaves out the values of a list that no row can hold.
func fittedList(e criteria.Expr) criteria.Expr {
	if e.Stored || holdable(e.Args) {
		return e
	}
	var kept []any
	for _, v := range e.Args {
		if placeOf(v) == placeInside {
			kept = append(kept, v)
		}
	}
	if kept == nil {
		return valued(e.Column, e.Op == criteria.OpNotIn)
	}
	return criteria.Expr{Node: &criteria.Node{Op: e.Op, Column: e.Column, Fold: e.Fold, Args: kept}}
}

// hopeless reports whether a fitted condition can match no row at all.
func hopeless(e criteria.Expr) bool {
	switch e.Op {
	case criteria.OpNoValue:
		return true
	case criteria.OpIn:
		return len(e.Args) == 0
	case criteria.OpStill:
		return hopeless(e.Kids[0])
	case criteria.OpAnd:
		for _, kid := range e.Kids {
			if hopeless(kid) {
				return true
			}
		}
	case criteria.OpOr:
		for _, kid := range e.Kids {
			if !hopeless(kid) {
				return false
			}
		}
		return true
	}
	return false
}
