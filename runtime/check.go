package runtime

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// Check checks the values of a row, in the order of the table's fields, against the rules
// of schema.yaml (C2). For the first value that breaks one, it returns an
// [authgen.ValidationError].
func Check(t *dialect.Table, values []any) error {
	for i := range t.Fields {
		if err := check(t, &t.Fields[i], values[i]); err != nil {
			return err
		}
	}
	return nil
}

// check checks a value against the rules of its field.
func check(t *dialect.Table, f *dialect.Field, v any) error {
	if f.Custom {
		return nil
	}
	rule, why := broken(f, v)
	if rule == "" {
		return nil
	}
	return &authgen.ValidationError{Table: t.Key, Field: f.Key, Rule: rule, Why: why}
}

// broken returns the rule of a field that a value breaks, and in which way, or nothing.
// Null breaks no rule: the Go type of the field says whether it may be null.
func broken(f *dialect.Field, v any) (rule, why string) {
	switch f.Type {
	case dialect.TypeString, dialect.TypeText:
		return brokenText(f, v)
	case dialect.TypeTime:
		return brokenTime(v)
	case dialect.TypeInt:
		if n, ok := numberAt[int](v); ok && (n < math.MinInt32 || n > math.MaxInt32) {
			return "type", "is outside the range of an int; bigint stores 64 bits"
		}
	case dialect.TypeBigint:
		if f.Reference && !f.Nullable && isZeroID(v) {
			return missing()
		}
	case dialect.TypeFloat:
		if n, ok := numberAt[float64](v); ok && (math.IsNaN(n) || math.IsInf(n, 0)) {
			return "type", "is not a finite number"
		}
	case dialect.TypeJSON, dialect.TypeStrings:
		if arg, is := v.(dialect.JSONArg); is {
			return brokenJSON(f, arg.V)
		}
	}
	return "", ""
}

// numberAt returns a number that may be null, and whether there is one.
func numberAt[N int | float64](v any) (n N, ok bool) {
	switch v := v.(type) {
	case N:
		return v, true
	case *N:
		if v != nil {
			return *v, true
		}
	}
	return 0, false
}

// isZeroID reports whether a number is an id of no row. In a patch it has the type of the
// ids of its table.
func isZeroID(v any) bool {
	if n, ok := v.(int64); ok {
		return n == 0
	}
	at := reflect.ValueOf(v)
	return at.Kind() == reflect.Int64 && at.Int() == 0
}

// missing is the rule of types that have a value for "missing": ids, times, secrets and
// JSON. An empty string is a value.
func missing() (rule, why string) { return "required", "is required" }

func brokenText(f *dialect.Field, v any) (rule, why string) {
	text, ok := textAt(v)
	switch {
	case !ok:
		return "", ""
	case len(f.Enum) > 0 && !f.Secret:
		if !slices.Contains(f.Enum, text) {
			return "enum", "is none of " + strings.Join(f.Enum, ", ")
		}
		return "", ""
	case text == "" && (f.Reference || f.Secret) && !f.Nullable:
		return missing()
	}
	if rule, why = unstorable(text); rule != "" {
		return rule, why
	}
	switch {
	case f.Secret && text == authgen.Redacted: // a Secret prints as this text, so it is never the secret itself
		return "secret", "is the text " + authgen.Redacted + ", which is what a secret prints as: the secret itself was lost on the way"
	case f.MaxLength > 0 && len(text) > f.MaxLength && utf8.RuneCountInString(text) > f.MaxLength:
		return "maxLength", fmt.Sprintf("is longer than %d characters", f.MaxLength)
	case f.Pattern != "" && !matchesPattern(f.Pattern, text):
		return "pattern", "does not match " + f.Pattern
	}
	return "", ""
}

// unstorable says why not every database can store a text.
func unstorable(text string) (rule, why string) {
	switch {
	case !utf8.ValidString(text):
		return "type", "is not valid UTF-8"
	case strings.IndexByte(text, 0) >= 0:
		return "type", "contains a NUL character, which not every database stores"
	}
	return "", ""
}

func brokenTime(v any) (rule, why string) {
	var at time.Time
	switch v := v.(type) {
	case time.Time:
		at = v
	case *time.Time:
		if v == nil {
			return "", ""
		}
		at = *v
	default:
		return "", ""
	}
	switch year := at.Year(); {
	case at.IsZero():
		return missing()
	case year < 0 || year > 9999:
		return "type", "has a year outside 0 to 9999"
	}
	return "", ""
}

// brokenJSON is broken for values that are stored as JSON: text from the program, or a list.
func brokenJSON(f *dialect.Field, v any) (rule, why string) {
	switch v := v.(type) {
	case json.RawMessage:
		return brokenJSONText(f, v)
	case *json.RawMessage:
		if v != nil {
			return brokenJSONText(f, *v)
		}
	case []string:
		return brokenList(v)
	case *[]string:
		if v != nil {
			return brokenList(*v)
		}
	}
	return "", ""
}

func brokenList(list []string) (rule, why string) {
	for _, text := range list {
		if rule, why = unstorable(text); rule != "" {
			break
		}
	}
	return rule, why
}

// brokenJSONText refuses text that is not JSON, text that not every database stores, and
// null, because null is for nullable fields.
func brokenJSONText(f *dialect.Field, text json.RawMessage) (rule, why string) {
	switch {
	case len(text) == 0 || isJSONNull(text):
		return missing()
	case !json.Valid(text):
		return "type", "is not valid JSON"
	}
	if fault := jsonFault(text, jsonDepthOf(f)); fault != "" {
		return "type", fault
	}
	return "", ""
}

// noPredicate returns the error of a many-row call without a condition (W2).
func noPredicate(t *dialect.Table) error {
	return &authgen.ValidationError{Table: t.Key, Rule: "predicate", Why: "the predicate is empty; All says every row"}
}
