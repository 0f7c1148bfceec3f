package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

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
