package schema

import "github.com/authgen/authgen/gen/schema/internal/grammar"

// A fieldDecl is a Field and its declaration.
type fieldDecl struct {
	*Field
	name   string // for messages, such as user.email
	val    *grammar.Value
	table  *tableDecl
	broken bool // its type is unknown, so that nothing that depends on it is checked
	typing int8 // 1 while setType looks for its type, 2 afterwards
}

// field adds a field to a table.
func (d declarer) field(t *tableDecl, e grammar.Entry) {
	v := expandShort(e.Val)
	f := &Field{
		Key: e.Key, Type: Type(v.Text("type")), Doc: e.DocOf(), Preset: e.Preset,
		Nullable: v.Flag("nullable"), Unique: v.Flag("unique"), Index: v.Flag("index"),
		Immutable: v.Flag("immutable"), Secret: v.Flag("secret"), OnUpdateNow: v.Text("onUpdate") == "now",
		Millis:  v.TextOr("times", t.val.Text("times")) == "integer",
		Pattern: v.Text("pattern"), Column: v.Text("column"), GoName: v.Text("goName"), GoType: v.Text("goType"),
		Pos: e.Pos, ColumnPos: v.PosOr("column", e.Pos), GoNamePos: v.PosOr("goName", e.Pos), GoTypePos: v.PosOr("goType", e.Pos),
	}
	for _, item := range v.All("enum") {
		f.Enum = append(f.Enum, item.Node.Text)
	}
	if m := v.Get("maxLength"); m != nil {
		n, _ := grammar.WholeNumber(m.Node.Text)
		f.MaxLength = int(n)
	}
	decl := &fieldDecl{Field: f, name: grammar.FieldName(t.Key, e.Key), val: v, table: t, broken: v.Broken}
	if f.Type == "" && v.Get("references") == nil {
		decl.broken = true
		if !v.Broken && !v.Wrote("type") && !v.Wrote("references") {
			d.problems.Add(e.Pos, `%s: missing key "type"; give the field a type, such as string, or let it reference a table`, decl.name)
		}
	}
	d.fields[f] = decl
	t.fields[e.Key] = f
	t.decls = append(t.decls, decl)
	t.Fields = append(t.Fields, f)
}
