// Package yamltree reads the text of a YAML file into a tree. Every node knows its
// place in the file, aliases and merge keys are resolved, and each key has the
// comment that belongs to it. What is wrong comes as problems with a place.
package yamltree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/authgen/authgen/gen/schema/internal/problem"
)

// A Source is the text of one YAML file: the user's, or that of a preset.
type Source struct {
	lines []string
	at    *problem.Pos // of a preset: where "use" names it; nil for the user's own file
}

// Pos returns the place of a node for messages. A node of a preset has the place where
// the file names the preset.
func (s *Source) Pos(n *Node) problem.Pos {
	if s.at != nil {
		return *s.at
	}
	return problem.Pos{Line: n.Line, Column: n.Column}
}

// Read returns the root of a file and what is wrong with the file. The root is nil
// if the file is empty or cannot be read as YAML. At is where a preset is used, nil
// for the user's own file.
func Read(src []byte, at *problem.Pos) (*Source, *Node, []problem.Problem) {
	text := strings.TrimPrefix(string(src), "\uFEFF")
	if p, ok := checkBytes(text); !ok {
		return &Source{at: at}, nil, []problem.Problem{p}
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	s := &Source{lines: strings.Split(text, "\n"), at: at}
	root, err := decode(text)
	if err != nil {
		return s, nil, []problem.Problem{s.syntaxProblem(err)}
	}
	if root == nil {
		return s, nil, nil
	}
	c := converter{source: s, done: map[*yaml.Node]*Node{}}
	n := c.convert(root, 0)
	return s, n, c.problems.All
}

// errSecondDocument has the line at which a second document begins.
type errSecondDocument struct{ line int }

func (e errSecondDocument) Error() string { return "second document" }

// decode returns the root of the only document in the text, or nil if the text has no document.
// It turns panics of the parser into errors.
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

// isBlank tells whether the root is what the parser makes of a file that has nothing
// but comments.
func isBlank(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Style == 0
}
