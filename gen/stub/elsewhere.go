package stub

import (
	"go/ast"
	"slices"
)

// Users may write triggers in another package and embed its type in Triggers. If that
// package belongs to the module, its methods are read too. The compiler checks their
// signatures.

// complete are the types of the generated package that have every trigger. They are not
// read, because the files on disk may be those of an older schema.
var complete = []string{"NoTriggers", typeName}

// maxPackages bounds the chain of packages that embed types of the next. Only in code
// that does not compile could the chain be a circle.
const maxPackages = 20

// visitElsewhere collects the methods of a type of another package.
func (w *walk) visitElsewhere(t *ast.SelectorExpr, f *file) {
	names, ok := w.promoted(w.importPath(t, f), t.Sel.Name)
	if !ok {
		w.hide(&unseen{
			pos: t.Pos(), elsewhere: true,
			reason: exprText(t) + ", which authgen does not read, may have them; if it does not, the compiler says so: write them by hand then",
		})
		return
	}
	for _, name := range names {
		w.add(&entry{name: name, file: f, pos: t.Pos(), elsewhere: true})
	}
}

// importPath returns the import path of the package that a selector in a file names.
func (w *walk) importPath(t *ast.SelectorExpr, f *file) string {
	if id, ok := t.X.(*ast.Ident); ok {
		for _, imp := range importsOf(f.ast, w.p.req) {
			if imp.name == id.Name {
				return imp.path
			}
		}
	}
	return ""
}

// promoted returns the methods of a type of another package, and whether all of them
// could be seen.
func (w *walk) promoted(importPath, name string) (names []string, ok bool) {
	if importPath == w.p.req.Import {
		for _, m := range w.p.req.Methods {
			names = append(names, m.Name)
		}
		return names, slices.Contains(complete, name)
	}
	if importPath == "" || w.p.req.Sibling == nil || w.depth == maxPackages {
		return nil, false
	}
	files, dir := w.p.req.Sibling(importPath)
	if len(files) == 0 {
		return nil, false
	}
	req := w.p.req
	req.Dir, req.Package, req.Files = dir, "", files
	other, err := parse(req)
	if err != nil {
		return nil, false
	}
	set := other.methodSet(name, w.depth+1)
	return set.names, set.unseen == nil
}
