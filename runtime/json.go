package runtime

import (
	"bytes"
	"encoding/json"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

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
	} else if fault := jsonFault(*v, jsonDepthOf(c.Table)); fault != "" {
		c.fail(field, "type", "%s", fault)
	} else {
		*v = dialect.CompactJSON(*v)
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
