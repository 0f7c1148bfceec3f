package model

import (
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/authgen/authgen/gen/schema"
)

// namesOf returns the identifiers that follow from a table's Go name.
func namesOf(goName string) Names {
	low := unexported(goName)
	return Names{
		Doc: goName, Create: goName + "Create", Patch: goName + "Patch", Delta: goName + "Delta",
		Change: goName + "Change", Changed: goName + "Changed", Cols: goName + "Cols", ColsType: goName + "Columns", Order: goName + "Order",
		Query: goName + "Query", Triggers: goName + "Triggers", Table: goName + "Table",
		Desc: low + "Table", Codec: low + "Codec", Row: low + "Row",
		Var: low, Vars: pluralOf(low),
	}
}

// packageName returns the name of the generated package.
func (b *builder) packageName() string {
	name, pos, fix := b.schema.Package, b.schema.PackPos, "give another one"
	if name == "" {
		name, pos, fix = path.Base(path.Clean(b.schema.Out)), b.schema.OutPos, `set "package", or name the folder otherwise`
	}
	switch {
	case !token.IsIdentifier(name) || name == "_":
		b.problem(pos, "%q cannot be the name of a Go package, which is a word of letters and digits; %s", name, fix)
	case name == "context" || name == "Triggers":
		b.problem(pos, "%q is a name that every package of triggers has in it already; %s", name, fix)
	case predeclared[name] || name == "main" || name == "init":
		b.problem(pos, "%q has a meaning of its own in Go and cannot be the name of a package that others import; %s", name, fix)
	case strings.HasSuffix(name, "_test"):
		b.problem(pos, "package %q would be a test of another one to Go; %s", name, fix)
	}
	return name
}

// tableGoName returns the Go name of a table.
func (b *builder) tableGoName(t *schema.Table) string {
	name := t.GoName
	if name == "" {
		name = exported(t.Key)
	}
	what := "table " + strconv.Quote(t.Key)
	if !b.checkGoName(what, name, t.GoName != "", t.GoNamePos) {
		return "X" + strings.Map(letterOrDigit, name) // so that more problems are found
	}
	if members[name] && !slices.Contains(packageNames, name) { // of those, checkTopLevel tells
		b.problem(t.GoNamePos, `%s: DB and Tx have a member %s already; set "goName"`, what, name)
	}
	return name
}

// fieldGoName returns the Go name of a field.
func (b *builder) fieldGoName(t *Table, f *schema.Field) string {
	name := f.GoName
	if name == "" {
		name = exported(f.Key)
	}
	if !b.checkGoName(t.Key+"."+f.Key, name, f.GoName != "", f.GoNamePos) {
		return "X" + strings.Map(letterOrDigit, name)
	}
	if name == "ID" {
		b.problem(f.GoNamePos, `%s.%s: the Go name ID is that of the id, which every table has; set "goName"`, t.Key, f.Key)
		return "X" + name
	}
	for _, other := range t.Fields {
		if other.GoName == name {
			b.problem(f.GoNamePos, `%s.%s: the Go name %s is that of field %s too; set "goName" of one of them`, t.Key, f.Key, name, strconv.Quote(other.Key))
			return "X" + name
		}
	}
	return name
}

// checkGoName reports a name that cannot be an exported identifier.
func (b *builder) checkGoName(what, name string, given bool, pos schema.Pos) bool {
	switch {
	case token.IsIdentifier(name) && token.IsExported(name):
		return true
	case given:
		b.problem(pos, `%s: goName %q is not a Go name that starts with a capital, such as %q`, what, name, suggestion(name))
	default:
		b.problem(pos, `%s: no Go name can be made of it; set "goName"`, what)
	}
	return false
}

func suggestion(name string) string {
	if s := exported(name); token.IsIdentifier(s) && token.IsExported(s) {
		return s
	}
	return "Name"
}

func letterOrDigit(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return r
	}
	return -1
}

// chooseLocals chooses names of local variables that hide nothing which their functions
// need. It takes another name silently, because only the functions see the names.
func (b *builder) chooseLocals() {
	for _, t := range b.model.Tables {
		t.Var = b.local(t.Var, "Row")
		t.Vars = b.local(t.Vars, "Rows")
		if t.Vars == t.Var {
			t.Vars = b.local(t.Vars+"All", "Rows")
		}
		for _, f := range t.Finders {
			for i := range f.Params {
				p := &f.Params[i]
				if p.Name = b.local(p.Name, "Value"); p.Name == t.Var { // the result has this name
					p.Name = b.local(p.Name+"Value", "Value")
				}
			}
		}
	}
}

// local returns a name for a local variable.
func (b *builder) local(name, suffix string) string {
	for {
		if _, claimed := b.claims[name]; !claimed && !isReservedLocal(name) {
			return name
		}
		name += suffix
	}
}

// isReservedLocal reports whether generated functions use a name already.
func isReservedLocal(name string) bool {
	return token.IsKeyword(name) || predeclared[name] || locals[name] || importNames[name]
}

// fileName returns the name of a table's file.
func (b *builder) fileName(t *Table) string {
	name := goFile(t.Snake)
	for b.files[strings.ToLower(name)] != "" || fixedFiles[name] {
		name = strings.TrimSuffix(name, ".go") + "_table.go"
	}
	b.files[name] = t.Key
	return name
}
