package emit

import (
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
	"github.com/dave/jennifer/jen"
)

// A describing writes the description of the table for the runtime.
type describing struct{ *tableWriter }

// write adds the description of the table for the runtime.
func (w describing) write() {
	t := w.t
	declare(w.File, t.Codec+" makes a row of "+t.A+".",
		jen.Var().Id(t.Codec).Op("=").Add(rt("Codec")).Types(jen.Id(t.Doc)).Op("{Table: "+t.Desc+", Row: func("+t.Var+" *"+t.Doc+") ").Add(rt("Row")).Op("{ return "+t.Row+"{"+t.Var+"} }}"))
	declare(w.File, t.Desc+" describes table "+t.Key+" to the runtime.",
		jen.Var().Id(t.Desc).Op("=").Add(rt("Describe")).Call(dl("Table").Add(ordered(w.tableFields()...))))
}

var dialectNames = map[schema.Dialect]string{schema.SQLite: "SQLite", schema.Postgres: "Postgres", schema.MySQL: "MySQL"}

// tableFields are the fields of the runtime's description, without those that follow from
// the others.
func (w describing) tableFields() []jen.Code {
	t := w.t
	names := "Key: " + quoted(t.Key)
	if t.SQLName != t.Key {
		names += ", Name: " + quoted(t.SQLName)
	}
	id := "{Key: \"id\""
	if t.ID.Column != "id" {
		id += ", Column: " + quoted(t.ID.Column)
	}
	fields := []string{id + "}"}
	for _, f := range t.Fields {
		fields = append(fields, fieldLiteral(f))
	}
	elements := []jen.Code{
		jen.Op(names + ", IDs: " + quoted(t.ID.Who)),
		key("Fields", jen.Index().Add(dl("Field")).Add(list("{", fields, "}"))),
	}
	if uniques := t.Uniques[1:]; len(uniques) > 0 { // the first is the unique index of the id
		elements = append(elements, key("Uniques", jen.Index().Add(dl("Unique")).Add(several(len(uniques), func(i int) string {
			return "{Index: " + quoted(uniques[i].Index) + ", Fields: []string{" + strings.Join(quotedAll(uniques[i].Fields), ", ") + "}}"
		}))))
	}
	if len(t.Foreign) > 0 {
		elements = append(elements, key("Foreign", jen.Index().Add(dl("Foreign")).Add(several(len(t.Foreign), func(i int) string {
			f := t.Foreign[i]
			return "{Constraint: " + quoted(f.Constraint) + ", Field: " + quoted(f.Field) + ", Table: " + quoted(f.Table) +
				", Target: " + quoted(f.Target) + ", OnDelete: " + quoted(f.OnDelete) + "}"
		}))))
	}
	if len(t.Beneath) > 0 {
		elements = append(elements, key("Beneath", jen.Index().String().Values(literals(t.Beneath)...)))
	}
	if t.Endless {
		elements = append(elements, key("Endless", jen.True()))
	}
	if t.Ring {
		elements = append(elements, key("Ring", jen.True()))
	}
	return elements
}

// several is a list of long elements. It is one line if there is only one element.
func several(n int, element func(i int) string) *jen.Statement {
	if n == 1 {
		return jen.Op("{" + element(0) + "}")
	}
	elements := make([]jen.Code, n)
	for i := range elements {
		elements[i] = jen.Op(element(i))
	}
	return ordered(elements...)
}

// fieldLiteral is the description of a field. It leaves out what is as usual.
func fieldLiteral(f *model.Field) string {
	d := f.Description
	parts := []string{"Key: " + quoted(f.Key)}
	if f.Column != f.Key {
		parts = append(parts, "Column: "+quoted(f.Column))
	}
	if d.Type != "" {
		parts = append(parts, "Type: dialect."+d.Type)
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"Nullable", d.Nullable}, {"Secret", d.Secret}, {"Millis", d.Millis}, {"Fixed", d.Fixed}, {"Shallow", d.Shallow},
		{"Reference", d.Reference}, {"Custom", d.Custom},
	} {
		if flag.set {
			parts = append(parts, flag.name+": true")
		}
	}
	if d.MaxLength > 0 {
		parts = append(parts, "MaxLength: "+strconv.Itoa(d.MaxLength))
	}
	if d.Pattern != "" {
		parts = append(parts, "Pattern: "+model.GoString(d.Pattern))
	}
	if len(d.Enum) > 0 {
		parts = append(parts, "Enum: []string{"+strings.Join(quotedAll(d.Enum), ", ")+"}")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func literals(texts []string) []jen.Code {
	codes := make([]jen.Code, len(texts))
	for i, s := range texts {
		codes[i] = jen.Lit(s)
	}
	return codes
}
