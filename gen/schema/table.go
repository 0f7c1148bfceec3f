package schema

// A tableDecl is a Table and what was written of it.
type tableDecl struct {
	*Table
	val    *value
	fields map[string]*Field
	decls  []*fieldDecl
	keys   []string // see fieldNames
}

// table makes a Table of an entry, with its fields as far as they can be
// understood without other tables.
func (b *builder) table(e entry) {
	v := e.val
	t := &tableDecl{val: v, fields: map[string]*Field{}, Table: &Table{
		Key: e.key, Name: v.text("name"), GoName: v.text("goName"), Doc: e.docOf(), Preset: e.preset,
		IDs: IDStrategy(v.textOr("ids", string(b.schema.IDs))), Triggers: triggersOf(v),
		Pos: e.pos, NamePos: v.posOr("name", e.pos), GoNamePos: v.posOr("goName", e.pos),
	}}
	if fields := v.get("fields"); fields != nil {
		for _, f := range fields.entries {
			b.field(t, f)
		}
	}
	b.tables[e.key] = t
	b.order = append(b.order, t)
	b.schema.Tables = append(b.schema.Tables, t.Table)
}

// fieldsKnown tells whether the table has the fields that were meant: if not,
// what refers to one of them is no second problem.
func (t *tableDecl) fieldsKnown() bool {
	fields := t.val.get("fields")
	if fields == nil {
		return !t.val.broken && !t.val.wrote("fields")
	}
	return len(fields.entries) >= len(fields.node.pairs)
}

// fieldNames returns the keys of the table's fields, for suggestions.
func (t *tableDecl) fieldNames() []string {
	if t.keys == nil {
		for _, f := range t.Fields {
			t.keys = append(t.keys, f.Key)
		}
		t.keys = append(t.keys, "id")
	}
	return t.keys
}

// idType is the type of the table's id, and of what references it.
func (t *Table) idType() Type {
	if t.IDs == Serial {
		return Bigint
	}
	return String
}
