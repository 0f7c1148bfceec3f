package model

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// Build computes the Model of a schema, or returns the problems that keep it from being
// generated. Mostly these are names that meet or are not allowed. The Model is nil if there
// is a problem. Build also takes a schema that has problems of its own, so that one run
// reports everything.
func Build(s *schema.Schema) (*Model, []schema.Problem) {
	b := &builder{
		schema: s,
		model:  &Model{File: s.File, Out: path.Clean(s.Out), TriggerDir: path.Clean(s.Triggers), Dialects: s.Dialects},
		tables: make(map[*schema.Table]*Table, len(s.Tables)),
		fields: map[*schema.Field]*Field{},
		owners: map[*schema.Field]*Table{},
		claims: fixedClaims(),
		files:  map[string]string{},
	}
	b.model.Package = b.packageName()
	b.model.Source = source(s.File, b.model.Out)
	b.names()
	b.types()
	b.fillIn()
	b.plans()
	b.checkTopLevel()
	b.checkEvents()
	b.chooseLocals()
	for _, t := range b.model.Tables {
		b.finish(t)
	}
	b.checkSQLNames()
	b.checkMySQL()
	if len(b.problems) > 0 {
		return nil, schema.SortProblems(b.problems)
	}
	b.model.scripts()
	return b.model, nil
}

// A builder makes a Model. Each step needs the results of the steps before it.
type builder struct {
	schema   *schema.Schema
	model    *Model
	problems []schema.Problem

	tables map[*schema.Table]*Table
	fields map[*schema.Field]*Field
	owners map[*schema.Field]*Table
	claims map[string]claim  // top-level identifiers of the package
	files  map[string]string // file names, and what each file is for
}

// source returns the path of the schema, seen from the folder of the package.
func source(file, out string) string {
	up, err := filepath.Rel("/"+out, "/")
	if err != nil || strings.HasPrefix(out, "..") {
		up = "."
	}
	return path.Join(filepath.ToSlash(up), filepath.Base(file))
}

func (b *builder) problem(pos schema.Pos, format string, args ...any) {
	b.problems = append(b.problems, schema.Problem{Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// names makes the tables and their fields, with every name that follows from
// the schema alone.
func (b *builder) names() {
	for _, src := range b.schema.Tables {
		t := &Table{source: src, Key: src.Key, Comment: src.Doc, Snake: snake(src.Key), layout: &layout{}}
		t.SQLName = b.tableName(src)
		t.Names = namesOf(b.tableGoName(src))
		t.Noun = prose(src.Key)
		t.Nouns, t.A = pluralOf(t.Noun), withArticle(t.Noun)
		t.File = b.fileName(t)
		t.ID = &ID{Type: GoType{Name: t.Doc + "ID"}, Column: "id", Who: string(src.IDs), Serial: src.IDs == schema.Serial, Caller: src.IDs == schema.Caller}
		t.ID.Make, t.ID.Zero = makers[src.IDs], `""`
		if t.ID.Serial {
			t.ID.Zero = "0"
		}
		for _, f := range src.Fields {
			field := &Field{source: f, Key: f.Key, Nullable: f.Nullable, Doc: f.Doc, GoName: b.fieldGoName(t, f), Column: b.columnName(f), Touch: f.OnUpdateNow}
			t.Fields = append(t.Fields, field)
			b.fields[f], b.owners[f] = field, t
		}
		b.tables[src] = t
		b.model.Tables = append(b.model.Tables, t)
	}
}

// makers are the functions of runtime that make ids.
var makers = map[schema.IDStrategy]string{
	schema.NanoID: "NanoID", schema.UUID: "UUID", schema.UUIDv7: "UUIDv7", schema.ULID: "ULID",
}

// types gives each field its Go type. A reference has the type of the field to which it
// refers.
func (b *builder) types() {
	for _, t := range b.model.Tables {
		for _, f := range t.Fields {
			f.Type = b.typeOf(f.source, 0)
			f.Base = b.baseOf(f.source, 0)
			f.Storage = storageOf(f.source)
			f.Millis = f.Storage == Clock && f.source.Millis
			f.ColumnType = b.columnType(f.source, 0)
			f.Same = sameness(f)
		}
	}
}

// fillIn computes what follows from the types. It leaves out what needs the names of local
// variables.
func (b *builder) fillIn() {
	for _, t := range b.model.Tables {
		for _, f := range t.Fields {
			f.InPatch = !f.source.Immutable && f.GoName != "CreatedAt"
			f.Description = b.describe(f)
			f.Delta = addition(f)
			f.Tidy = tidying(f)
			f.Note = b.note(f.source)
			b.enum(t, f)
			b.pattern(t, f)
		}
		b.layOut(t)
	}
}

// finish computes the texts that name local variables, and the statements.
func (b *builder) finish(t *Table) {
	for _, f := range t.Fields {
		f.Initial, f.CreateOpt = b.initial(t, f)
	}
	t.Methods = triggersOf(t)
	for _, c := range t.Cascades {
		c.fill(t)
	}
}

// pattern refuses a regular expression for a field if authgen cannot see its text.
func (b *builder) pattern(t *Table, f *Field) {
	if f.source.Pattern != "" && f.source.GoType != "" {
		b.problem(f.source.GoTypePos, "%s.%s: pattern and goType exclude each other: authgen cannot see the text of another type; check it there, or drop one of the two", t.Key, f.Key)
	}
}
