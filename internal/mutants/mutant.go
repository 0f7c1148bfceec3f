package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A mutant is one small change of one line.
type mutant struct {
	file       string // path of the file
	line       int
	start, end int // what is replaced, as offsets in the file
	text       string
}

// source returns the changed file, and its line before and after the change.
func (m *mutant) source() (whole []byte, before, after string, err error) {
	src, err := os.ReadFile(m.file)
	if err != nil {
		return nil, "", "", err
	}
	whole = slices.Concat(src[:m.start], []byte(m.text), src[m.end:])
	return whole, lineOf(src, m.line), lineOf(whole, m.line), nil
}

func lineOf(src []byte, n int) string {
	return strings.TrimSpace(strings.Split(string(src), "\n")[n-1])
}

// swaps has the replacement of each operator: its neighbour at a boundary, or its opposite.
var swaps = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD,
}

// mutantsOf returns all mutants of the Go files of a folder, without its tests.
func mutantsOf(dir string) ([]mutant, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var list []mutant
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		syntax, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(syntax, func(n ast.Node) bool {
			if m, ok := change(fset, n); ok {
				m.file = file
				list = append(list, m)
			}
			return true
		})
	}
	return list, nil
}

// change returns the mutant of a node, if there is one.
func change(fset *token.FileSet, n ast.Node) (m mutant, ok bool) {
	at := func(pos token.Pos, length int, text string) mutant {
		p := fset.Position(pos)
		return mutant{line: p.Line, start: p.Offset, end: p.Offset + length, text: text}
	}
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if to, ok := swaps[n.Op]; ok {
			return at(n.OpPos, len(n.Op.String()), to.String()), true
		}
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			return at(n.OpPos, 1, ""), true
		}
	case *ast.Ident:
		if n.Name == "true" || n.Name == "false" {
			return at(n.Pos(), len(n.Name), map[string]string{"true": "false", "false": "true"}[n.Name]), true
		}
	case *ast.IncDecStmt:
		return at(n.TokPos, 2, map[token.Token]string{token.INC: "--", token.DEC: "++"}[n.Tok]), true
	}
	return m, false
}
