package stub

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// importBoth returns src with imports of package context and of the generated
// package, and the names the file knows them by.
func (p *pkg) importBoth(src []byte) (names, []byte, error) {
	n := names{req: p.req}
	var err error
	if n.context, src, err = p.importOne(src, "context", "context"); err != nil {
		return n, nil, err
	}
	n.auth, src, err = p.importOne(src, p.req.Import, p.req.ImportName)
	return n, src, err
}

// importOne returns src with an import, the one it has or one put in, and
// the name the file knows it by.
func (p *pkg) importOne(src []byte, importPath, want string) (string, []byte, error) {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", nil, err
	}
	if name, ok := p.imported(syntax, importPath); ok {
		return name, src, nil
	}
	name := p.freeName(syntax, want)
	spec := importSpec(name, importPath)
	site := newImportSite(src, fset.File(syntax.FileStart), syntax)
	for _, c := range site.places(spec, importPath) {
		text := strings.ReplaceAll(c.text, "\n", lineEnding(src))
		out := slices.Concat(src[:c.offset], []byte(text), src[c.offset:])
		if fits(src, out) {
			return name, out, nil
		}
	}
	return "", nil, errors.New("there is no place for an import of " + importPath)
}

// importSpec returns an import as it stands in the source: without the name
// where the path says it.
func importSpec(name, importPath string) string {
	if name == path.Base(importPath) {
		return strconv.Quote(importPath)
	}
	return name + " " + strconv.Quote(importPath)
}

// imported returns the name by which a file can already speak of a package.
// A dot import is the last choice; a blank one is none.
func (p *pkg) imported(f *ast.File, importPath string) (name string, ok bool) {
	for _, imp := range importsOf(f, p.req) {
		if imp.path != importPath || imp.name == "_" {
			continue
		}
		if imp.name != "." {
			return imp.name, true
		}
		name, ok = ".", true
	}
	return name, ok
}

// packageNamesIn returns the names a file knows the two packages by, or would.
func (p *pkg) packageNamesIn(f *ast.File) names {
	n := names{req: p.req, context: "context", auth: p.req.ImportName}
	if name, ok := p.imported(f, "context"); ok {
		n.context = name
	}
	if name, ok := p.imported(f, p.req.Import); ok {
		n.auth = name
	}
	return n
}

// freeName returns want, or a name like it, that neither the package nor
// another import of the file has taken.
func (p *pkg) freeName(f *ast.File, want string) string {
	name := want
	for i := 1; p.declared[name] || mayImport(f, name); i++ {
		name = want + "pkg"
		if i > 1 {
			name = fmt.Sprintf("%spkg%d", want, i)
		}
	}
	return name
}

// mayImport reports whether a file may know another package by that name. The
// name of a package imported without one can only be guessed: that of
// "example.com/go-auth" may be auth.
func mayImport(f *ast.File, name string) bool {
	for _, spec := range f.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if spec.Name != nil {
			if spec.Name.Name == name {
				return true
			}
			continue
		}
		base := path.Base(unversioned(importPath))
		pieces := strings.FieldsFunc(base, func(r rune) bool { return strings.ContainsRune(".-", r) })
		if base == name || slices.Contains(pieces, name) {
			return true
		}
	}
	return false
}
