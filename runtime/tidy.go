package runtime

import (
	"encoding/json"
	"time"

	"github.com/authgen/authgen/dialect"
)

// A value from a caller may have several forms that mean the same. A document gets the form
// in which the value is stored and read again, so that it equals the document that Get
// returns.

// TidyTime cuts a time to milliseconds, in UTC.
func TidyTime(v *time.Time) { *v = dialect.Millis(*v) }

// TidyNullTime is TidyTime for a time that may be null. It does not change the time at which
// the caller's pointer points.
func TidyNullTime(v **time.Time) { *v = dialect.MillisOf(*v) }

// TidyJSON takes needless spaces out of JSON.
func TidyJSON(v *json.RawMessage) {
	if json.Valid(*v) {
		*v = dialect.CompactJSON(*v)
	}
}

// TidyNullJSON is TidyJSON for JSON that may be null. The text null counts as null. It does
// not change the JSON at which the caller's pointer points.
func TidyNullJSON(v **json.RawMessage) {
	switch {
	case *v == nil:
	case isJSONNull(**v):
		*v = nil
	default:
		text := **v
		if TidyJSON(&text); len(text) != len(**v) {
			*v = &text
		}
	}
}

// TidyList turns a nil slice into an empty one, because that is how it is stored.
func TidyList[S ~[]E, E any](v *S) {
	if *v == nil {
		*v = S{}
	}
}

// TidyNullList is TidyList for a slice that may be null. It does not change the slice at
// which the caller's pointer points.
func TidyNullList[S ~[]E, E any](v **S) {
	if *v != nil && **v == nil {
		*v = &S{}
	}
}

// tidied returns a value for a statement in the form in which a document has it.
func tidied(v any) any {
	switch v := v.(type) {
	case time.Time:
		if tidy := dialect.Millis(v); tidy != v {
			return tidy
		}
	case *time.Time:
		return dialect.MillisOf(v)
	case []byte:
		TidyList(&v)
		return v
	case *[]byte:
		TidyNullList(&v)
		return v
	case dialect.JSONArg:
		return dialect.JSONArg{V: tidiedJSON(v.V)}
	}
	return v
}

// tidiedJSON is tidied for values that are stored as JSON.
func tidiedJSON(v any) any {
	switch v := v.(type) {
	case json.RawMessage:
		TidyJSON(&v)
		return v
	case *json.RawMessage:
		TidyNullJSON(&v)
		return v
	case []string:
		TidyList(&v)
		return v
	case *[]string:
		TidyNullList(&v)
		return v
	case []int:
		TidyList(&v)
		return v
	case *[]int:
		TidyNullList(&v)
		return v
	}
	return v
}
