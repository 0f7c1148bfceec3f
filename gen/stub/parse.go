package stub

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
)

// A pkg is the trigger package, parsed. It has the files for all build tags, so that a
// name may be declared more than once.
type pkg struct {
	req      Request
	name     string
	fset     *token.FileSet
	all      []*file                // every Go file of the folder, by name
	files    []*file                // those of the package, without its tests
	types    map[string][]*typeDecl // package-level types
	methods  map[string][]*entry    // by base type
	declared map[string]bool        // package-level names, also of tests in the package
}

// A file is one Go file of the folder.
type file struct {
	name        string
	src         []byte
	ast         *ast.File
	constrained bool // it is not part of every build
}

// A typeDecl is a declaration of a package-level type.
type typeDecl struct {
	*ast.TypeSpec
	file *file
}

// parse reads every file of the request. Its error lists all files with a syntax error.
func parse(req Request) (*pkg, error) {
	p := &pkg{
		req:      req,
		name:     req.Package,
		fset:     token.NewFileSet(),
		types:    map[string][]*typeDecl{},
		methods:  map[string][]*entry{},
		declared: map[string]bool{},
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(req.Files)) {
		if !isGo(name) {
			continue
		}
		src := req.Files[name]
		syntax, err := parser.ParseFile(p.fset, path.Join(req.Dir, name), src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		f := &file{name: name, src: src, ast: syntax}
		f.constrained = !alwaysBuilt(name) || hasConstraint(syntax)
		p.all = append(p.all, f)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("%w\nthe trigger methods cannot be read; correct the syntax first", err)
	}
	if err := p.choose(); err != nil {
		return nil, err
	}
	p.index()
	return p, nil
}

// isGo reports whether the go command reads a file of that name.
func isGo(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, ".")
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

// hasConstraint reports whether a file has a build constraint.
func hasConstraint(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Pos() < f.Package && (constraint.IsGoBuild(c.Text) || constraint.IsPlusBuild(c.Text)) {
				return true
			}
		}
	}
	return false
}

// empty reports whether the folder has no Go file at all.
func (p *pkg) empty() bool { return len(p.all) == 0 }

// choose finds out which package the folder has, and which files belong to it. It skips
// programs that a constraint sets aside ("//go:build ignore", package main), and package
// documentation, which the go command skips too.
func (p *pkg) choose() error {
	names := p.packageNames(func(f *file) bool { return !f.constrained && !isTest(f.name) })
	if len(names) == 0 {
		names = p.packageNames(func(f *file) bool { return !isTest(f.name) })
	}
	if len(names) > 1 {
		var list []string
		for _, name := range slices.Sorted(maps.Keys(names)) {
			list = append(list, fmt.Sprintf("%s (%s)", name, names[name]))
		}
		return fmt.Errorf("%s: the folder has more than one package: %s; keep one of them here",
			p.dir(), strings.Join(list, ", "))
	}
	for name := range names {
		p.name = name
	}
	for _, f := range p.all {
		if !isTest(f.name) && f.ast.Name.Name == p.name {
			p.files = append(p.files, f)
		}
	}
	return nil
}

// packageNames returns the package names of the files that want accepts, each with the
// first file that has it.
func (p *pkg) packageNames(want func(*file) bool) map[string]string {
	names := map[string]string{}
	for _, f := range p.all {
		name := f.ast.Name.Name
		if !want(f) || name == "documentation" {
			continue
		}
		names[name] = cmp.Or(names[name], f.name)
	}
	return names
}

// index fills in types, methods and declared.
func (p *pkg) index() {
	for _, f := range p.all {
		if f.ast.Name.Name != p.name {
			continue
		}
		for _, decl := range f.ast.Decls {
			p.declare(f, decl)
		}
	}
	// A receiver may name an alias, so methods come after all types.
	for _, f := range p.files {
		for _, decl := range f.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv != nil {
				p.addMethod(f, fn)
			}
		}
	}
}

// declare records the package-level names of one declaration.
func (p *pkg) declare(f *file, decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil {
			p.declared[decl.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					p.declared[name.Name] = true
				}
			case *ast.TypeSpec:
				p.declared[spec.Name.Name] = true
				if !isTest(f.name) {
					p.types[spec.Name.Name] = append(p.types[spec.Name.Name], &typeDecl{spec, f})
				}
			}
		}
	}
}

// file returns the file of that name, or nil. Where there is none it takes one whose name
// differs only in case, because some file systems cannot tell them apart.
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

// at returns a position as file:line:col, and ignores //line comments.
func (p *pkg) at(pos token.Pos) string { return p.fset.PositionFor(pos, false).String() }

// dir returns the name of the folder, for messages.
func (p *pkg) dir() string { return cmp.Or(p.req.Dir, ".") }

// lineEnding returns the line ending that most lines of src have.
func lineEnding(src []byte) string {
	if 2*bytes.Count(src, []byte("\r\n")) > bytes.Count(src, []byte("\n")) {
		return "\r\n"
	}
	return "\n"
}
