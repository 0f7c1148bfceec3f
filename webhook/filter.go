package webhook

import (
	"slices"
	"strings"
)

// A filter is the types of events that an endpoint takes.
type filter []string

// takes reports whether one of the patterns is eventType, or ends in "*" and
// begins it.
func (f filter) takes(eventType string) bool {
	return slices.ContainsFunc(f, func(pattern string) bool {
		begin, wild := strings.CutSuffix(pattern, "*")
		return pattern == eventType || wild && strings.HasPrefix(eventType, begin)
	})
}

// validFilter reports whether p is "*", or words with dots between them of which
// the last may be "*".
func validFilter(p string) bool {
	if p == "*" {
		return true
	}
	words := strings.Split(strings.TrimSuffix(p, ".*"), ".")
	return !slices.ContainsFunc(words, func(w string) bool { return w == "" || strings.ContainsAny(w, "* \t\r\n") })
}
