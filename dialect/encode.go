package dialect

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/authgen/authgen"
)

// An encoder writes JSON without escaping "<", ">" and "&". The JSON never goes into HTML,
// and an escape takes six characters.
type encoder struct {
	text bytes.Buffer
	json *json.Encoder
}

var encoders = sync.Pool{New: func() any {
	e := new(encoder)
	e.json = json.NewEncoder(&e.text)
	e.json.SetEscapeHTML(false)
	return e
}}

// maxKept is the largest buffer that is kept for the next text.
const maxKept = 64 << 10

// CompactJSON returns JSON without needless spaces, in the form of EncodeJSON.
func CompactJSON(text json.RawMessage) json.RawMessage {
	e := encoders.Get().(*encoder)
	defer e.release()
	if err := json.Compact(&e.text, text); err != nil || e.text.Len() == len(text) {
		return text
	}
	return bytes.Clone(e.text.Bytes())
}

// release returns an encoder whose text is no longer needed.
func (e *encoder) release() {
	if e.text.Cap() <= maxKept {
		e.text.Reset()
		encoders.Put(e)
	}
}

// EncodeJSON returns v as JSON, in the form in which events and jobs are stored. A Secret
// in v is an error, because JSON would lose its text: an [authgen.ValidationError] that
// says where it is, such as "address.token".
func EncodeJSON(v any) (string, error) {
	e := encoders.Get().(*encoder)
	defer e.release()
	if err := e.json.Encode(v); err != nil {
		return "", err
	}
	text := bytes.TrimSuffix(e.text.Bytes(), []byte("\n"))
	if bytes.Contains(text, []byte(`"`+authgen.Redacted+`"`)) {
		if at, ok := findSecret(reflect.ValueOf(v), ""); ok {
			return "", &authgen.ValidationError{Field: at, Rule: "secret", Why: cmp.Or(at, "the value") + " is a secret, which JSON does not carry: leave it out, and read it from its table where it is needed"}
		}
	}
	return string(text), nil
}

// findSecret returns where v has a Secret that JSON would show.
func findSecret(v reflect.Value, at string) (path string, found bool) {
	switch {
	case !v.IsValid():
		return "", false
	case v.Type() == reflect.TypeFor[authgen.Secret]():
		return at, true
	case isOpt(v.Type()):
		return findSecret(v.Field(0), at)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return findSecret(v.Elem(), at)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if path, found = findSecret(v.Index(i), below(at, strconv.Itoa(i))); found {
				return path, true
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if path, found = findSecret(entries.Value(), below(at, fmt.Sprint(entries.Key()))); found {
				return path, true
			}
		}
	case reflect.Struct:
		return findInStruct(v, at)
	}
	return "", false
}

// isOpt reports whether a type is an [authgen.Opt]. Its first field is the value.
func isOpt(t reflect.Type) bool {
	return t.PkgPath() == reflect.TypeFor[authgen.Opt[int]]().PkgPath() && strings.HasPrefix(t.Name(), "Opt[")
}

// findInStruct is findSecret for the fields that encoding/json writes.
func findInStruct(v reflect.Value, at string) (path string, found bool) {
	for f, value := range v.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Tag.Get("json") == "-", !f.IsExported() && !f.Anonymous:
			continue
		case name != "":
			name = below(at, name)
		case f.Anonymous:
			name = at
		default:
			name = below(at, f.Name)
		}
		if path, found = findSecret(value, name); found {
			return path, true
		}
	}
	return "", false
}

// below returns the path of a part of a value.
func below(at, part string) string { return strings.TrimPrefix(at+"."+part, ".") }
