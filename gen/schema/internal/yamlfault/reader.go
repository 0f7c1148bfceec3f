package yamlfault

import (
	"unicode/utf8"

	"github.com/authgen/authgen/gen/schema/internal/problem"
)

// A reader goes through the lines of a file and stops at the first mistake.
type reader struct {
	lines []string
	row   int    // of the current line, from 0
	key   string // whose value is being read; empty: an entry of a list
	found *problem.Problem
}

// fail records what is wrong at a byte of a line. It returns false, which ends the
// search.
func (r *reader) fail(row, at int, message string) bool {
	r.found = &problem.Problem{Pos: problem.Pos{Line: row + 1, Column: 1 + utf8.RuneCountInString(r.lines[row][:at])}, Message: message}
	return false
}
