package schema

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// quote returns s in double quotes, escaped and cut to what a message can carry.
func quote(s string) string {
	if utf8.RuneCountInString(s) > maxQuoted {
		return strconv.Quote(string([]rune(s[:min(len(s), 4*maxQuoted)])[:maxQuoted-3]) + "...")
	}
	return strconv.Quote(s)
}

// codePoint returns r as U+0007.
func codePoint(r rune) string {
	return fmt.Sprintf("U+%04X", r)
}

// listed returns "a, b and c" in the order given.
func listed(words []string, and string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + and + " " + words[last]
}

// quoted returns each word in quotes.
func quoted(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = quote(w)
	}
	return out
}

// withArticle returns "a table", "an event".
func withArticle(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
