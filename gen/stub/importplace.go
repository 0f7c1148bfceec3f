package stub

import (
	"bytes"
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// An importSite is the package clause and the imports of a file. It lists the places for
// a new import. No line of the user's may change, and gofmt sorts imports, aligns the
// comments behind them and keeps those above them. So the places are tried in turn until
// one leaves a formatted file formatted.
type importSite struct {
	src    []byte
	tok    *token.File
	clause token.Pos // end of the package clause
	decls  []*ast.GenDecl
}

// A place is where to put an import, and its text there.
type place struct {
	offset int
	text   string
}

func newImportSite(src []byte, tok *token.File, f *ast.File) *importSite {
	s := &importSite{src: src, tok: tok, clause: f.Name.End()}
	for _, decl := range f.Decls {
		if decl, ok := decl.(*ast.GenDecl); ok && decl.Tok == token.IMPORT {
			s.decls = append(s.decls, decl)
		}
	}
	return s
}

// places returns where an import may go, the best place first.
func (s *importSite) places(spec, importPath string) []place {
	var places []place
	for _, decl := range s.decls {
		if decl.Lparen.IsValid() && !importsC(decl) {
			places = append(places, s.within(decl, spec, importPath)...)
			break
		}
	}
	if len(s.decls) == 0 {
		return append(places, s.after(s.clause, "; import "+spec,
			"\n\nimport (\n\t"+spec+"\n)", "\n\nimport (\n\t"+spec+"\n)\n")...)
	}
	last := s.decls[len(s.decls)-1]
	texts := []string{"\n\nimport " + spec, "\n\nimport " + spec + "\n"}
	if !last.Lparen.IsValid() && !importsC(last) {
		texts = append([]string{"\nimport " + spec}, texts...)
	}
	return append(places, s.after(last.End(), "; import "+spec, texts...)...)
}

// within returns the places inside a declaration in parentheses: in order, in the run of
// lines that fits the path, or as a run of its own.
func (s *importSite) within(decl *ast.GenDecl, spec, importPath string) []place {
	var places []place
	open := decl.Lparen + 1
	runs := s.runs(decl)
	if best := bestRun(runs, importPath); best >= 0 {
		places = append(places, s.inOrder(runs[best], spec, importPath)...)
	}
	if len(runs) == 0 {
		return append(places, s.after(open, spec, "\n\t"+spec)...)
	}
	if isStandard(importPath) {
		places = append(places, s.after(open, spec+"; ", "\n\t"+spec+"\n")...)
	}
	end := runs[len(runs)-1]
	return append(places, s.after(end[len(end)-1].End(), "; "+spec, "\n\n\t"+spec)...)
}

// after returns places for the texts at the end of the line of pos, behind its comment.
// If other code follows on that line it returns the place for inline, at pos.
func (s *importSite) after(pos token.Pos, inline string, texts ...string) []place {
	offset, ok := s.endOfLine(s.tok.Offset(pos))
	if !ok {
		return []place{{s.tok.Offset(pos), inline}}
	}
	var places []place
	for _, text := range texts {
		places = append(places, place{offset, text})
	}
	return places
}

// endOfLine returns the offset of the line break after off, if only space, semicolons and
// comments are in between. It reads bytes, because the positions of comments with a CR
// are wrong.
func (s *importSite) endOfLine(off int) (int, bool) {
	for off < len(s.src) {
		rest := s.src[off:]
		switch {
		case rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n")):
			return off, true
		case strings.IndexByte(" \t\r;", rest[0]) >= 0:
			off++
		case bytes.HasPrefix(rest, []byte("//")):
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				return len(s.src), true
			}
			if rest[end-1] == '\r' {
				end--
			}
			off += end
		case bytes.HasPrefix(rest, []byte("/*")):
			off += bytes.Index(rest, []byte("*/")) + len("*/")
		default:
			return 0, false
		}
	}
	return off, true
}

// inOrder returns the place that keeps a run sorted by path. It returns none if that is
// between an import and the comment above it.
func (s *importSite) inOrder(run []*ast.ImportSpec, spec, importPath string) []place {
	for i := len(run) - 1; i >= 0; i-- {
		if pathOf(run[i]) < importPath {
			return s.after(run[i].End(), "; "+spec, "\n\t"+spec)
		}
	}
	first := s.tok.Offset(run[0].Pos())
	line := bytes.LastIndexByte(s.src[:first], '\n') + 1
	if run[0].Doc != nil || len(bytes.TrimSpace(s.src[line:first])) > 0 {
		return nil
	}
	return []place{{line, "\t" + spec + "\n"}}
}

// runs returns the imports of a declaration in runs of successive lines. gofmt sorts each
// run by itself.
func (s *importSite) runs(decl *ast.GenDecl) [][]*ast.ImportSpec {
	var runs [][]*ast.ImportSpec
	last := 0
	for _, spec := range decl.Specs {
		spec, ok := spec.(*ast.ImportSpec)
		if !ok {
			continue
		}
		if line := s.tok.PositionFor(spec.Pos(), false).Line; len(runs) == 0 || line > last+1 {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], spec)
		last = s.tok.PositionFor(spec.End(), false).Line
	}
	return runs
}

// bestRun returns the index of the run that an import belongs to: the one that has the
// most similar path. Without one it is the first run of the standard library for an
// import of that, or the last other run for any other import; -1 without imports.
func bestRun(runs [][]*ast.ImportSpec, importPath string) int {
	best, shared := -1, 0
	for i, run := range runs {
		for _, spec := range run {
			other := pathOf(spec)
			if n := sharedElements(other, importPath); n > shared {
				best, shared = i, n
			} else if shared == 0 && isStandard(other) == isStandard(importPath) && (best < 0 || !isStandard(other)) {
				best = i
			}
		}
	}
	return best
}

// sharedElements counts the elements that two import paths share at their start.
func sharedElements(a, b string) int {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(as) && n < len(bs) && as[n] == bs[n] {
		n++
	}
	return n
}

// isStandard reports whether a path looks like one of the standard library:
// its first element has no dot.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

func importsC(decl *ast.GenDecl) bool {
	for _, spec := range decl.Specs {
		if spec, ok := spec.(*ast.ImportSpec); ok && pathOf(spec) == "C" {
			return true
		}
	}
	return false
}

func pathOf(spec *ast.ImportSpec) string {
	importPath, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return ""
	}
	return importPath
}
