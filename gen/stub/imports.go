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

// importBoth returns src with imports of package context and of the generated package,
// and the names by which the file knows them.
func (in *inserter) importBoth(src []byte) (names, []byte, error) {
	n := names{req: in.req}
	var err error
	if n.context, src, err = in.importOne(src, "context", "context"); err != nil {
		return n, nil, err
	}
	n.auth, src, err = in.importOne(src, in.req.Import, in.req.ImportName)
	return n, src, err
}

// importOne returns src with an import, which it inserts if src lacks it, and the name by
// which the file knows the package.
func (in *inserter) importOne(src []byte, importPath, want string) (string, []byte, error) {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", nil, err
	}
	if name, ok := imported(in.req, syntax, importPath); ok {
		return name, src, nil
	}
	name := in.freeName(syntax, want)
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

// importSpec returns the source of an import. It leaves the name out where that is the
// last element of the path.
func importSpec(name, importPath string) string {
	if name == path.Base(importPath) {
		return strconv.Quote(importPath)
	}
	return name + " " + strconv.Quote(importPath)
}

// imported returns the name by which a file already knows a package. It prefers any
// import to a dot import, and ignores blank imports.
func imported(req Request, f *ast.File, importPath string) (name string, ok bool) {
	for _, imp := range importsOf(f, req) {
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

// packageNamesIn returns the names by which a file knows the two packages, or would
// know them.
func packageNamesIn(req Request, f *ast.File) names {
	n := names{req: req, context: "context", auth: req.ImportName}
	if name, ok := imported(req, f, "context"); ok {
		n.context = name
	}
	if name, ok := imported(req, f, req.Import); ok {
		n.auth = name
	}
	return n
}

// freeName returns want, or a similar name, that neither the package nor another import
// of the file has taken.
func (in *inserter) freeName(f *ast.File, want string) string {
	name := want
	for i := 1; in.declared[name] || mayImport(f, name); i++ {
		name = want + "pkg"
		if i > 1 {
			name = fmt.Sprintf("%spkg%d", want, i)
		}
	}
	return name
}

// mayImport reports whether a file may know another package by that name. For an import
// without a name it has to guess: "example.com/go-auth" may be package auth.
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
