package cli

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the candidate that word may misspell, or nothing.
func Nearest(word string, candidates []string) string {
	best, distance := "", 1+max(1, len(word)/3)
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(c)); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// Listed returns the words in parentheses, or nothing if they are many.
func Listed(words []string) string {
	switch n := len(words); {
	case n == 0:
		return " (there is none yet)"
	case n == 1:
		return " (there is " + words[0] + ")"
	case n > 12:
		return ""
	}
	return " (there are " + strings.Join(words, ", ") + ")"
}

// Count returns "1 stub", "2 stubs".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
