package model

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// initial returns the expression of what Create stores in a field, and
// whether the caller may leave the field out.
func (b *builder) initial(t *Table, f *Field) (expr string, optional bool) {
	in := "in." + f.GoName
	d := f.source.Default
	if d == nil && f.Touch && !f.Nullable {
		d = &schema.Default{Now: true, Pos: f.source.Pos}
	}
	if d == nil {
		return in, false
	}
	value, ok := b.defaultValue(t, f, d)
	if !ok {
		return in, false
	}
	if f.Nullable {
		value = "new(" + f.converted(value) + ")"
	}
	return in + ".Or(" + value + ")", true
}

// converted returns a constant as a value of the field's type. Some constants have that type
// already.
func (f *Field) converted(value string) string {
	switch {
	case f.Storage != Plain, f.Type.Prefix != "", isEnum(f.source):
		return value
	case f.Type.String() == "string", f.Type.String() == "int", f.Type.String() == "bool":
		return value
	}
	return f.Type.String() + "(" + value + ")"
}

// defaultValue returns a default as Go source.
func (b *builder) defaultValue(t *Table, f *Field, d *schema.Default) (string, bool) {
	if f.source.GoType != "" && (d.Now || f.Storage == AsJSON) {
		b.problem(d.Pos, "%s.%s: authgen cannot make a default of type %s; drop default or goType", t.Key, f.Key, f.source.GoType)
		return "", false
	}
	if d.Now {
		return "now", true
	}
	switch v := d.Value.(type) {
	case string:
		return f.textValue(t, v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	case json.RawMessage:
		return "json.RawMessage(" + GoString(string(v)) + ")", true
	case []string:
		quoted := make([]string, len(v))
		for i, s := range v {
			quoted[i] = strconv.Quote(s)
		}
		return "[]string{" + strings.Join(quoted, ", ") + "}", true
	case []int64:
		digits := make([]string, len(v))
		for i, n := range v {
			digits[i] = strconv.FormatInt(n, 10)
		}
		return "[]int{" + strings.Join(digits, ", ") + "}", true
	}
	b.problem(d.Pos, "%s.%s: a field of type %s cannot have this default; drop it", t.Key, f.Key, f.source.Type)
	return "", false
}

// textValue returns a text as Go source. If the field is an enum, that is the constant.
func (f *Field) textValue(t *Table, v string) string {
	if isEnum(f.source) {
		for _, e := range t.Enums {
			for _, value := range e.Values {
				if e.Field == f.Key && value.Value == v {
					return value.Const
				}
			}
		}
	}
	return strconv.Quote(v)
}

// GoString returns s as a Go string literal. It uses backquotes if that is
// easier to read and hides nothing.
func GoString(s string) string {
	hidden := strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) })
	if strings.ContainsAny(s, `"\`) && strconv.CanBackquote(s) && !hidden {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}
