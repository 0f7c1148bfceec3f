package runtime

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"github.com/authgen/authgen"
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

func decodeJSON(text json.RawMessage) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// JSON refuses text that is not JSON or that not every database stores, and null,
// which is for nullable fields. Text without needless spaces, as it is stored, takes
// its place.
func (c *Checks) JSON(field string, v *json.RawMessage) {
	c.Required(field, len(*v) == 0 || isJSONNull(*v))
	if !json.Valid(*v) {
		c.fail(field, "type", "is not valid JSON")
	} else if fault := jsonFault(*v, c.Table.jsonDepth()); fault != "" {
		c.fail(field, "type", "%s", fault)
	} else {
		*v = compactJSON(*v)
	}
}

// NullJSON is JSON for a field that may be null, as which the text null counts. What
// the caller's pointer points at stays as it is.
func (c *Checks) NullJSON(field string, v **json.RawMessage) {
	switch {
	case *v == nil:
	case isJSONNull(**v):
		*v = nil
	default:
		text := **v
		if c.JSON(field, &text); len(text) != len(**v) {
			*v = &text
		}
	}
}

// PatchJSON is JSON for the field of a patch.
func (c *Checks) PatchJSON(field string, o *authgen.Opt[json.RawMessage]) {
	if v, ok := o.Get(); ok {
		c.JSON(field, &v)
		o.Set(v)
	}
}

// PatchNullJSON is NullJSON for the field of a patch.
func (c *Checks) PatchNullJSON(field string, o *authgen.Opt[*json.RawMessage]) {
	if v, ok := o.Get(); ok {
		c.NullJSON(field, &v)
		o.Set(v)
	}
}

func isJSONNull(v json.RawMessage) bool { return string(bytes.TrimSpace(v)) == "null" }
