package model

import (
	"go/token"
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/authgen/authgen/gen/schema"
)

// maxChain bounds how many references in a row are followed. If the references of a schema
// form a circle, that is reported elsewhere.
const maxChain = 100

// plainTypes are the Go types of the types of schema.yaml.
var plainTypes = map[schema.Type]GoType{
	schema.String:  {Name: "string"},
	schema.Text:    {Name: "string"},
	schema.Int:     {Name: "int"},
	schema.Bigint:  {Name: "int64"},
	schema.Float:   {Name: "float64"},
	schema.Bool:    {Name: "bool"},
	schema.Time:    {Path: "time", Pkg: "time", Name: "Time"},
	schema.JSON:    {Path: "encoding/json", Pkg: "json", Name: "RawMessage"},
	schema.Bytes:   {Prefix: "[]", Name: "byte"},
	schema.Strings: {Prefix: "[]", Name: "string"},
	schema.Ints:    {Prefix: "[]", Name: "int"},
}

// typeOf returns the Go type of a field's values.
func (b *builder) typeOf(f *schema.Field, depth int) GoType {
	t := b.owners[f]
	switch {
	case f.GoType != "":
		return b.foreignType(t, f)
	case f.Secret:
		return GoType{Name: "Secret"}
	case f.References != nil && f.References.Field == nil:
		return b.tables[f.References.Table].ID.Type
	case f.References != nil && depth < maxChain:
		return b.typeOf(f.References.Field, depth+1)
	case isEnum(f):
		return GoType{Name: t.Doc + b.fields[f].GoName}
	}
	return plainTypes[f.Type]
}

// isEnum reports whether a field has a Go type of its own for its few values.
func isEnum(f *schema.Field) bool { return len(f.Enum) > 0 && f.GoType == "" && !f.Secret }

// storageOf returns how values of a field travel to and from the database.
func storageOf(f *schema.Field) Storage {
	switch {
	case f.Type == schema.JSON || f.Type == schema.Strings || f.Type == schema.Ints:
		return AsJSON
	case f.Type == schema.Time && f.GoType == "":
		return Clock
	}
	return Plain
}

// runtimeTypes are the constants of runtime for the types of schema.yaml. Strings are
// missing, because their constant is zero.
var runtimeTypes = map[schema.Type]string{
	schema.Text: "TypeText", schema.Int: "TypeInt", schema.Bigint: "TypeBigint", schema.Float: "TypeFloat",
	schema.Bool: "TypeBool", schema.Time: "TypeTime", schema.JSON: "TypeJSON", schema.Bytes: "TypeBytes",
	schema.Strings: "TypeStrings", schema.Ints: "TypeInts",
}

// columnType returns the type of runtime that a field's column has. It depends on how the
// values can be compared.
func (b *builder) columnType(f *schema.Field, depth int) string {
	switch {
	case storageOf(f) == AsJSON:
		return "Opaque"
	case f.GoType != "" || f.Secret || f.Type == schema.Bool || f.Type == schema.Bytes:
		return "Column"
	case f.References != nil && f.References.Field == nil:
		return "Ordered"
	case f.References != nil && depth < maxChain:
		return b.columnType(f.References.Field, depth+1)
	case f.Type == schema.String || f.Type == schema.Text:
		return "Text"
	}
	return "Ordered"
}

// sameness returns the function that finds out whether two values of a field are
// the same. It returns nothing if == does.
func sameness(f *Field) string {
	switch {
	case f.Storage == Clock:
		return "time.Time.Equal"
	case f.source.Secret:
		return "Secret.Equal"
	case f.source.GoType != "":
		return "runtime.Same"
	case f.source.Type == schema.JSON:
		return "runtime.SameJSON"
	case f.Type.Prefix != "":
		return "runtime.SameList"
	case f.source.Type == schema.Float:
		return "runtime.SameFloat"
	}
	return ""
}

// addition returns which kind of number a field is. It returns nothing if the field is not
// a number, or if a patch cannot set it.
func addition(f *Field) string {
	if !f.InPatch || f.source.References != nil || f.source.GoType != "" {
		return ""
	}
	return map[schema.Type]string{schema.Int: "Int", schema.Bigint: "Bigint", schema.Float: "Float"}[f.source.Type]
}

