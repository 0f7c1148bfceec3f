package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// A source is one YAML file: the user's, or a preset.
type source struct {
	lines []string
	at    *Pos // where "use" names the preset; nil for the user's own file
}

// pos returns where n is, for messages: a preset is shown where it is used.
func (s *source) pos(n *node) Pos {
	if s.at != nil {
		return *s.at
	}
	return Pos{Line: n.line, Column: n.column}
}

// readYAML returns the file's root node, or nil and what is wrong with the file.
func readYAML(src []byte, at *Pos) (*source, *node, []Problem) {
	text := strings.TrimPrefix(string(src), "\uFEFF")
	if p, ok := checkBytes(text); !ok {
		return &source{at: at}, nil, []Problem{p}
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	s := &source{lines: strings.Split(text, "\n"), at: at}
	root, err := decode(text)
	if err != nil {
		return s, nil, []Problem{s.syntaxProblem(err)}
	}
	if root == nil {
		return s, nil, []Problem{{Pos{Line: 1, Column: 1}, "the file is empty; the least it can say is {" + minimal + "}"}}
	}
	c := converter{source: s, done: map[*yaml.Node]*node{}}
	n := c.convert(root, 0)
	return s, n, c.problems.list
}

// errSecondDocument carries the line of a document that should not be there.
type errSecondDocument struct{ line int }

func (e errSecondDocument) Error() string { return "second document" }

// decode returns the root of the only document in text, nil if it has none.
// The parser's panics become errors here, and nowhere else.
func decode(text string) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("%v", r)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	var first, second yaml.Node
	if err := d.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := d.Decode(&second); err == nil {
		return nil, errSecondDocument{second.Line}
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(first.Content) != 1 || isBlank(first.Content[0]) {
		return nil, nil
	}
	return first.Content[0], nil
}

// isBlank tells whether the root is what a file of comments only gives.
func isBlank(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Style == 0
}

// yamlLine finds the line in the parser's messages: "yaml: line 3: did not ...".
var yamlLine = regexp.MustCompile(`(?s)^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// fromParser matches the messages about a structure that is left open or not
// closed rightly; the line is where it begins, or where it goes wrong.
var fromParser = regexp.MustCompile(`^did not find expected (?:node content|key|'-' indicator|',' or|<document start>)`)

// inBraces matches types that YAML takes for something else in braces.
var inBraces = regexp.MustCompile(`[a-z](?:\[\]\??|\?)\s*[,}]`)

// syntaxHint says what the usual cause of a message is.
func (s *source) syntaxHint(message string, line int) string {
	switch {
	case !fromParser.MatchString(message):
		return ""
	case inBraces.MatchString(s.lines[line-1]):
		return `; in braces, a type with "[]" or "?" needs quotes`
	}
	return "; check indentation and brackets from here on"
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

// syntaxProblem turns an error of the parser into a Problem. The parser names
// a line at best, and for some errors the one before or after.
func (s *source) syntaxProblem(err error) Problem {
	var second errSecondDocument
	if errors.As(err, &second) {
		return Problem{s.lineStart(second.line), `a second document begins here; a schema is one document, without "---" in between`}
	}
	m := yamlLine.FindStringSubmatch(err.Error())
	line, _ := strconv.Atoi(m[1])
	if fromParser.MatchString(m[2]) {
		line++ // it counts from 0 in these
	}
	at := s.lineStart(line)
	if tab, ok := s.tabIndent(at.Line); ok {
		return Problem{tab, "a tab in the indentation; YAML wants spaces"}
	}
	if name, ok := strings.CutPrefix(m[2], "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		return Problem{s.find("*" + name), "the alias *" + cut(name) + " has no anchor &" + cut(name) + " before it"}
	}
	return Problem{at, "this is not YAML: " + cut(m[2]) + s.syntaxHint(m[2], at.Line)}
}

// lineStart returns where the text of a line begins; a line that the file
// does not have becomes its nearest one.
func (s *source) lineStart(line int) Pos {
	line = min(max(line, 1), len(s.lines))
	text := s.lines[line-1]
	return Pos{Line: line, Column: 1 + len(text) - len(strings.TrimLeft(text, " \t"))}
}

// tabIndent finds a tab in the indentation of the line, or of a neighbour.
func (s *source) tabIndent(line int) (Pos, bool) {
	for l := max(line-1, 1); l <= min(line+1, len(s.lines)); l++ {
		text := s.lines[l-1]
		indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
		if i := strings.IndexByte(indent, '\t'); i >= 0 && indent != text {
			return Pos{Line: l, Column: i + 1}, true
		}
	}
	return Pos{}, false
}
