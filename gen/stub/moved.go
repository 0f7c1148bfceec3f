package stub

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// A Moved is an import of the generated package by a path that it no longer has:
// "out" of the schema leads elsewhere now. The import is the user's to change.
type Moved struct {
	Pos      string // file:line:col of the import, the file within Request.Dir
	From, To string // import paths
}

// String returns a sentence that says what to do.
func (m Moved) String() string {
	return m.Pos + ": the generated package is " + m.To + " now: change this import of " + m.From
}

// movedFrom returns the path under which an entry imports the generated package,
// if that is all that its signature is wrong about.
func (p *pkg) movedFrom(e *entry, m Method) (from string, ok bool) {
	if e.typ == nil {
		return "", false
	}
	params, results := p.typesOf(e)
	if len(params) < 2 {
		return "", false
	}
	quoted, ok := strings.CutSuffix(strings.TrimPrefix(params[1], "*"), ".Tx")
	if !ok || !strings.HasPrefix(quoted, `"`) {
		return "", false
	}
	for i, t := range params {
		params[i] = strings.ReplaceAll(t, quoted, strconv.Quote(p.req.Import))
	}
	from, err := strconv.Unquote(quoted)
	return from, err == nil && slices.Equal(params, p.wantTypes(m)) && slices.Equal(results, []string{"error"})
}

// importOf returns where a file imports a path.
func (p *pkg) importOf(f *file, importPath string) *ast.ImportSpec {
	i := slices.IndexFunc(f.ast.Imports, func(spec *ast.ImportSpec) bool { return spec.Path.Value == strconv.Quote(importPath) })
	if i < 0 {
		return nil
	}
	return f.ast.Imports[i]
}
