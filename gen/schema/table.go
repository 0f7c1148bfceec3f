package schema

import "github.com/authgen/authgen/gen/schema/internal/grammar"

// A tableDecl is a Table and its declaration.
type tableDecl struct {
	*Table
	val    *grammar.Value
	fields map[string]*Field
	decls  []*fieldDecl
	keys   []string // the result of fieldNames
}

// A declarer makes tables and fields of their declarations, as far as that needs no
// other table.
type declarer struct{ *draft }

// table adds a table with its fields.
func (d declarer) table(e grammar.Entry) {
	v := e.Val
	t := &tableDecl{val: v, fields: map[string]*Field{}, Table: &Table{
		Key: e.Key, Name: v.Text("name"), GoName: v.Text("goName"), Doc: e.DocOf(), Preset: e.Preset,
		IDs: IDStrategy(v.TextOr("ids", string(d.schema.IDs))), Triggers: triggersOf(v),
		Pos: e.Pos, NamePos: v.PosOr("name", e.Pos), GoNamePos: v.PosOr("goName", e.Pos),
	}}
	if fields := v.Get("fields"); fields != nil {
		for _, f := range fields.Entries {
			d.field(t, f)
		}
	}
	d.tables[e.Key] = t
	d.order = append(d.order, t)
	d.schema.Tables = append(d.schema.Tables, t.Table)
}

// fieldsKnown tells whether all fields of the table could be read. If not, a reference
// to a field that it lacks is not reported: the field may be one of the others.
func (t *tableDecl) fieldsKnown() bool {
	fields := t.val.Get("fields")
	if fields == nil {
		return !t.val.Broken && !t.val.Wrote("fields")
	}
	return len(fields.Entries) >= len(fields.Node.Pairs)
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
