package schema

// references resolves the references of a table's fields to tables and fields.
func (b *builder) references(t *tableDecl) {
	for _, d := range t.decls {
		v := d.val.get("references")
		if v == nil || d.broken {
			continue
		}
		d.References = b.reference(d, v)
		if d.References == nil && d.Type == "" {
			d.broken = true
		}
	}
}

// reference makes a Reference of "references", in either of its forms.
func (b *builder) reference(d *fieldDecl, v *value) *Reference {
	name, field := v, (*value)(nil)
	onDelete := Cascade
	if v.node.kind == mapKind {
		name, field = v.get("table"), v.get("field")
		onDelete = DeleteRule(v.textOr("onDelete", string(Cascade)))
	}
	if name == nil {
		return nil // missing or wrong, and reported
	}
	target := b.tables[name.node.text]
	if target == nil {
		b.problems.add(name.pos, "%s references table %s, which is not declared%s", d.name, quote(name.node.text), b.tableHint(name.node.text))
		return nil
	}
	r := &Reference{Table: target.Table, OnDelete: onDelete, Pos: name.pos}
	if field != nil && field.node.text != "id" {
		r.Field = target.fields[field.node.text]
		if r.Field == nil && !target.fieldsKnown() {
			return nil
		}
		if r.Field == nil {
			b.problems.add(field.pos, "%s references field %s of table %s, which is not declared%s",
				d.name, quote(field.node.text), quote(target.Key), b.suggest.hint(field.node.text, target.fieldNames()))
			return nil
		}
		r.Pos = field.pos
	}
	return r
}

// tableHint says which table may be meant, or which preset has it.
func (b *builder) tableHint(name string) string {
	if near := b.suggest.similar(name, b.tableNames()); near != "" {
		return didYouMean(near)
	}
	if preset := b.presetWith(name); preset != "" {
		return "; preset " + quote(preset) + ` has it: add that to "use"`
	}
	if table, field, ok := splitLast(name); ok && b.tables[table] != nil {
		return "; write {table: " + table + ", field: " + cut(field) + "}"
	}
	return b.suggest.hint(name, b.tableNames())
}

// types gives each reference the type of what it references.
func (b *builder) types(t *tableDecl) {
	for _, d := range t.decls {
		if d.References == nil {
			continue
		}
		own := d.Type
		if !b.typeOf(d) {
			d.broken = true
			continue
		}
		if own != "" && own != d.Type {
			b.problems.add(d.val.posOr("type", d.Pos), `%s has type %s, but %s, which it references, has type %s%s; leave "type" out`,
				d.name, own, d.References.target(), d.Type, d.References.why())
		}
		b.checkOnDelete(d)
	}
}

// typeOf sets the type of a field that may be a reference to a reference; it
// returns false where that goes in a circle or ends in a field that is wrong.
func (b *builder) typeOf(d *fieldDecl) bool {
	r := d.References
	switch {
	case r == nil || d.typing == 2:
		return !d.broken
	case d.typing == 1:
		b.problems.add(r.Pos, "%s references itself, in the end; one of the fields in that circle needs to be none", d.name)
		return false
	}
	d.typing = 1
	defer func() { d.typing = 2 }()
	if r.Field == nil {
		d.Type = r.Table.idType()
		return true
	}
	target := b.fields[r.Field]
	if !b.typeOf(target) {
		d.broken = true
		return false
	}
	d.Type = target.Type
	return true
}

// target returns user.id or user.email.
func (r *Reference) target() string {
	if r.Field == nil {
		return fieldName(r.Table.Key, "id")
	}
	return fieldName(r.Table.Key, r.Field.Key)
}

// why says where the type of an id comes from.
func (r *Reference) why() string {
	if r.Field != nil {
		return ""
	}
	return " (ids: " + string(r.Table.IDs) + ")"
}

// checkOnDelete refuses what the delete of the other row could not do.
func (b *builder) checkOnDelete(d *fieldDecl) {
	if d.References.OnDelete != SetNull {
		return
	}
	pos := d.val.get("references").posOr("onDelete", d.References.Pos)
	if !d.Nullable {
		b.problems.add(pos, `%s: "onDelete: setNull" needs a field that may be null; add "nullable: true"`, d.name)
	}
	if d.Immutable {
		b.problems.add(pos, `%s: "onDelete: setNull" changes the field, which is immutable; drop one of the two`, d.name)
	}
}

// checkTargets refuses references to fields that cannot be referenced. It
// comes after the indexes, for one of them may make the field unique.
func (b *builder) checkTargets() {
	for _, t := range b.order {
		for _, d := range t.decls {
			r := d.References
			if r == nil || r.Field == nil || d.broken {
				continue
			}
			switch {
			case r.Field.Secret:
				b.problems.add(r.Pos, "%s references %s, which is secret; reference the id of %s", d.name, r.target(), quote(r.Table.Key))
			case !r.Field.Unique && !r.Table.uniqueByIndex(r.Field):
				b.problems.add(r.Pos, `%s references %s, which is not unique; add "unique: true" there, or reference the id`, d.name, r.target())
			}
		}
	}
}

// uniqueByIndex tells whether a unique index has that field alone.
func (t *Table) uniqueByIndex(f *Field) bool {
	for _, i := range t.Indexes {
		if i.Unique && len(i.Fields) == 1 && i.Fields[0] == f {
			return true
		}
	}
	return false
}
