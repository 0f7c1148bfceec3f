// Package wording puts the user's own words into messages: in quotes, cut to a
// length that a message can carry, in lists.
package wording

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxQuoted is how many characters of the user's text a message repeats.
const maxQuoted = 60

// Quote returns s in double quotes, escaped and cut to what a message can carry.
func Quote(s string) string {
	if utf8.RuneCountInString(s) > maxQuoted {
		return strconv.Quote(string([]rune(s[:min(len(s), 4*maxQuoted)])[:maxQuoted-3]) + "...")
	}
	return strconv.Quote(s)
}

// Cut is Quote without the quotes.
func Cut(s string) string {
	q := Quote(s)
	return q[1 : len(q)-1]
}

// CodePoint returns the name of a character, such as U+0007.
func CodePoint(r rune) string {
	return fmt.Sprintf("U+%04X", r)
}

// Join returns words as "a, b and c", in the order given.
func Join(words []string, and string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + and + " " + words[last]
}

// QuoteAll returns each word in quotes.
func QuoteAll(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = Quote(w)
	}
	return out
}

// WithArticle returns "a table", "an event".
func WithArticle(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
