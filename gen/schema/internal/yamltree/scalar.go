package yamltree

import (
	"regexp"
	"strings"
)

// number matches what YAML 1.2 reads as a number, of any base.
var number = regexp.MustCompile(`^(?:[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)

// LooksLikeNumber tells whether a text without quotes would be a Number.
func LooksLikeNumber(text string) bool { return number.MatchString(text) }

// scalarKind returns the kind of a scalar.
func scalarKind(text string, quoted bool) Kind {
	if quoted {
		return Text
	}
	switch text {
	case "", "~", "null", "Null", "NULL":
		return Null
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return Bool
	}
	if strings.ContainsAny(text[:1], "+-.0123456789") && number.MatchString(text) {
		return Number
	}
	return Text
}
