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

// insert puts each missing method into a file and returns the files that
// changed. It notes with each stub where it went.
func (p *pkg) insert(missing []*stub) (map[string][]byte, error) {
	if len(missing) == 0 {
		return nil, nil
	}
	recv, err := p.receiver()
	if err != nil {
		return nil, err
	}
	changed := map[string][]byte{}
	for _, s := range missing {
		if s.file != "" {
			continue // went in with an earlier one of its table
		}
		var group []*stub
		for _, other := range missing {
			if other.File == s.File {
				group = append(group, other)
			}
		}
		if err := p.place(group, recv, changed); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

// place puts the stubs of one table into the first file that takes them.
func (p *pkg) place(group []*stub, recv receiver, changed map[string][]byte) error {
	stem := strings.TrimSuffix(group[0].File, ".go")
	for attempt := 0; ; attempt++ {
		name, src, ok := p.candidate(stem, attempt)
		if work := changed[name]; work != nil {
			src = work
		}
		if !ok {
			continue
		}
		isNew := src == nil
		if isNew {
			src = []byte("package " + p.name + "\n")
		}
		out, err := p.add(src, group, recv)
		if err != nil && isNew {
			return fmt.Errorf("stub for %s: %w", group[0].Name, err)
		}
		if err != nil {
			continue
		}
		changed[name] = out
		for _, s := range group {
			s.file = name
		}
		return nil
	}
}

// candidate returns the name and content of a file that a table's stubs may
// go to, the table's own first. Content is nil for a file that is not there;
// ok is false for one that stubs must not go to, because it is not part of
// every build, is of another package, or is written by a generator.
func (p *pkg) candidate(stem string, attempt int) (name string, src []byte, ok bool) {
	switch attempt {
	case 0:
		name = FileName(stem)
	case 1:
		name = stem + "_triggers.go"
	default:
		name = fmt.Sprintf("%s_triggers%d.go", stem, attempt)
	}
	f := p.file(name)
	if f == nil {
		return name, nil, true
	}
	return f.name, f.src, !f.constrained && f.ast.Name.Name == p.name && !ast.IsGenerated(f.ast)
}

// file returns the file of that name, or one that a file system which
// ignores case would take for it, or nil.
func (p *pkg) file(name string) *file {
	var found *file
	for _, f := range p.all {
		if f.name == name {
			return f
		}
		if strings.EqualFold(f.name, name) {
			found = f
		}
	}
	return found
}

// add returns src with the imports that stubs need and the stubs at its end.
func (p *pkg) add(src []byte, group []*stub, recv receiver) ([]byte, error) {
	n, out, err := p.importBoth(src)
	if err != nil {
		return nil, err
	}
	eol := lineEnding(src)
	for _, s := range group {
		text, err := render(s.Method, recv.text(s.Params, n.list()), n)
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
		return nil, fmt.Errorf("stubs do not fit into the file")
	}
	return out, nil
}

// fits reports whether after parses, and is formatted if before was.
func fits(before, after []byte) bool {
	if _, err := parser.ParseFile(token.NewFileSet(), "", after, parser.ParseComments|parser.SkipObjectResolution); err != nil {
		return false
	}
	return !formatted(before) || formatted(after)
}

// formatted reports whether gofmt would leave src as it is, but for CRLF line
// endings and a missing last one.
func formatted(src []byte) bool {
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	if !bytes.HasSuffix(src, []byte("\n")) {
		src = append(src, '\n')
	}
	out, err := format.Source(src)
	return err == nil && bytes.Equal(src, out)
}
