package model

import (
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// A layout is what a table looks like in the database, beyond its columns.
type layout struct {
	indexes []*index
	foreign []*foreign
}

// An index of the database.
type index struct {
	name    string
	unique  bool
	columns []string
	fields  []*Field // nil for the id
	pos     schema.Pos
	given   bool // the user chose the name
}

// A foreign key of the database.
type foreign struct {
	*Foreign
	parent   *Table
	target   *Field // nil: the id
	onDelete schema.DeleteRule
	pos      schema.Pos
}

// layOut makes the indexes and foreign keys of a table, and what follows from
// them: its unique sets and finders.
func (b *builder) layOut(t *Table) {
	for _, f := range t.Fields {
		if f.source.Unique || f.source.Index {
			t.addIndex(&index{unique: f.source.Unique, fields: []*Field{f}, pos: f.source.Pos})
		}
		b.addForeign(t, f)
	}
	for _, i := range t.source.Indexes {
		fields := make([]*Field, len(i.Fields))
		for n, f := range i.Fields {
			fields[n] = b.fields[f] // nil for the id
		}
		t.addIndex(&index{name: i.Name, given: i.Name != "", unique: i.Unique, fields: fields, pos: i.Pos})
	}
	t.Uniques = append(t.Uniques, &Unique{Fields: []string{"id"}, Columns: []string{t.ID.Column}})
	for _, i := range t.layout.indexes {
		if i.unique {
			t.addUnique(i)
		}
	}
}

func (t *Table) addIndex(i *index) {
	for _, f := range i.fields {
		if f == nil {
			i.columns = append(i.columns, t.ID.Column)
		} else {
			i.columns = append(i.columns, f.Column)
		}
	}
	if i.name == "" {
		suffix := "_idx"
		if i.unique {
			suffix = "_uidx"
		}
		i.name = shorten(t.SQLName+"_"+strings.Join(i.columns, "_"), suffix)
	}
	t.layout.indexes = append(t.layout.indexes, i)
}

func (t *Table) addUnique(i *index) {
	u := &Unique{Index: i.name, Columns: i.columns}
	var goNames, spoken []string
	finder := &Finder{columns: i.columns}
	for _, f := range i.fields {
		key, goName, words, param := "id", "ID", "id", Param{Name: "id", Column: t.ID.Column, Type: t.ID.Type}
		if f != nil {
			key, goName, words, param = f.Key, f.GoName, prose(f.Key), Param{Name: unexported(f.GoName), Column: f.Column, Type: f.Type}
			finder.Timed = finder.Timed || f.Storage == Clock
		}
		u.Fields = append(u.Fields, key)
		goNames, spoken = append(goNames, goName), append(spoken, words)
		finder.Params = append(finder.Params, param)
	}
	t.Uniques = append(t.Uniques, u)
	if len(i.fields) == 1 && i.fields[0] != nil {
		i.fields[0].Unique = true
	}
	finder.Method = "GetBy" + strings.Join(goNames, "And")
	finder.Words = strings.Join(spoken, " and ")
	finder.Fields = u.Fields
	if !slices.ContainsFunc(t.Finders, func(f *Finder) bool { return slices.Equal(f.columns, finder.columns) }) {
		t.Finders = append(t.Finders, finder)
	}
}

func (b *builder) addForeign(t *Table, f *Field) {
	r := f.source.References
	if r == nil {
		return
	}
	if r.OnDelete == schema.SetNull && !f.InPatch && !f.source.Immutable {
		b.problem(f.source.GoNamePos, `%s.%s: "onDelete: setNull" changes the field, and no patch has a field %s; set "goName"`, t.Key, f.Key, f.GoName)
	}
	parent := b.tables[r.Table]
	key := &Foreign{
		Constraint: shorten(t.SQLName+"_"+f.Column, "_fk"),
		Field:      f.Key, Column: f.Column, Table: parent.SQLName, Target: parent.ID.Column, OnDelete: onDeleteSQL[r.OnDelete],
	}
	fk := &foreign{Foreign: key, parent: parent, onDelete: r.OnDelete, pos: f.source.Pos}
	if r.Field != nil {
		fk.target = b.fields[r.Field]
		key.Target = fk.target.Column
	}
	t.Foreign = append(t.Foreign, key)
	t.layout.foreign = append(t.layout.foreign, fk)
}
