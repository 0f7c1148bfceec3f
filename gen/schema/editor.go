package schema

import (
	"github.com/authgen/authgen/gen/schema/internal/grammar"
)

// JSONSchemaMark is a text in authgen.schema.json that shows that authgen wrote it.
const JSONSchemaMark = "authgen schema.yaml"

// JSONSchema returns authgen.schema.json, which tells editors what a schema.yaml may
// look like, as a JSON Schema of draft 2020-12. It is made of the keys that Parse reads.
// So it accepts what Parse accepts, and refuses what Parse refuses, except where that
// takes looking up a name.
func JSONSchema() []byte {
	return grammar.JSONSchema(topKeys(Presets()), JSONSchemaMark)
}

// fieldRules returns the rules of checkKeys and checkConflicts in the words of JSON
// Schema.
func fieldRules() []grammar.Object {
	var rules []grammar.Object
	for _, k := range keyTypes {
		rules = append(rules, grammar.Object{
			"if":   grammar.Object{"type": "object", "properties": grammar.Object{"type": grammar.Object{"type": "string", "not": grammar.Object{"enum": typeList(k.types)}}}, "required": []string{"type"}},
			"then": grammar.Object{"not": given(k.key)},
		})
	}
	for _, c := range conflicts {
		rules = append(rules, grammar.Object{"not": grammar.Object{"allOf": []grammar.Object{given(c.key), given(c.other)}}})
	}
	return rules
}

// given returns the JSON Schema of a field in which a key is there and not false.
func given(key string) grammar.Object {
	return grammar.Object{"type": "object", "required": []string{key}, "properties": grammar.Object{key: grammar.Object{"not": grammar.Object{"const": false}}}}
}
