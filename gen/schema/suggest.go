package schema

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// A suggester finds what a misspelled word was meant to be.
type suggester struct {
	// budget is how many candidates may still be looked at. Thousands of wrong references
	// among thousands of tables would otherwise take minutes; past it a
	// message merely lacks its suggestion.
	budget int
}

// nearest returns the candidate that word is a misspelling of or, failing
// that, an abbreviation; the empty string if there is none.
func (s *suggester) nearest(word string, candidates []string) string {
	if near := s.similar(word, candidates); near != "" {
		return near
	}
	return s.prefixed(word, candidates)
}

// similar returns the candidate that differs from word in few letters, or the
// empty string. Of equally near ones the first wins.
func (s *suggester) similar(word string, candidates []string) string {
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
		s.budget -= 10 // what comparing costs more than looking at the length
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

// prefixed returns the only candidate that word begins, as "maxLen" begins
// "maxLength", or else the longest that begins it, as "string" does
// "stringType".
func (s *suggester) prefixed(word string, candidates []string) string {
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

// swapped tells whether two words of two differences have the same letters,
// as "emial" and "email" do: one slip of the fingers, not two.
func swapped(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// maxListed is how many valid words a message lists where none is near.
const maxListed = 16

// hint returns ` (did you mean "user"?)`, or the valid words where none is
// near and they are few, or nothing.
func (s *suggester) hint(word string, candidates []string) string {
	if near := s.nearest(word, candidates); near != "" {
		return didYouMean(near)
	}
	switch {
	case len(candidates) == 0 || len(candidates) > maxListed:
		return ""
	case len(candidates) == 1:
		return " (there is only " + quote(candidates[0]) + ")"
	}
	return " (valid are " + listed(quoted(candidates), "and") + ")"
}
