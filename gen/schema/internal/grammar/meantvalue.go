package grammar

import (
	"slices"
	"strings"
)

// Hint returns what a message about a word that is not one of the values ends in.
func (sh *Shape) Hint(word string) string {
	return NewSuggester().hintValue(sh, word)
}

// hasAll tells whether all of the words are values.
func (sh *Shape) hasAll(words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !contains(sh.Values, word) })
}

// hintValue returns what a message about a text that is not one of the values ends in.
func (s *Suggester) hintValue(sh *Shape, text string) string {
	if meant := s.meantValue(sh, text); meant != "" {
		return DidYouMean(meant)
	}
	return s.Hint(strings.TrimSuffix(text, sh.Suffix), sh.Values)
}

// meantValue returns the value that a text stands for, with its suffix, or the empty
// string. It ignores a length in parentheses, such as SQL types have.
func (s *Suggester) meantValue(sh *Shape, text string) string {
	bare, suffix := text, ""
	if sh.Suffix != "" && strings.HasSuffix(text, sh.Suffix) {
		bare, suffix = strings.TrimSuffix(text, sh.Suffix), sh.Suffix
	}
	name, _, _ := strings.Cut(strings.Trim(bare, quoteLike), "(")
	if meant := sh.Also[strings.ToLower(name)]; meant != "" {
		return meant + suffix
	}
	if contains(sh.Values, name) {
		return name + suffix
	}
	if meant := s.nearest(name, sh.Values); meant != "" {
		return meant + suffix
	}
	return ""
}
