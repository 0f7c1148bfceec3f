package emit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// commentWidth is how long the lines of comments are, markers included.
const commentWidth = 79

// wrapped returns a text as a comment. Blank lines separate paragraphs. For any text,
// every line is a comment, and no line is a directive.
func wrapped(text, indent string) string {
	var lines []string
	for i, paragraph := range paragraphs(text) {
		if i > 0 {
			lines = append(lines, "//")
		}
		lines = append(lines, wrap(paragraph, commentWidth-len(indent))...)
	}
	return strings.Join(lines, "\n")
}

// paragraphs returns the words of each paragraph of a text.
func paragraphs(text string) [][]string {
	var list [][]string
	var words []string
	for line := range strings.Lines(strings.Map(visible, text)) {
		fields := strings.Fields(line)
		if len(fields) == 0 && len(words) > 0 {
			list = append(list, words)
			words = nil
		}
		words = append(words, fields...)
	}
	if len(words) > 0 {
		list = append(list, words)
	}
	return list
}

// visible drops the characters that Go source must not hold, or that hide from
// a reader what a line says.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == utf8.RuneError, r == '\uFEFF', r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069':
		return -1
	case unicode.IsControl(r), unicode.IsSpace(r):
		return ' '
	}
	return r
}

// wrap breaks words into lines. A word that is longer than a line gets a line of its own.
func wrap(words []string, width int) []string {
	var lines []string
	line := "//"
	for _, w := range words {
		if line != "//" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > width {
			lines = append(lines, line)
			line = "//"
		}
		if line == "//" {
			w = harmless(w)
		}
		line += " " + w
	}
	return append(lines, line)
}

// markers are the texts with which a line must not begin: directives, even in the wrong
// place, and the marks of a heading, a list or a link for gofmt.
var markers = []string{"go:", "+build", "#", "-", "*", "+", "•", "["}

// harmless returns the first word of a line. It puts the word in quotes if the line would
// otherwise not be prose.
func harmless(word string) string {
	for _, m := range markers {
		if strings.HasPrefix(word, m) {
			return `"` + word + `"`
		}
	}
	if number := strings.TrimLeft(word, "0123456789"); len(number) < len(word) && (number == "." || number == ")") {
		return `"` + word + `"`
	}
	return word
}
