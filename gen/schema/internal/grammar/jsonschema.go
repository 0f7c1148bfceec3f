package grammar

import (
	"encoding/json"
	"fmt"
	"unicode/utf16"
)

// JSONSchema returns a section as a JSON Schema of draft 2020-12.
func JSONSchema(s *Section, title string) []byte {
	defs := Object{}
	top := sectionSchema(s, defs)
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["title"] = title
	top["$defs"] = defs
	out, err := json.MarshalIndent(top, "", "  ")
	if err != nil {
		return nil // maps, lists, texts and numbers always marshal
	}
	return append(visible(out), '\n')
}

// visible escapes everything in JSON that is not ASCII, for example in patterns, so that
// no editor hides it.
func visible(text []byte) []byte {
	var out []byte
	for _, r := range string(text) {
		if r < 0x7f {
			out = append(out, byte(r))
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	return out
}

// An Object is a JSON object. It marshals with its keys sorted.
type Object map[string]any

// sectionSchema returns the JSON Schema of a section. It adds the sections that this one
// refers to to defs.
func sectionSchema(s *Section, defs Object) Object {
	properties, required := Object{}, []string{}
	for _, k := range s.Keys {
		p := shapeSchema(k.Shape, defs)
		p["description"] = k.Doc
		properties[k.Name] = p
		if k.Required {
			required = append(required, k.Name)
		}
	}
	o := Object{
		"type": "object", "description": s.Doc,
		"properties": properties, "additionalProperties": false,
	}
	if len(required) > 0 {
		o["required"] = required
	}
	if s.Rules != nil {
		o["allOf"] = s.Rules
	}
	return o
}

// shapeSchema returns the JSON Schema of a shape. A section without required keys may
// be empty.
func shapeSchema(sh *Shape, defs Object) Object {
	if sh.Alt == nil {
		o := formSchema(sh, defs)
		if sh.Form == SectionForm && sh.Keys.mayBeEmpty() {
			return Object{"anyOf": []Object{o, {"type": "null"}}}
		}
		return o
	}
	return Object{"anyOf": []Object{formSchema(sh, defs), formSchema(sh.Alt, defs)}}
}

// formSchema returns the JSON Schema of a shape without its Alt.
func formSchema(sh *Shape, defs Object) Object {
	switch sh.Form {
	case TextForm:
		return textSchema(sh)
	case FlagForm:
		return Object{"type": "boolean"}
	case FalseForm:
		return Object{"const": false}
	case NumberForm:
		return numberSchema(sh)
	case AnyForm:
		return eitherType("string", "number", "boolean", "array", "object")
	case ListForm:
		o := Object{"type": "array", "items": shapeSchema(sh.Of, defs)}
		if sh.Least > 0 {
			o["minItems"] = sh.Least
		}
		if sh.Of.Form == TextForm {
			o["uniqueItems"] = true
		}
		return o
	case MapForm:
		return mapSchema(sh, defs)
	}
	name := sh.Keys.Name
	if defs[name] == nil {
		defs[name] = sectionSchema(sh.Keys, defs)
	}
	return Object{"$ref": "#/$defs/" + name}
}

func textSchema(sh *Shape) Object {
	o := Object{"type": "string"}
	switch {
	case sh.Noun != "":
		values := append([]string{}, sh.Values...)
		if sh.Suffix != "" {
			for _, v := range sh.Values {
				values = append(values, v+sh.Suffix)
			}
		}
		o["enum"] = values
	case sh.Rule != nil:
		o["pattern"] = sh.Rule.Pattern.String()
	}
	return o
}

func numberSchema(sh *Shape) Object {
	if sh.Least == sh.Most {
		return Object{"const": sh.Least}
	}
	o := Object{"type": "integer", "minimum": sh.Least}
	if sh.Most > 0 {
		o["maximum"] = sh.Most
	}
	return o
}

// mapSchema returns the JSON Schema of a map, which may be empty.
func mapSchema(sh *Shape, defs Object) Object {
	names := Object{"type": "string", "pattern": sh.Pattern.String(), "maxLength": maxKey}
	if sh.Taken != "" {
		names["not"] = Object{"const": sh.Taken}
	}
	filled := Object{"type": "object", "propertyNames": names, "additionalProperties": shapeSchema(sh.Of, defs)}
	return Object{"anyOf": []Object{filled, {"type": "null"}}}
}

// eitherType returns the JSON Schema of a value that has one of several types. Strict
// validators refuse a list of types.
func eitherType(types ...string) Object {
	list := make([]Object, len(types))
	for i, t := range types {
		list[i] = Object{"type": t}
	}
	return Object{"anyOf": list}
}
