package schema

import (
	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// A linker finds the tables and fields that references name.
type linker struct{ *draft }

// resolve looks up the references of a table.
func (l linker) resolve(t *tableDecl) {
	for _, d := range t.decls {
		v := d.val.Get("references")
		if v == nil || d.broken {
			continue
		}
		d.References = l.reference(d, v)
		if d.References == nil && d.Type == "" {
			d.broken = true
		}
	}
}

// reference makes a Reference of "references", in either of its forms.
func (l linker) reference(d *fieldDecl, v *grammar.Value) *Reference {
	name, field := v, (*grammar.Value)(nil)
	onDelete := Cascade
	if v.Node.Kind == yamltree.Map {
		name, field = v.Get("table"), v.Get("field")
		onDelete = DeleteRule(v.TextOr("onDelete", string(Cascade)))
	}
	if name == nil {
		return nil // it is missing or wrong, which is reported
	}
	target := l.tables[name.Node.Text]
	if target == nil {
		l.problems.Add(name.Pos, "%s references table %s, which is not declared%s", d.name, wording.Quote(name.Node.Text), l.tableHint(name.Node.Text))
		return nil
	}
	r := &Reference{Table: target.Table, OnDelete: onDelete, Pos: name.Pos}
	if field != nil && field.Node.Text != "id" {
		r.Field = target.fields[field.Node.Text]
		if r.Field == nil && !target.fieldsKnown() {
			return nil
		}
		if r.Field == nil {
			l.problems.Add(field.Pos, "%s references field %s of table %s, which is not declared%s",
				d.name, wording.Quote(field.Node.Text), wording.Quote(target.Key), l.suggest.Hint(field.Node.Text, target.fieldNames()))
			return nil
		}
		r.Pos = field.Pos
	}
	return r
}

// setTypes gives each field of a table that is a reference the type of the field that it
// points to.
func (l linker) setTypes(t *tableDecl) {
	for _, d := range t.decls {
		if d.References == nil {
			continue
		}
		own := d.Type
		if !l.setType(d) {
			d.broken = true
			continue
		}
		if own != "" && own != d.Type {
			l.problems.Add(d.val.PosOr("type", d.Pos), `%s has type %s, but %s, which it references, has type %s%s; remove "type"`,
				d.name, own, d.References.target(), d.Type, d.References.why())
		}
		l.checkOnDelete(d)
	}
}

// setType sets the type of a field, which may be a reference to a reference. It returns
// false if the references form a circle or end in a field that is wrong.
func (l linker) setType(d *fieldDecl) bool {
	r := d.References
	switch {
	case r == nil || d.typing == 2:
		return !d.broken
	case d.typing == 1:
		l.problems.Add(r.Pos, "%s references itself through other fields; give one field of this circle a type instead of a reference", d.name)
		return false
	}
	d.typing = 1
	defer func() { d.typing = 2 }()
	if r.Field == nil {
		d.Type = r.Table.idType()
		return true
	}
	target := l.fields[r.Field]
	if !l.setType(target) {
		d.broken = true
		return false
	}
	d.Type = target.Type
	return true
}

// target returns user.id or user.email.
func (r *Reference) target() string {
	if r.Field == nil {
		return grammar.FieldName(r.Table.Key, "id")
	}
	return grammar.FieldName(r.Table.Key, r.Field.Key)
}

// why says why an id has its type.
func (r *Reference) why() string {
	if r.Field != nil {
		return ""
	}
	return " (ids: " + string(r.Table.IDs) + ")"
}

// checkOnDelete refuses an "onDelete" that could not be done.
func (l linker) checkOnDelete(d *fieldDecl) {
	if d.References.OnDelete != SetNull {
		return
	}
	pos := d.val.Get("references").PosOr("onDelete", d.References.Pos)
	if !d.Nullable {
		l.problems.Add(pos, `%s: "onDelete: setNull" needs a field that may be null; add "nullable: true"`, d.name)
	}
	if d.Immutable {
		l.problems.Add(pos, `%s: "onDelete: setNull" changes the field, which is immutable; remove one of the two`, d.name)
	}
}

// checkTargets refuses references to fields that cannot be referenced. It runs after the
// indexes are read, because an index may make the field unique.
func (l linker) checkTargets() {
	for _, t := range l.order {
		for _, d := range t.decls {
			r := d.References
			if r == nil || r.Field == nil || d.broken {
				continue
			}
			switch {
			case r.Field.Secret:
				l.problems.Add(r.Pos, "%s references %s, which is secret; reference the id of %s instead", d.name, r.target(), wording.Quote(r.Table.Key))
			case !r.Field.Unique && !r.Table.uniqueByIndex(r.Field):
				l.problems.Add(r.Pos, `%s references %s, which is not unique; add "unique: true" there, or reference the id`, d.name, r.target())
			}
		}
	}
}

// uniqueByIndex tells whether the table has a unique index on that field alone.
func (t *Table) uniqueByIndex(f *Field) bool {
	for _, i := range t.Indexes {
		if i.Unique && len(i.Fields) == 1 && i.Fields[0] == f {
			return true
		}
	}
	return false
}
