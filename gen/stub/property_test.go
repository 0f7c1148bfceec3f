package stub

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestInsertProperties inserts into packages as odd as users write them and
// checks what users are promised.
func TestInsertProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		req := drawPackage(t)
		res, err := Insert(req)
		if err != nil {
			t.Fatalf("%v\n%s", err, dump(req.Files))
		}
		for name, out := range res.Files {
			checkInsertion(t, name, req.Files[name], out)
		}
		if len(res.Mismatched)+len(res.Undeclared) > 0 {
			t.Errorf("findings in a package without faults: %v %v\n%s", res.Mismatched, res.Undeclared, dump(req.Files))
		}

		after := req
		after.Files = maps.Clone(req.Files)
		maps.Copy(after.Files, res.Files)
		again, err := Insert(after)
		if err != nil || len(again.Files)+len(again.Added)+len(again.Mismatched) > 0 {
			t.Errorf("a second run added %v, %v, %v\n%s", again.Added, again.Mismatched, err, dump(after.Files))
		}
		if err := typeCheck(req.Files, nil); err != nil {
			t.Fatalf("the drawn package has errors: %v\n%s", err, dump(req.Files))
		}
		if err := typeCheck(after.Files, req.Methods); err != nil {
			t.Errorf("the package compiled and does not: %v\n%s", err, dump(after.Files))
		}
	})
}

var allTriggers = []string{
	"BeforeCreateUser", "OnCreateUser", "BeforeUpdateUser", "OnUpdateUser", "BeforeDeleteUser",
	"OnDeleteUser", "OnCreateSession", "OnUpdateSession", "BeforeDeleteSession",
}

// A drawing is a package that is being drawn.
type drawing struct {
	t      *rapid.T
	typ    string              // a receiver type that is or is promoted to Triggers, without arguments
	params string              // type parameters of the receiver
	files  map[string][]string // declarations by file
}

// drawPackage returns a package that compiles, and a request for it.
func drawPackage(t *rapid.T) Request {
	d := &drawing{t: t, files: map[string][]string{}}
	d.files["triggers.go"] = d.drawType()
	names := []string{"user.go", "session.go", "triggers.go", "other.go", "user_linux.go"}
	for _, name := range names {
		if d.files[name] == nil && d.flip("has "+name) {
			d.files[name] = []string{d.filler()}
		}
	}
	for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom(allTriggers), rapid.ID).Draw(t, "written") {
		where := rapid.SampledFrom(slices.Sorted(maps.Keys(d.files))).Draw(t, "file of "+name)
		d.files[where] = append(d.files[where], d.method(name))
	}
	req := Request{
		Dir: "triggers", Package: "triggers", Import: "example.com/app/auth", ImportName: "auth",
		Files: map[string][]byte{},
	}
	for _, name := range allTriggers {
		req.Methods = append(req.Methods, trigger(name))
	}
	for _, name := range slices.Sorted(maps.Keys(d.files)) {
		req.Files[name] = d.drawFile(name, d.files[name])
	}
	return req
}

func (d *drawing) flip(label string) bool { return rapid.Bool().Draw(d.t, label) }

func (d *drawing) pick(label string, choices ...string) string {
	return rapid.SampledFrom(choices).Draw(d.t, label)
}

