package schema

import (
	"encoding/json"
	"fmt"
	"unicode/utf16"
)

// JSONSchemaMark is the text by which authgen.schema.json is known as a file of
// authgen's.
const JSONSchemaMark = "authgen schema.yaml"

// JSONSchema returns authgen.schema.json: what a schema.yaml may look like,
// for editors, as JSON Schema of draft 2020-12. It comes from the keys that
// Parse walks, so it accepts whatever Parse accepts, and refuses what Parse
// refuses without looking at what names refer to.
func JSONSchema() []byte {
	defs := object{}
	top := sectionSchema(topKeys(Presets()), defs)
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["title"] = JSONSchemaMark
	top["$defs"] = defs
	out, err := json.MarshalIndent(top, "", "  ")
	if err != nil {
		return nil // maps, lists, texts and numbers always marshal
	}
	return append(visible(out), '\n')
}

// visible returns JSON in which what is not ASCII, for example in patterns, is
// escaped, so that no editor hides it.
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

// An object is a JSON object. It marshals with its keys sorted.
type object map[string]any

// sectionSchema returns the JSON Schema of a section; what it refers to goes
// into defs.
func sectionSchema(s *section, defs object) object {
	properties, required := object{}, []string{}
	for _, k := range s.keys {
		p := shapeSchema(k.shape, defs)
		p["description"] = k.doc
		properties[k.name] = p
		if k.required {
			required = append(required, k.name)
		}
	}
	o := object{
		"type": "object", "description": s.doc,
		"properties": properties, "additionalProperties": false,
	}
	if len(required) > 0 {
		o["required"] = required
	}
	if s.name == fieldKeys.name {
		o["allOf"] = fieldRules()
	}
	return o
}

// shapeSchema returns the JSON Schema of a shape. A section in which nothing
// is required may be left empty.
func shapeSchema(sh *shape, defs object) object {
	if sh.alt == nil {
		o := formSchema(sh, defs)
		if sh.form == sectionForm && sh.keys.mayBeEmpty() {
			return object{"anyOf": []object{o, {"type": "null"}}}
		}
		return o
	}
	return object{"anyOf": []object{formSchema(sh, defs), formSchema(sh.alt, defs)}}
}

// formSchema returns the JSON Schema of a shape without its other form.
func formSchema(sh *shape, defs object) object {
	switch sh.form {
	case textForm:
		return textSchema(sh)
	case flagForm:
		return object{"type": "boolean"}
	case falseForm:
		return object{"const": false}
	case numberForm:
		return numberSchema(sh)
	case anyForm:
		return eitherType("string", "number", "boolean", "array", "object")
	case listForm:
		o := object{"type": "array", "items": shapeSchema(sh.of, defs)}
		if sh.least > 0 {
			o["minItems"] = sh.least
		}
		if sh.of.form == textForm {
			o["uniqueItems"] = true
		}
		return o
	case mapForm:
		return mapSchema(sh, defs)
	}
	name := sh.keys.name
	if defs[name] == nil {
		defs[name] = sectionSchema(sh.keys, defs)
	}
	return object{"$ref": "#/$defs/" + name}
}

func textSchema(sh *shape) object {
	o := object{"type": "string"}
	switch {
	case sh.noun != "":
		values := append([]string{}, sh.values...)
		if sh.suffix != "" {
			for _, v := range sh.values {
				values = append(values, v+sh.suffix)
			}
		}
		o["enum"] = values
	case sh.rule != nil:
		o["pattern"] = sh.rule.re.String()
	}
	return o
}

func numberSchema(sh *shape) object {
	if sh.least == sh.most {
		return object{"const": sh.least}
	}
	o := object{"type": "integer", "minimum": sh.least}
	if sh.most > 0 {
		o["maximum"] = sh.most
	}
	return o
}

// mapSchema returns the JSON Schema of a map, which may be left empty.
func mapSchema(sh *shape, defs object) object {
	names := object{"type": "string", "pattern": sh.pattern.String(), "maxLength": maxKey}
	if sh.entry == "field" {
		names["not"] = object{"const": "id"}
	}
	filled := object{"type": "object", "propertyNames": names, "additionalProperties": shapeSchema(sh.of, defs)}
	return object{"anyOf": []object{filled, {"type": "null"}}}
}

// eitherType returns the JSON Schema of a value of one of several types. Strict
// validators take no list of types in one place.
func eitherType(types ...string) object {
	list := make([]object, len(types))
	for i, t := range types {
		list[i] = object{"type": t}
	}
	return object{"anyOf": list}
}

// fieldRules returns what checkKeys and checkConflicts refuse, in the words of
// JSON Schema.
func fieldRules() []object {
	var rules []object
	for _, k := range keyTypes {
		rules = append(rules, object{
			"if":   object{"type": "object", "properties": object{"type": object{"type": "string", "not": object{"enum": typeList(k.types)}}}, "required": []string{"type"}},
			"then": object{"not": given(k.key)},
		})
	}
	for _, c := range conflicts {
		rules = append(rules, object{"not": object{"allOf": []object{given(c.key), given(c.other)}}})
	}
	return rules
}

// given returns the JSON Schema of a field that has a key, which is not false.
func given(key string) object {
	return object{"type": "object", "required": []string{key}, "properties": object{key: object{"not": object{"const": false}}}}
}
