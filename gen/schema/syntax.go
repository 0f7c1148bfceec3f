package schema

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parserLine finds the line in the parser's messages: "yaml: line 3: did not ...".
var parserLine = regexp.MustCompile(`(?s)^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// fromParser matches the messages about a structure that is left open or not
// closed rightly; the line is where it begins, or where it goes wrong.
var fromParser = regexp.MustCompile(`^did not find expected (?:node content|key|'-' indicator|',' or|<document start>)`)

// syntaxProblem turns an error of the parser into a Problem. The parser names
// a line at best, and for some errors the one before or after.
func (s *source) syntaxProblem(err error) Problem {
	var second errSecondDocument
	if errors.As(err, &second) {
		return Problem{s.lineStart(second.line), `a second document begins here; a schema is one document, without "---" in between`}
	}
	m := parserLine.FindStringSubmatch(err.Error())
	if name, ok := strings.CutPrefix(m[2], "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		return Problem{s.find("*" + name), "the alias *" + cut(name) + " has no anchor &" + cut(name) + ` before it; a text that begins with "*" needs quotes`}
	}
	if p, ok := findCause(s.lines); ok {
		return p
	}
	line, _ := strconv.Atoi(m[1])
	hint := ""
	if fromParser.MatchString(m[2]) {
		line++ // it counts from 0 in these
		hint = "; check indentation and brackets from here on"
	}
	return Problem{s.lineStart(line), "this is not YAML: " + cut(m[2]) + hint}
}

// find returns where a text first stands.
func (s *source) find(text string) Pos {
	for i, line := range s.lines {
		if before, _, ok := strings.Cut(line, text); ok {
			return Pos{Line: i + 1, Column: 1 + utf8.RuneCountInString(before)}
		}
	}
	return Pos{Line: 1, Column: 1}
}

// lineStart returns where the text of a line begins; a line that the file
// does not have becomes its nearest one.
func (s *source) lineStart(line int) Pos {
	line = min(max(line, 1), len(s.lines))
	text := s.lines[line-1]
	return Pos{Line: line, Column: 1 + len(text) - len(strings.TrimLeft(text, " \t"))}
}