// drawType returns declarations of Triggers in one of several forms, and chooses the receiver
// of its methods.
func (d *drawing) drawType() []string {
	forms := []struct{ typ, params, text string }{
		{"Triggers", "", "type Triggers struct{}"},
		{"Triggers", "", "type (\n\t// Other is another.\n\tOther int // trailing\n\n\t// Triggers is it.\n\tTriggers struct {\n\t\tMail func() // trailing\n\t}\n)"},
		{"Triggers", "[A, B]", "type Triggers[A any, B ~int] struct {\n\ta A\n\tb B\n}"},
		{"impl", "", "type impl struct{ n int }\n\ntype Triggers = impl"},
		{"Triggers", "", "type impl struct{ n int }\n\ntype Triggers = impl"},
		{"impl", "[T]", "type impl[T any] struct{ v T }\n\ntype Triggers = impl[string]"},
		{"Triggers", "", "type impl struct{ *base }\n\ntype base struct{}\n\nfunc (base) Close() {}\n\ntype Triggers impl"},
		{"base", "", "type impl struct{ base }\n\ntype base struct{}\n\ntype Triggers impl"},
		{"base", "", "type Triggers struct{ *base }\n\ntype base struct{ error }"},
		{"deep", "", "type Triggers struct{ base }\n\ntype base struct{ *middle }\n\ntype middle = deep\n\ntype deep struct{ *Triggers }"},
		{"base", "[T]", "type Triggers struct {\n\tbase[int] // promoted\n}\n\ntype base[T any] struct{ t T }"},
		{"Triggers", "", "type Triggers struct{ hooks }\n\ntype hooks interface {\n\tother\n\tHook()\n}\n\ntype other = interface{ Other() }"},
	}
	form := rapid.SampledFrom(forms).Draw(d.t, "form")
	d.typ, d.params = form.typ, form.params
	decls := strings.Split(form.text, "\n\ntype ")
	for i, decl := range decls {
		if i > 0 {
			decl = "type " + decl
		}
		decls[i] = d.pick("doc", "", "// A doc.\n", "/*\nA doc.\n*/\n", "// Not a doc.\n\n", "//go:generate echo\n\n") + decl
	}
	return decls
}

// method returns a trigger as a user may write it; packages are still marked
// with a $.
func (d *drawing) method(name string) string {
	recv := d.typ + d.params
	if d.flip("pointer") {
		recv = "*" + recv
	}
	if d.flip("parenthesised") {
		recv = "(" + recv + ")"
	}
	recv = d.pick("receiver", "", "t ", "tr ", "_ ", "user ") + recv
	var params []string
	for _, p := range trigger(name).Params {
		pkg, typ, _ := strings.Cut(strings.TrimPrefix(p.Type, "*"), ".")
		params = append(params, strings.Repeat("*", strings.Count(p.Type, "*"))+"$"+pkg+"."+typ)
	}
	body := d.pick("body", "{ return nil }", "{\n\treturn nil // done\n}", "{\n\t// Nothing yet.\n\treturn nil\n}")
	doc := d.pick("method doc", "", "// "+name+" is the user's.\n", "/* old style */\n", "// Aside.\n\n")
	return doc + "func (" + recv + ") " + name + "(" + strings.Join(params, ", ") + ") error " + body
}

func (d *drawing) filler() string {
	return d.pick("filler",
		"var _ = 1",
		"var _ = $fmt.Sprint(1)",
		"// Loose comment.\n\nvar _ = `raw\n\tstring`",
		"const (\n\t_ = 1   // a\n\t_ = 100 // b\n)",
		"var _ $context.Context // used",
		"/* block\n\n\tcomment */\n\nvar _ $auth.User",
		"func _() {\n\tvar auth int\n\t_ = auth\n}",
	)
}

// drawFile returns a file with its declarations, imports in some form, and
// comments in odd places.
func (d *drawing) drawFile(name string, decls []string) []byte {
	body := strings.Join(decls, "\n\n")
	head := d.pick("header", "", "// Copyright\n\n", "// Package triggers is documented.\n", "/* Copyright */\n\n",
		"//go:build !plan9\n\n", "// A line.\n//line x.go:100\n\n")
	clause := "package triggers" + d.pick("after clause", "", " // trailing", " /* trailing */", "\n// Below.", "\n\n// Apart.")
	imports, body := d.drawImports(body)
	tail := d.pick("tail", "", "\n\n// The end.", "\n/* The\nend. */", "\n\n// a\n\n// b")
	src := []byte(head + clause + "\n\n" + imports + "\n\n" + body + tail + "\n")
	if d.flip("formatted " + name) {
		out, err := format.Source(src)
		if err != nil {
			d.t.Fatalf("drew a file that does not parse: %v\n%s", err, src)
		}
		src = out
	}
	if d.flip("no final newline") {
		src = bytes.TrimSuffix(src, []byte("\n"))
	}
	if d.flip("CRLF") {
		src = bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n"))
	}
	return src
}

