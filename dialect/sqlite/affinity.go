package sqlite

import (
	"strings"

	"github.com/authgen/authgen/runtime"
)

// An affinity is what SQLite turns the values of a column into
// (sqlite.org/datatype3.html, section 3.1).
type affinity uint8

const (
	keeps affinity = iota // called BLOB, and once NONE
	toText
	toNumeric
	toInteger
	toReal
)

// affinityOf returns the affinity of a declared type.
func affinityOf(declared string, strict bool) affinity {
	upper := strings.ToUpper(declared)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(upper, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has("INT"):
		return toInteger
	case has("CHAR", "CLOB", "TEXT"):
		return toText
	case upper == "" || has("BLOB") || strict && upper == "ANY":
		return keeps
	case has("REAL", "FLOA", "DOUB"):
		return toReal
	}
	return toNumeric
}

// Values that no affinity changes: bytes, and lists, which no number looks like.
var unchanged = runtime.TypesOf(runtime.TypeBytes, runtime.TypeStrings, runtime.TypeInts)

// What each affinity leaves as it is. Text that looks like a number would become
// one, and whole numbers fractions.
var (
	affinityHolds = map[affinity]runtime.FieldTypes{
		keeps:     ^runtime.FieldTypes(0),
		toText:    unchanged | runtime.TypesOf(runtime.TypeString, runtime.TypeText, runtime.TypeJSON, runtime.TypeTime),
		toNumeric: unchanged | runtime.TypesOf(runtime.TypeInt, runtime.TypeBigint, runtime.TypeFloat, runtime.TypeBool, runtime.TypeTime),
		toInteger: unchanged | runtime.TypesOf(runtime.TypeInt, runtime.TypeBigint, runtime.TypeFloat, runtime.TypeBool, runtime.TypeTime),
		toReal:    unchanged | runtime.TypesOf(runtime.TypeFloat, runtime.TypeTime),
	}
	affinityTimes = map[affinity]runtime.TimeForms{
		keeps: runtime.TimesText | runtime.TimesInteger, toNumeric: runtime.TimesText | runtime.TimesInteger,
		toText: runtime.TimesText, toInteger: runtime.TimesInteger, toReal: runtime.TimesInteger,
	}
)

// columnOf returns what a declared type says of a column.
func columnOf(declared string, strict bool) runtime.LiveColumn {
	a := affinityOf(declared, strict)
	return runtime.LiveColumn{Type: declared, Holds: affinityHolds[a], Times: affinityTimes[a]}
}
