package stub

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// A Moved is an import of the generated package by its old path, from before "out" in the
// schema changed. Only the user changes it.
type Moved struct {
	Pos      string // file:line:col of the import, the file within Request.Dir
	From, To string // import paths
}

// String returns the place, what is wrong there, and what to do about it.
func (m Moved) String() string {
	return m.Pos + ": this imports the generated package by its old path, " + m.From + "; change it to " + m.To
}

// movedFrom returns the old import path of the generated package that an entry uses, if
// the signature is right otherwise.
func (c comparison) movedFrom(e *entry, m Method) (from string, ok bool) {
	if e.typ == nil {
		return "", false
	}
	params, results := c.typesOf(e)
	if len(params) < 2 {
		return "", false
	}
	quoted, ok := strings.CutSuffix(strings.TrimPrefix(params[1], "*"), ".Tx")
	if !ok || !strings.HasPrefix(quoted, `"`) {
		return "", false
	}
	for i, t := range params {
		params[i] = strings.ReplaceAll(t, quoted, strconv.Quote(c.req.Import))
	}
	from, err := strconv.Unquote(quoted)
	return from, err == nil && slices.Equal(params, c.wantTypes(m)) && slices.Equal(results, []string{"error"})
}

// importOf returns the import of a path in a file, or nil.
func importOf(f *file, importPath string) *ast.ImportSpec {
	i := slices.IndexFunc(f.ast.Imports, func(spec *ast.ImportSpec) bool { return spec.Path.Value == strconv.Quote(importPath) })
	if i < 0 {
		return nil
	}
	return f.ast.Imports[i]
}
