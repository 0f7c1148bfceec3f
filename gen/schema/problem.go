package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxProblems bounds a report. A hostile file can be wrong in a million places;
// nobody reads past a thousand.
const maxProblems = 1000

// Format returns the problem as one line of a report about file:
//
//	schema.yaml:12:9: table "user": unknown key "triggres" (did you mean "triggers"?)
//
// A problem in what a preset declares is shown where file uses the preset.
func (p Problem) Format(file string) string {
	from := ""
	if p.Pos.Preset != "" {
		from = "preset " + p.Pos.Preset + ": "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s", file, p.Pos.Line, p.Pos.Column, from, p.Message)
}

// String returns the problem as Format does, without a file.
func (p Problem) String() string {
	return strings.TrimPrefix(p.Format(""), ":")
}

// Report returns one line a problem and the closing line "2 errors". It ends
// in a line break, and is empty where there is no problem.
func Report(file string, problems []Problem) string {
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

// SortProblems returns the problems in order of position, each once. Whoever
// has problems of several passes reports them through it, as one list.
func SortProblems(problems []Problem) []Problem {
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

// problems collects what is wrong, in any order.
type problems struct {
	list []Problem
	seen map[sight]bool
}

// A sight is what a problem is without the table or field that it was seen
// from: what several aliases stand for is seen from each of them.
type sight struct {
	pos          Pos
	format, rest string
}

// add notes one problem; the first of args names the table or field that it
// is about. Past maxProblems it only keeps the caller going.
func (p *problems) add(pos Pos, format string, args ...any) {
	if len(p.list) == maxProblems {
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
	p.list = append(p.list, Problem{Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// sorted returns what was collected, and says so where it is not everything.
func (p *problems) sorted() []Problem {
	list := SortProblems(p.list)
	if len(p.list) == maxProblems {
		last := list[len(list)-1].Pos
		list = append(list, Problem{Pos: last, Message: fmt.Sprintf("too many errors; only the first %d found are shown", maxProblems)})
	}
	return list
}
