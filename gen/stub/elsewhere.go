package stub

import (
	"go/ast"
	"slices"
)

// The user may write the triggers of a table in a package of its own, and embed
// its type in Triggers. Of a package of the module the methods are read as those
// of the trigger package are. Whether their signatures are right is the
// compiler's to say.

// complete are the types of the generated package that have every trigger. On
// disk they may yet be those of an older schema.
var complete = []string{"NoTriggers", typeName}

// maxPackages bounds how many packages embed types of each other. In code that
// compiles they cannot form a circle.
const maxPackages = 20

// visitElsewhere collects from a type of another package.
func (w *walk) visitElsewhere(t *ast.SelectorExpr, f *file) {
	names, ok := w.p.promoted(w.p.importPath(t, f), t.Sel.Name)
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

// importPath returns the path of the package that a selector names in a file.
func (p *pkg) importPath(t *ast.SelectorExpr, f *file) string {
	if id, ok := t.X.(*ast.Ident); ok {
		for _, imp := range importsOf(f.ast, p.req) {
			if imp.name == id.Name {
				return imp.path
			}
		}
	}
	return ""
}

// promoted returns the methods that a type of another package has, and whether
// all of them are in sight.
func (p *pkg) promoted(importPath, name string) (names []string, ok bool) {
	if importPath == p.req.Import {
		for _, m := range p.req.Methods {
			names = append(names, m.Name)
		}
		return names, slices.Contains(complete, name)
	}
	if importPath == "" || p.req.Sibling == nil || p.depth == maxPackages {
		return nil, false
	}
	files, dir := p.req.Sibling(importPath)
	if len(files) == 0 {
		return nil, false
	}
	req := p.req
	req.Dir, req.Package, req.Files = dir, "", files
	other, err := parse(req)
	if err != nil {
		return nil, false
	}
	other.depth = p.depth + 1
	set := other.methodSet(name)
	return set.names, set.unseen == nil
}