// note returns what a reader of the struct should know of a field.
func (b *builder) note(f *schema.Field) string {
	var notes []string
	if f.Secret {
		notes = append(notes, "does not print")
	}
	if f.Unique {
		notes = append(notes, "unique")
	}
	if r := f.References; r != nil {
		target := "references " + r.Table.Key
		if r.Field != nil {
			target += "." + r.Field.Key
		}
		switch r.OnDelete {
		case schema.Cascade:
			target += ", deleted with it"
		case schema.SetNull:
			target += ", null when it is deleted"
		case schema.Restrict:
			target += ", which cannot be deleted before"
		}
		notes = append(notes, target)
	}
	if f.Immutable {
		notes = append(notes, "immutable")
	}
	if f.OnUpdateNow {
		notes = append(notes, "set to now by every update")
	}
	return strings.Join(notes, "; ")
}

var versionElement = regexp.MustCompile(`^v[0-9]+$`)

// foreignType returns a Go type that the user wrote as import/path.Name.
func (b *builder) foreignType(t *Table, f *schema.Field) GoType {
	dot := strings.LastIndexByte(f.GoType, '.')
	importPath, name := f.GoType[:max(dot, 0)], f.GoType[dot+1:]
	if !validImportPath(importPath) || !token.IsIdentifier(name) {
		b.problem(f.GoTypePos, "%s.%s: goType %q is not an import path, a dot and a name, such as \"github.com/shopspring/decimal.Decimal\"", t.Key, f.Key, f.GoType)
		return GoType{Name: "string"}
	}
	if !token.IsExported(name) {
		b.problem(f.GoTypePos, "%s.%s: goType %q is not exported, so that the generated package cannot use it; name a type that starts with a capital", t.Key, f.Key, f.GoType)
	}
	if pkg, ok := fixedImports[importPath]; ok {
		return GoType{Path: importPath, Pkg: pkg, Name: name}
	}
	alias := b.importAlias(importPath)
	return GoType{Path: importPath, Alias: alias, Pkg: alias, Name: name}
}

// fixedImports are the packages that generated files import by their own name.
var fixedImports = map[string]string{
	"context": "context", "iter": "iter", "time": "time", "encoding/json": "json", runtimePath: "runtime", vocabularyPath: "authgen", dialectPath: "dialect",
}

// The import paths of the package that programs use, of the package that describes tables,
// and of the package that generated code calls.
const (
	vocabularyPath = "github.com/authgen/authgen"
	dialectPath    = vocabularyPath + "/dialect"
	runtimePath    = vocabularyPath + "/runtime"
)

// validImportPath reports whether a text can be an import path. The shape of goType does not
// ensure that.
func validImportPath(p string) bool {
	if p == "" || p == "C" || path.Clean(p) != p {
		return false
	}
	for _, element := range strings.Split(p, "/") {
		if strings.Trim(element, ".") == "" || strings.HasSuffix(element, ".") {
			return false
		}
	}
	return true
}

// importAlias returns the name that the files of the package give an import:
// the last element of its path that is not a version, in letters and digits. The files
// always give it a name, because only the imported package itself knows its own.
func (b *builder) importAlias(importPath string) string {
	elements := strings.Split(importPath, "/")
	last := elements[len(elements)-1]
	if versionElement.MatchString(last) && len(elements) > 1 {
		last = elements[len(elements)-2]
	}
	if i := strings.Index(last, ".v"); i > 0 {
		last = last[:i] // gopkg.in/yaml.v3
	}
	alias := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimPrefix(last, "go-"))
	if alias == "" || unicode.IsDigit(rune(alias[0])) {
		alias = "pkg" + alias
	}
	for b.aliasTaken(alias, importPath) {
		alias += "pkg"
	}
	b.claims[alias] = claim{what: "the import of " + importPath, path: importPath}
	return alias
}

// aliasTaken reports whether a name for an import already has another meaning, in the
// package or in one of its functions.
func (b *builder) aliasTaken(alias, importPath string) bool {
	if c, ok := b.claims[alias]; ok {
		return c.path != importPath
	}
	return isReservedLocal(alias)
}