// drawImports replaces the marks in body and returns imports for them.
func (d *drawing) drawImports(body string) (imports, named string) {
	paths := map[string]string{"context": "context", "auth": "example.com/app/auth", "fmt": "fmt"}
	aliases := map[string][]string{"context": {"", "c", "."}, "auth": {"", "db", "context"}, "fmt": {"", "auth", "f"}}
	taken := map[string]bool{}
	var specs []string
	for _, pkg := range slices.Sorted(maps.Keys(paths)) {
		if !strings.Contains(body, "$"+pkg+".") {
			if pkg == "auth" && d.flip("blank") {
				specs = append(specs, `_ "`+paths[pkg]+`"`)
			}
			continue
		}
		alias := d.pick("alias", aliases[pkg]...)
		name := alias
		if alias == "" {
			name = pkg
		}
		if taken[name] {
			alias, name = pkg+"x", pkg+"x"
		}
		taken[name] = true
		qualifier := name + "."
		if name == "." {
			qualifier = ""
		}
		body = strings.ReplaceAll(body, "$"+pkg+".", qualifier)
		specs = append(specs, strings.TrimSpace(alias+` "`+paths[pkg]+`"`))
	}
	return d.layImports(specs), body
}

// layImports writes imports in one of the forms they come in.
func (d *drawing) layImports(specs []string) string {
	if d.flip("cgo") {
		specs = append(specs, `_ "unsafe"`)
	}
	comment := func() string { return d.pick("import comment", "", "", " // why", " /* why */") }
	above := func() string {
		return d.pick("above import", "", "", "// Above.\n", "\n", "/* Above. */\n", "\n// Apart.\n\n")
	}
	var b strings.Builder
	switch d.pick("import form", "block", "single", "line", "blocks") {
	case "block":
		b.WriteString(above() + "import (" + comment() + "\n")
		for _, spec := range specs {
			b.WriteString(above() + "\t" + spec + comment() + "\n")
		}
		b.WriteString(")" + comment() + d.pick("below imports", "", "\n// Below."))
	case "single":
		for _, spec := range specs {
			b.WriteString(above() + "import " + spec + comment() + "\n")
		}
	case "line":
		for _, spec := range specs {
			b.WriteString("import " + spec + "; ")
		}
	case "blocks":
		for _, spec := range specs {
			b.WriteString(above() + "import (" + spec + ")" + comment() + "\n\n")
		}
	}
	return b.String()
}

// typeCheck returns the first type error of a package; with methods, also
// that *Triggers lacks one of them.
func typeCheck(files map[string][]byte, methods []Method) error {
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := parser.ParseFile(fset, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		parsed = append(parsed, f)
	}
	conf := types.Config{Importer: fakes{}}
	pkg, err := conf.Check("example.com/app/triggers", fset, parsed, nil)
	if err != nil || methods == nil {
		return err
	}
	set := types.NewMethodSet(types.NewPointer(pkg.Scope().Lookup(typeName).Type()))
	for _, m := range methods {
		if set.Lookup(pkg, m.Name) == nil {
			return fmt.Errorf("*Triggers has no method %s", m.Name)
		}
	}
	return nil
}

// fakes imports stand-ins, checked anew each time: they are small.
type fakes struct{}

func (fakes) Import(path string) (*types.Package, error) {
	source, ok := map[string]string{
		"context": "package context\ntype Context interface{ Done() }",
		"fmt":     "package fmt\nfunc Sprint(a ...any) string",
		"example.com/app/auth": `package auth
			type Tx struct{}
			type User struct{}
			type UserPatch struct{}
			type UserChange struct{}
			type Session struct{}
			type SessionChange struct{}`,
	}[path]
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if !ok {
		return nil, fmt.Errorf("no package %s", path)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, source, 0)
	if err != nil {
		return nil, err
	}
	return (&types.Config{IgnoreFuncBodies: true}).Check(path, fset, []*ast.File{f}, nil)
}

func dump(files map[string][]byte) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&b, "-- %s --\n%s\n", name, files[name])
	}
	return b.String()
}
