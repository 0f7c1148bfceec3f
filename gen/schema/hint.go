package schema

import (
	"path"
	"slices"
	"strings"
)

// dialectNames are the dialects.
var dialectNames = &shape{form: textForm, noun: "dialect", also: dialectWords,
	values: []string{string(SQLite), string(Postgres), string(MySQL)}}

// presetNames are the presets, which go by their last word as well.
func presetNames(presets []string) *shape {
	sh := &shape{form: textForm, noun: "preset", values: presets, also: map[string]string{}}
	for _, name := range presets {
		sh.also[path.Base(name)] = name
	}
	return sh
}

// DialectHint returns what a message about a word that is no dialect ends in:
// the dialect that is meant, or else all there are.
func DialectHint(word string) string { return dialectNames.hint(word) }

// PresetHint is DialectHint for presets.
func PresetHint(word string) string { return presetNames(Presets()).hint(word) }

func (sh *shape) hint(word string) string {
	s := suggester{budget: suggestBudget}
	return s.hintValue(sh, word)
}

// hasAll tells whether each of the words is a value.
func (sh *shape) hasAll(words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !contains(sh.values, word) })
}

// hintValue returns what a message about a text that is none of the values
// ends in.
func (s *suggester) hintValue(sh *shape, text string) string {
	if meant := s.meantValue(sh, text); meant != "" {
		return didYouMean(meant)
	}
	return s.hint(strings.TrimSuffix(text, sh.suffix), sh.values)
}
