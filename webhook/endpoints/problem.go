package endpoints

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxProblems bounds a report; nobody reads on.
const maxProblems = 100

// An Error is everything that is wrong with a file, or the first hundred things.
type Error struct {
	File     string
	Problems []Problem // in the order of the file
}

// A Problem is one thing that is wrong, and where. Of values its text repeats no
// more than the scheme and host of a URL, as they may be secret.
type Problem struct {
	Line, Column int // counted from 1
	Message      string
}

// Error returns a line a problem, such as
//
//	webhooks.yaml:3:5: endpoint "cms": unknown key "evnets" (did you mean "events"?)
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s", e.File, p.Line, p.Column, p.Message)
	}
	return strings.Join(lines, "\n")
}

// sorted returns problems in the order of the file.
func sorted(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return problems
}
