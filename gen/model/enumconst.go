package model

import (
	"fmt"
	"strings"
	"unicode"
)

// enum makes the type of a field that has only a few values.
func (b *builder) enum(t *Table, f *Field) {
	if !isEnum(f.source) {
		return
	}
	e := &Enum{Type: f.Type.Name, Field: f.Key}
	names := constNames(f.source.Enum)
	for i, v := range f.source.Enum {
		e.Values = append(e.Values, EnumValue{Const: e.Type + names[i], Value: v})
	}
	t.Enums = append(t.Enums, e)
}

// spellings are the ways to make a name from a value, from the way that reads best to the
// way that tells most values apart.
var spellings = []func(value string) string{
	exported,
	func(value string) string { return spelled(value, capitalized) },
	func(value string) string { return spelled(value, func(word string) string { return word }) },
}

// constNames returns a name for each value. If several values get the same name, all of them
// are spelled out further. So a name follows from the values and never from
// their order: another value in the list must not change what a name stands for.
func constNames(values []string) []string {
	names, ways := make([]string, len(values)), make([]int, len(values))
	for i, v := range values {
		names[i] = spellings[0](v)
		if names[i] == "" {
			names[i] = spellings[1](v)
		}
	}
	for {
		bearers := map[string]int{}
		for _, name := range names {
			bearers[name]++
		}
		further := false
		for i, name := range names {
			if bearers[name] > 1 && ways[i] < len(spellings)-1 {
				ways[i]++
				names[i], further = spellings[ways[i]](values[i]), true
			}
		}
		if !further {
			return names
		}
	}
}

// symbols are the words that stand for characters in a name.
var symbols = map[rune]string{
	' ': "Space", '!': "Exclamation", '"': "Quote", '#': "Hash", '$': "Dollar", '%': "Percent", '&': "And", '\'': "Apostrophe",
	'(': "Open", ')': "Close", '*': "Star", '+': "Plus", ',': "Comma", '-': "Minus", '.': "Dot", '/': "Slash", ':': "Colon",
	';': "Semicolon", '<': "Less", '=': "Equal", '>': "Greater", '?': "Question", '@': "At", '[': "OpenBracket", '\\': "Backslash",
	']': "CloseBracket", '^': "Caret", '_': "Underscore", '`': "Backquote", '{': "OpenBrace", '|': "Bar", '}': "CloseBrace", '~': "Tilde",
}

// spelled returns a name that says every character of a value. It applies word to the text
// between two characters that are neither letters nor digits.
func spelled(value string, word func(string) string) string {
	var name, letters strings.Builder
	end := func() {
		name.WriteString(word(letters.String()))
		letters.Reset()
	}
	for _, r := range value {
		switch symbol, ok := symbols[r]; {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			letters.WriteRune(r)
		case ok:
			end()
			name.WriteString(symbol)
		default:
			end()
			fmt.Fprintf(&name, "U%X", r)
		}
	}
	end()
	return name.String()
}

// capitalized returns a word with a capital as its first letter.
func capitalized(word string) string {
	for i, r := range word {
		return string(unicode.ToUpper(r)) + word[i+len(string(r)):]
	}
	return word
}
