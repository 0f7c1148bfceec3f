package runtime

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// JSON returns v as an argument that is stored as JSON text; a nil pointer is
// stored as null.
func JSON(v any) driver.Valuer { return jsonArg{v} }

type jsonArg struct{ v any }

// Value is called by database/sql.
func (a jsonArg) Value() (driver.Value, error) {
	text, err := EncodeJSON(a.v)
	if err != nil {
		return nil, err
	}
	if text == "null" {
		return nil, nil
	}
	return text, nil
}

// AsJSON returns a reader of a column of JSON text into what to points at.
func AsJSON(to any) sql.Scanner { return jsonScanner{to} }

type jsonScanner struct{ to any }

// Scan is called by database/sql.
func (s jsonScanner) Scan(src any) error {
	var text []byte
	switch v := src.(type) {
	case nil:
		text = []byte("null")
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		return fmt.Errorf("JSON is stored as text, not as %T", src)
	}
	if err := json.Unmarshal(text, s.to); err != nil {
		// encoding/json may quote the text, which errors must not.
		return fmt.Errorf("the stored text is not the JSON of a %T", s.to)
	}
	return nil
}

// sameJSON reports whether two texts of JSON say the same. Numbers are the same
// if their values are, as a database may write one in another way.
func sameJSON(a, b json.RawMessage) bool {
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

// A decimal is a number as its digits, without zeros at either end, times a
// power of ten. No number of JSON is too large for it, or too fine.
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
		return decimal{} // of zero, neither sign nor power matters
	}
	exponent -= len(fraction)
	short := strings.TrimRight(digits, "0")
	return decimal{negative, short, exponent + len(digits) - len(short)}
}

func decodeJSON(text json.RawMessage) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// JSON refuses text that is not JSON or that not every database stores, and null,
// which is for nullable fields.
func (c *Checks) JSON(field string, v *json.RawMessage) {
	c.Required(field, len(*v) == 0 || isJSONNull(*v))
	if !json.Valid(*v) {
		c.fail(field, "type", "is not valid JSON")
	} else if fault := jsonFault(*v, c.Table.jsonDepth()); fault != "" {
		c.fail(field, "type", "%s", fault)
	}
}

// NullJSON is JSON for a field that may be null, as which the text null counts.
func (c *Checks) NullJSON(field string, v **json.RawMessage) {
	if *v != nil && isJSONNull(**v) {
		*v = nil
	}
	if *v != nil {
		c.JSON(field, *v)
	}
}

// PatchJSON is JSON for the field of a patch.
func (c *Checks) PatchJSON(field string, o *Opt[json.RawMessage]) {
	if o.set {
		c.JSON(field, &o.value)
	}
}

// PatchNullJSON is NullJSON for the field of a patch.
func (c *Checks) PatchNullJSON(field string, o *Opt[*json.RawMessage]) {
	if o.set {
		c.NullJSON(field, &o.value)
	}
}

func isJSONNull(v json.RawMessage) bool { return string(bytes.TrimSpace(v)) == "null" }
