package stub

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"strings"
)

// An inserter puts stubs into the files of the package.
type inserter struct {
	*pkg
	receiver receiver
	changed  map[string][]byte // files with stubs, whole, by base name
}

// insert puts each missing method into a file and returns the files that it changed. It
// records in each stub which file that is.
func insert(p *pkg, missing []*stub) (map[string][]byte, error) {
	if len(missing) == 0 {
		return nil, nil
	}
	r, err := receiverFinder{p}.receiver()
	if err != nil {
		return nil, err
	}
	in := &inserter{pkg: p, receiver: r, changed: map[string][]byte{}}
	for _, s := range missing {
		if s.file != "" {
			continue // an earlier stub of its table took it along
		}
		var group []*stub
		for _, other := range missing {
			if other.File == s.File {
				group = append(group, other)
			}
		}
		if err := in.place(group); err != nil {
			return nil, err
		}
	}
	return in.changed, nil
}

// place puts the stubs of one table into the first file that can have them.
func (in *inserter) place(group []*stub) error {
	stem := strings.TrimSuffix(group[0].File, ".go")
	for attempt := 0; ; attempt++ {
		name, src, ok := in.candidate(stem, attempt)
		if work := in.changed[name]; work != nil {
			src = work
		}
		if !ok {
			continue
		}
		isNew := src == nil
		if isNew {
			src = []byte("package " + in.name + "\n")
		}
		out, err := in.add(src, group)
		if err != nil && isNew {
			return fmt.Errorf("stub for %s: %w", group[0].Name, err)
		}
		if err != nil {
			continue
		}
		in.changed[name] = out
		for _, s := range group {
			s.file = name
		}
		return nil
	}
}

// candidate returns the name and content of a file for the stubs of a table. The first
// attempt is the table's own file. The content of a file that does not exist is nil. Ok is
// false for a file that must not get stubs, because it is not part of every build, belongs
// to another package, or is written by a generator.
func (in *inserter) candidate(stem string, attempt int) (name string, src []byte, ok bool) {
	switch attempt {
	case 0:
		name = FileName(stem)
	case 1:
		name = stem + "_triggers.go"
	default:
		name = fmt.Sprintf("%s_triggers%d.go", stem, attempt)
	}
	f := in.file(name)
	if f == nil {
		return name, nil, true
	}
	return f.name, f.src, !f.constrained && f.ast.Name.Name == in.name && !ast.IsGenerated(f.ast)
}

// add returns src with the imports that the stubs need, and the stubs at its end.
func (in *inserter) add(src []byte, group []*stub) ([]byte, error) {
	n, out, err := in.importBoth(src)
	if err != nil {
		return nil, err
	}
	eol := lineEnding(src)
	for _, s := range group {
		text, err := render(s.Method, in.receiver.text(s.Params, n.list()), n)
		if err != nil {
			return nil, err
		}
		text = strings.ReplaceAll("\n"+text, "\n", eol)
		if !bytes.HasSuffix(out, []byte("\n")) {
			text = eol + text
		}
		out = append(bytes.Clone(out), text...)
	}
	if !fits(src, out) {
		return nil, fmt.Errorf("the stubs would break the file")
	}
	return out, nil
}

// fits reports whether the file after an insertion parses, and is formatted if it was
// formatted before.
func fits(before, after []byte) bool {
	if _, err := parser.ParseFile(token.NewFileSet(), "", after, parser.ParseComments|parser.SkipObjectResolution); err != nil {
		return false
	}
	return !formatted(before) || formatted(after)
}

// formatted reports whether gofmt would change nothing in src except for CRLF line
// endings and a missing last line break.
func formatted(src []byte) bool {
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	if !bytes.HasSuffix(src, []byte("\n")) {
		src = append(src, '\n')
	}
	out, err := format.Source(src)
	return err == nil && bytes.Equal(src, out)
}
