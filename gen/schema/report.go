package schema

import (
	"fmt"
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/problem"
)

// Report returns one line for each problem, and a last one such as "2 errors". It ends
// in a line break. Without problems it is empty.
func Report(file string, problems []problem.Problem) string {
	if len(problems) == 0 {
		return ""
	}
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.Format(file))
		b.WriteByte('\n')
	}
	if len(problems) == 1 {
		b.WriteString("1 error\n")
	} else {
		fmt.Fprintf(&b, "%d errors\n", len(problems))
	}
	return b.String()
}

// SortProblems returns the problems in order of position, each once. It makes one report
// of the problems of several passes.
func SortProblems(problems []Problem) []Problem { return problem.Sort(problems) }

// A Pos is a place in a schema.yaml. Line and Column count from 1, Column in
// characters. For a declaration of a preset, Preset is its name, and the place is where
// "use" names it.
type Pos = problem.Pos

// A Problem is one thing that is wrong with a schema.yaml: where, and what.
type Problem = problem.Problem
