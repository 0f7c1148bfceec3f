package stub

import (
	"go/ast"
	"go/doc"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// A scope says what the names in a type expression mean.
type scope interface {
	ident(name string) string
	selector(pkg, name string) string
}

// typeText prints a type expression with the names that a scope gives. Two types are the
// same if their texts are, in scopes that give canonical names.
func typeText(e ast.Expr, s scope) string {
	switch t := e.(type) {
	case *ast.Ident:
		return s.ident(t.Name)
	case *ast.SelectorExpr:
		if id, ok := t.X.(*ast.Ident); ok {
			return s.selector(id.Name, t.Sel.Name)
		}
	case *ast.ParenExpr:
		return typeText(t.X, s)
	case *ast.StarExpr:
		return "*" + typeText(t.X, s)
	case *ast.Ellipsis:
		return "..." + typeText(t.Elt, s)
	case *ast.ArrayType:
		if t.Len == nil {
			return "[]" + typeText(t.Elt, s)
		}
		return "[" + exprText(t.Len) + "]" + typeText(t.Elt, s)
	case *ast.MapType:
		return "map[" + typeText(t.Key, s) + "]" + typeText(t.Value, s)
	case *ast.IndexExpr:
		return typeText(t.X, s) + "[" + typeText(t.Index, s) + "]"
	case *ast.IndexListExpr:
		var args []string
		for _, arg := range t.Indices {
			args = append(args, typeText(arg, s))
		}
		return typeText(t.X, s) + "[" + strings.Join(args, ", ") + "]"
	case *ast.FuncType:
		return "func(" + strings.Join(fieldTypes(t.Params, s), ", ") + ") (" + strings.Join(fieldTypes(t.Results, s), ", ") + ")"
	case *ast.InterfaceType:
		if len(t.Methods.List) == 0 {
			return "interface{}"
		}
	}
	return exprText(e)
}

// fieldTypes returns the types of parameters or results, one for each name.
func fieldTypes(list *ast.FieldList, s scope) []string {
	if list == nil {
		return nil
	}
	var types []string
	for _, field := range list.List {
		for range max(1, len(field.Names)) {
			types = append(types, typeText(field.Type, s))
		}
	}
	return types
}

// exprText prints a node on one line.
func exprText(node any) string {
	var b strings.Builder
	// An empty file set has no lines, so the printer breaks none.
	if err := format.Node(&b, token.NewFileSet(), node); err != nil {
		return "?"
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// A fileScope gives canonical names to the types in a file of the package.
type fileScope struct {
	p          *pkg
	file       *file
	typeParams map[string]bool // of the receiver
	depth      int             // how many aliases were followed
}

func (s fileScope) ident(name string) string {
	if s.typeParams[name] {
		return "$" + name
	}
	if decls := s.p.types[name]; len(decls) > 0 {
		d := decls[0]
		if !d.Assign.IsValid() || d.TypeParams != nil || s.depth > len(s.p.types) {
			return "." + name
		}
		return typeText(d.Type, fileScope{p: s.p, file: d.file, depth: s.depth + 1})
	}
	switch name {
	case "any":
		return "interface{}"
	case "byte":
		return "uint8"
	case "rune":
		return "int32"
	}
	if doc.IsPredeclared(name) {
		return name
	}
	// Only these two dot imports matter, because a trigger names no other package.
	for _, imp := range importsOf(s.file.ast, s.p.req) {
		context := imp.path == "context" && name == "Context"
		if imp.name == "." && (context || imp.path == s.p.req.Import) {
			return strconv.Quote(imp.path) + "." + name
		}
	}
	return "." + name
}

func (s fileScope) selector(pkg, name string) string {
	for _, imp := range importsOf(s.file.ast, s.p.req) {
		if imp.name == pkg {
			return strconv.Quote(imp.path) + "." + name
		}
	}
	return pkg + "." + name
}

// A requestScope gives canonical names to the type of a Param.
type requestScope struct{ req Request }

func (requestScope) ident(name string) string {
	if name == "any" {
		return "interface{}"
	}
	return name
}

func (s requestScope) selector(pkg, name string) string {
	if pkg == s.req.ImportName {
		pkg = s.req.Import
	}
	return strconv.Quote(pkg) + "." + name
}

// An importName is an import, and the name by which the file knows it.
type importName struct{ name, path string }

// importsOf returns the imports of a file. For an import without a name it takes the name
// of the package if that is known, and guesses the last element of the path otherwise.
func importsOf(f *ast.File, req Request) []importName {
	var imports []importName
	for _, spec := range f.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := path.Base(unversioned(importPath))
		switch {
		case spec.Name != nil:
			name = spec.Name.Name
		case importPath == req.Import:
			name = req.ImportName
		}
		imports = append(imports, importName{name, importPath})
	}
	return imports
}

var versionElement = regexp.MustCompile(`/v[0-9]+$|\.v[0-9]+$`)

// unversioned removes a major version: "/v2", or ".v2" as gopkg.in has it.
func unversioned(importPath string) string {
	return versionElement.ReplaceAllString(importPath, "")
}

// typesOf returns the canonical types of the parameters and results of an entry.
func (c comparison) typesOf(e *entry) (params, results []string) {
	s := fileScope{p: c.pkg, file: e.file, typeParams: receiverTypeParams(e.fn)}
	return fieldTypes(e.typ.Params, s), fieldTypes(e.typ.Results, s)
}

// receiverTypeParams returns the names of the type parameters of a receiver.
func receiverTypeParams(fn *ast.FuncDecl) map[string]bool {
	names := map[string]bool{}
	if fn == nil || len(fn.Recv.List) == 0 {
		return names
	}
	ast.Inspect(fn.Recv.List[0].Type, func(n ast.Node) bool {
		var args []ast.Expr
		switch t := n.(type) {
		case *ast.IndexExpr:
			args = []ast.Expr{t.Index}
		case *ast.IndexListExpr:
			args = t.Indices
		}
		for _, arg := range args {
			if id, ok := arg.(*ast.Ident); ok {
				names[id.Name] = true
			}
		}
		return true
	})
	return names
}

// wantTypes returns the canonical types of the parameters of a method.
func (c comparison) wantTypes(m Method) []string {
	var types []string
	for _, param := range m.Params {
		e, err := parser.ParseExpr(param.Type)
		if err != nil {
			return nil // which validate refuses
		}
		types = append(types, typeText(e, requestScope{c.req}))
	}
	return types
}
