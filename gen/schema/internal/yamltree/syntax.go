package yamltree

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/authgen/authgen/gen/schema/internal/problem"
	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamlfault"
)

// parserLine finds the line in the parser's messages: "yaml: line 3: did not ...".
var parserLine = regexp.MustCompile(`(?s)^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// fromParser matches the messages about a structure that stays open or is closed
// wrongly. Their line is the one where the structure begins, or where it goes wrong.
var fromParser = regexp.MustCompile(`^did not find expected (?:node content|key|'-' indicator|',' or|<document start>)`)

// syntaxProblem turns an error of the parser into a Problem. The parser gives a line
// at best, which for some errors is one too high or too low.
func (s *Source) syntaxProblem(err error) problem.Problem {
	var second errSecondDocument
	if errors.As(err, &second) {
		return problem.Problem{Pos: s.lineStart(second.line), Message: `a second document begins here; a schema is one document, without "---" in between`}
	}
	m := parserLine.FindStringSubmatch(err.Error())
	if name, ok := strings.CutPrefix(m[2], "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		return problem.Problem{Pos: s.find("*" + name), Message: "the alias *" + wording.Cut(name) + " has no anchor &" + wording.Cut(name) + ` before it; a text that begins with "*" needs quotes`}
	}
	if p, ok := yamlfault.Find(s.lines); ok {
		return p
	}
	line, _ := strconv.Atoi(m[1])
	hint := ""
	if fromParser.MatchString(m[2]) {
		line++ // the parser counts lines from 0 in these messages
		hint = "; check indentation and brackets from here on"
	}
	return problem.Problem{Pos: s.lineStart(line), Message: "this is not YAML: " + wording.Cut(m[2]) + hint}
}

// find returns the first place of a text.
func (s *Source) find(text string) problem.Pos {
	for i, line := range s.lines {
		if before, _, ok := strings.Cut(line, text); ok {
			return problem.Pos{Line: i + 1, Column: 1 + utf8.RuneCountInString(before)}
		}
	}
	return problem.Pos{Line: 1, Column: 1}
}

// lineStart returns where the text of a line begins. For a line that the file does not
// have it takes the nearest one.
func (s *Source) lineStart(line int) problem.Pos {
	line = min(max(line, 1), len(s.lines))
	text := s.lines[line-1]
	return problem.Pos{Line: line, Column: 1 + len(text) - len(strings.TrimLeft(text, " \t"))}
}
