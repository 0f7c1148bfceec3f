package endpoints

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// parse returns the root of the only document in src, or nil and what is wrong.
func parse(src []byte) (*yaml.Node, *Problem) {
	switch {
	case len(src) > maxSize:
		return nil, &Problem{1, 1, fmt.Sprintf("the file is larger than %d KiB; split it, or write the endpoints in Go", maxSize>>10)}
	case !utf8.Valid(src):
		return nil, &Problem{1, 1, "this is not UTF-8; save the file in that encoding"}
	}
	root, err := decode(src)
	switch {
	case err != nil:
		return nil, syntaxProblem(src, err)
	case root == nil:
		return nil, &Problem{1, 1, `the file is empty; the least it can say is "endpoints: {}"`}
	}
	return root, nil
}

// decode returns the root node, or nil if the text is empty. The parser panics at some
// texts, which becomes an error here.
func decode(src []byte) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("%v", r)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(src))
	var first, second yaml.Node
	if err := d.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := d.Decode(&second); err == nil {
		return nil, errors.New(`a second document begins; a file is one, without "---" in between`)
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(first.Content) != 1 || first.Content[0].Tag == "!!null" {
		return nil, nil
	}
	return first.Content[0], nil
}

var (
	parserLine = regexp.MustCompile(`(?s)^(?:yaml: )?(?:line (\d+): )?(.*)$`)
	bareDollar = regexp.MustCompile(`(?:[\[{][^\]}"'\n]*|,[ \t]*)\$\{`)
	bareStar   = regexp.MustCompile(`(?m)(?:[\[,]|[:-][ \t])[ \t]*\*[ \t]*(?:[,\]]|$)`)
)

// syntaxProblem says why src is not YAML. The two mistakes that the format leads
// to are named where they are in the file.
func syntaxProblem(src []byte, err error) *Problem {
	m := parserLine.FindStringSubmatch(err.Error())
	line, _ := strconv.Atoi(m[1]) // 0 where the parser names none
	p := &Problem{max(line, 1), 1, "this cannot be read as YAML: " + m[2]}
	if at := bareDollar.FindIndex(src); at != nil {
		return pointed(p, src, at[1]-2, `"${" inside of brackets needs quotes: ["${NAME}"]`)
	}
	if at := bareStar.FindIndex(src); at != nil {
		return pointed(p, src, at[0]+bytes.IndexByte(src[at[0]:], '*'), `"*" needs quotes`)
	}
	return p
}

// pointed returns p with the place of a byte of src, and what to do about it.
func pointed(p *Problem, src []byte, at int, fix string) *Problem {
	before := src[:at]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return &Problem{1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[begin:]), p.Message + "; " + fix}
}
