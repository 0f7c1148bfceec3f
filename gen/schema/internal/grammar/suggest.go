package grammar

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// A Suggester finds the word that a misspelled one stands for.
type Suggester struct {
	// budget is how many candidates may still be compared. Without it thousands of wrong
	// references among thousands of tables would take minutes. Once it is used up,
	// messages have no suggestions.
	budget int
}

// suggestBudget is enough for all mistakes that a person makes in one file, and takes a
// tenth of a second at most.
const suggestBudget = 3_000_000

// NewSuggester returns a suggester for the messages about one file.
func NewSuggester() *Suggester { return &Suggester{budget: suggestBudget} }

// nearest returns the candidate that word misspells or, without one, that it
// abbreviates; the empty string if there is neither.
func (s *Suggester) nearest(word string, candidates []string) string {
	if near := s.Similar(word, candidates); near != "" {
		return near
	}
	return s.prefixed(word, candidates)
}

// Similar returns the candidate that differs from word in the fewest letters, or the
// empty string if all differ in many. Of equals it returns the first.
func (s *Suggester) Similar(word string, candidates []string) string {
	if len(word) > maxKey {
		return ""
	}
	lower := strings.ToLower(word)
	best, distance := "", 1+len(word)/3
	for _, c := range candidates {
		if s.budget--; s.budget < 0 {
			return best
		}
		if gap := len(c) - len(word); gap >= distance || -gap >= distance {
			continue
		}
		s.budget -= 10 // comparing words costs ten times as much as comparing lengths
		candidate := strings.ToLower(c)
		d := levenshtein.ComputeDistance(lower, candidate)
		if d == 2 && swapped(lower, candidate) {
			d = 1
		}
		if d < distance {
			best, distance = c, d
		}
	}
	return best
}

// minPrefix is how many letters two words must share to be taken for one.
const minPrefix = 4

// prefixed returns the only candidate that begins with word, as "maxLength" begins with
// "maxLen". Without one it returns the longest candidate that word begins with, as
// "stringType" begins with "string".
func (s *Suggester) prefixed(word string, candidates []string) string {
	if len(word) < minPrefix || len(word) > maxKey {
		return ""
	}
	lower := strings.ToLower(word)
	longer, shorter, clear := "", "", true
	for _, c := range candidates {
		if s.budget--; s.budget < 0 {
			return ""
		}
		switch candidate := strings.ToLower(c); {
		case strings.HasPrefix(candidate, lower):
			clear = longer == ""
			longer = c
		case len(c) >= minPrefix && len(c) > len(shorter) && strings.HasPrefix(lower, candidate):
			shorter = c
		}
	}
	if longer != "" && clear {
		return longer
	}
	return shorter
}

// swapped tells whether two words have the same letters, as "emial" and "email" do. Such
// a swap counts as one mistake, not as two.
func swapped(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// maxListed is how many valid words a message lists at most.
const maxListed = 16

// Hint returns what a message about a wrong word ends in: ` (did you mean "user"?)`, the
// valid words if they are few, or nothing.
func (s *Suggester) Hint(word string, candidates []string) string {
	if near := s.nearest(word, candidates); near != "" {
		return DidYouMean(near)
	}
	switch {
	case len(candidates) == 0 || len(candidates) > maxListed:
		return ""
	case len(candidates) == 1:
		return " (there is only " + wording.Quote(candidates[0]) + ")"
	}
	return " (valid are " + wording.Join(wording.QuoteAll(candidates), "and") + ")"
}

// DidYouMean returns ` (did you mean "user"?)`.
func DidYouMean(word string) string { return " (did you mean " + wording.Quote(word) + "?)" }
