// Package problem is how authgen says what is wrong with a schema.yaml: where, what,
// and in which order.
package problem

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxProblems bounds a report. A hostile file can be wrong in a million places, and
// nobody reads more than a thousand.
const maxProblems = 1000

// A Pos is a place in a schema.yaml. Line and Column count from 1, Column in
// characters. For a declaration of a preset, Preset is its name, and the place is where
// "use" names it.
type Pos struct {
	Line, Column int
	Preset       string
}

// A Problem is one thing that is wrong with a schema.yaml.
type Problem struct {
	Pos     Pos
	Message string // says what is wrong and how to mend it; begins in lower case
}

// Format returns the problem as one line of a report about file:
//
//	schema.yaml:12:9: table "user": unknown key "triggres" (did you mean "triggers"?)
//
// A problem in a preset has the place where file uses the preset.
func (p Problem) Format(file string) string {
	from := ""
	if p.Pos.Preset != "" {
		from = "preset " + p.Pos.Preset + ": "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s", file, p.Pos.Line, p.Pos.Column, from, p.Message)
}

// String is Format without a file.
func (p Problem) String() string {
	return strings.TrimPrefix(p.Format(""), ":")
}

// Sort returns the problems in order of position, each once. It makes one report of the
// problems of several passes.
func Sort(problems []Problem) []Problem {
	sorted := slices.Clone(problems)
	slices.SortStableFunc(sorted, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Pos.Preset, b.Pos.Preset),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(sorted)
}

// A Log collects problems in any order.
type Log struct {
	All  []Problem // at most a thousand
	seen map[sight]bool
}

// A sight is a problem without the name of its table or field. A value that several
// aliases stand for is looked at once for each of them and reported once.
type sight struct {
	pos          Pos
	format, rest string
}

// Add adds a problem. The first of args names the table or field that it is about. When
// the log is full, Add does nothing, so that the caller can go on.
func (p *Log) Add(pos Pos, format string, args ...any) {
	if len(p.All) == maxProblems {
		return
	}
	if len(args) > 0 && pos.Preset == "" {
		s := sight{pos, format, fmt.Sprint(args[1:]...)}
		if p.seen[s] {
			return
		}
		if p.seen == nil {
			p.seen = map[sight]bool{}
		}
		p.seen[s] = true
	}
	p.All = append(p.All, Problem{Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// Sorted returns the problems in order. If there were too many to collect, the last of
// them says so.
func (p *Log) Sorted() []Problem {
	list := Sort(p.All)
	if len(p.All) == maxProblems {
		last := list[len(list)-1].Pos
		list = append(list, Problem{Pos: last, Message: fmt.Sprintf("too many errors; only the first %d found are shown", maxProblems)})
	}
	return list
}
