package schema

import "path"

// dialectNames is the shape of a dialect.
var dialectNames = oneOf("dialect", dialectWords, string(SQLite), string(Postgres), string(MySQL))

// presetNames is the shape of a preset. Its last word is a suggestion too: "api-key" is
// "better-auth/api-key".
func presetNames(presets []string) *shape {
	sh := oneOf("preset", map[string]string{}, presets...)
	for _, name := range presets {
		sh.Also[path.Base(name)] = name
	}
	return sh
}

// DialectHint returns what a message about an unknown dialect ends in: the dialect that
// is meant, or all that exist.
func DialectHint(word string) string { return dialectNames.Hint(word) }

// PresetHint is DialectHint for an unknown preset.
func PresetHint(word string) string { return presetNames(Presets()).Hint(word) }
