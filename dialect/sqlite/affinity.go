package sqlite

import (
	"strings"

	"github.com/authgen/authgen/dialect"
)

// An affinity is the type into which SQLite converts the values of a column
// (sqlite.org/datatype3.html, section 3.1).
type affinity uint8

const (
	keeps affinity = iota // SQLite calls it BLOB, and once called it NONE
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

// Values that no affinity changes: bytes, and lists, which do not look like numbers.
var unchanged = dialect.TypesOf(dialect.TypeBytes, dialect.TypeStrings, dialect.TypeInts)

// The values that each affinity leaves as they are. It would turn text that looks like a
// number into a number, and whole numbers into fractions.
var (
	affinityHolds = map[affinity]dialect.FieldTypes{
		keeps:     ^dialect.FieldTypes(0),
		toText:    unchanged | dialect.TypesOf(dialect.TypeString, dialect.TypeText, dialect.TypeJSON, dialect.TypeTime),
		toNumeric: unchanged | dialect.TypesOf(dialect.TypeInt, dialect.TypeBigint, dialect.TypeFloat, dialect.TypeBool, dialect.TypeTime),
		toInteger: unchanged | dialect.TypesOf(dialect.TypeInt, dialect.TypeBigint, dialect.TypeFloat, dialect.TypeBool, dialect.TypeTime),
		toReal:    unchanged | dialect.TypesOf(dialect.TypeFloat, dialect.TypeTime),
	}
	affinityTimes = map[affinity]dialect.TimeForms{
		keeps: dialect.TimesText | dialect.TimesInteger, toNumeric: dialect.TimesText | dialect.TimesInteger,
		toText: dialect.TimesText, toInteger: dialect.TimesInteger, toReal: dialect.TimesInteger,
	}
)

// columnOf returns what a declared type says about a column.
func columnOf(declared string, strict bool) dialect.LiveColumn {
	a := affinityOf(declared, strict)
	return dialect.LiveColumn{Type: declared, Holds: affinityHolds[a], Times: affinityTimes[a]}
}
