package emit

import (
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
	"github.com/dave/jennifer/jen"
)

// description adds what the runtime is told of the table.
func (w *tableWriter) description() {
	t := w.t
	for _, p := range t.Patterns {
		declare(w.File, p.Var+" is the pattern that field "+p.Field+" must match.",
			jen.Var().Id(p.Var).Op("=").Add(rt("Pattern")).Values(key("Text", jen.Op(model.GoString(p.Text)))))
	}
	declare(w.File, t.Codec+" moves "+t.Nouns+" between Go and rows.",
		jen.Var().Id(t.Codec).Op("=").Add(rt("Codec")).Types(jen.Id(t.Doc)).Add(ordered(w.codecFields()...)))
	w.sharedTexts()
	declare(w.File, t.Desc+" describes table "+t.Key+" to the runtime.",
		jen.Var().Id(t.Desc).Op("=").Add(dl("Table")).Add(ordered(w.tableFields()...)))
	for _, f := range t.Finders {
		if f.Timed {
			continue
		}
		declare(w.File, f.Var+" finds "+t.A+" by "+f.Words+".", jen.Var().Id(f.Var).Op("=").Add(w.statement(f.SQL)))
	}
}

// codecFields are the functions of a codec.
func (w *tableWriter) codecFields() []jen.Code {
	t := w.t
	method := func(name string) jen.Code { return jen.Parens(jen.Op("*").Id(t.Doc)).Dot(name) }
	list := []jen.Code{
		key("Table", jen.Id(w.desc())),
		key("Scan", method("scan")),
		key("Key", jen.Op("func("+t.Var+" *"+t.Doc+") string { return "+w.idText(t.Var)+" }")),
		key("Values", method("values")),
	}
	if t.ChecksDocument {
		list = append(list, key("Check", method("check")))
	}
	if t.ID.Serial {
		list = append(list, key("SetID", jen.Op("func("+t.Var+" *"+t.Doc+", id int64) { "+t.Var+".ID = "+t.ID.Type.Name+"(id) }")))
	}
	return list
}

// sharedTexts adds what several statements have in common, with names in backquotes
// and in double quotes.
func (w *tableWriter) sharedTexts() {
	t := w.t
	var columns, selects []jen.Code
	for _, d := range w.m.Quotings() {
		list := t.Columns.For(d)
		columns = append(columns, jen.Id(list).Op("=").Op(rawString(t.ColumnList(d))))
		selects = append(selects, jen.Id(t.Select.For(d)).Op("=").Op(rawString("SELECT ")+" + "+list+" + "+rawString(t.FromClause(d))))
	}
	declare(w.File, "The columns of table "+t.Key+", in the order of values, and the statement that reads every row.",
		jen.Const().Defs(append(columns, selects...)...))
}

var dialectNames = map[schema.Dialect]string{schema.SQLite: "SQLite", schema.Postgres: "Postgres", schema.MySQL: "MySQL"}

// statement is a statement in each dialect that has it, in one line where that
// is not too long.
func (w *tableWriter) statement(s model.SQL) *jen.Statement {
	var texts []string
	length := 0
	for _, d := range w.m.Dialects {
		if text := s.For(d); !text.IsZero() {
			texts = append(texts, dialectNames[d]+": "+sql(*text, w.t, d))
			length += len(texts[len(texts)-1]) + 2
		}
	}
	if length <= statementWidth {
		return dl("SQL").Op("{" + strings.Join(texts, ", ") + "}")
	}
	return dl("SQL").Op("{\n" + strings.Join(texts, ",\n") + ",\n}")
}

// statementWidth is how long the texts of a statement may be together to stand
// in one line.
const statementWidth = 150

// tableFields are the fields of the runtime's description.
func (w *tableWriter) tableFields() []jen.Code {
	t := w.t
	id := "{Key: \"id\", Column: " + quoted(t.ID.Column)
	if t.ID.Serial {
		id += ", Type: dialect.TypeBigint"
	}
	fields := []string{id + "}"}
	for _, f := range t.Fields {
		fields = append(fields, fieldLiteral(f))
	}
	list := []jen.Code{
		jen.Op("Key: " + quoted(t.Key) + ", Name: " + quoted(t.SQLName) + ", ID: " + quoted(t.ID.Column) + ", IDs: " + quoted(t.ID.Who)),
		key("Fields", jen.Index().Add(dl("Field")).Add(list("{", fields, "}"))),
		key("Select", w.statement(t.All)),
		key("ByID", w.statement(t.ByID)),
		key("Insert", w.statement(t.Insert)),
		key("Delete", w.statement(t.Delete)),
		key("Uniques", w.uniques()),
	}
	if t.ID.Serial {
		list = append(list, key("Serial", jen.True()))
	}
	if t.Returning != (model.SQL{}) {
		list = append(list, key("Returning", w.statement(t.Returning)))
	}
	if len(t.Foreign) > 0 {
		list = append(list, key("Foreign", w.foreign()))
	}
	if len(t.Beneath) > 0 {
		list = append(list, key("Beneath", jen.Index().String().Values(literals(t.Beneath)...)))
	}
	if t.Endless {
		list = append(list, key("Endless", jen.True()))
	}
	if t.Ring {
		list = append(list, key("Ring", jen.True()))
	}
	return list
}

// fieldLiteral is the description of a field.
func fieldLiteral(f *model.Field) string {
	d := f.Description
	parts := []string{"Key: " + quoted(f.Key), "Column: " + quoted(f.Column)}
	if d.Type != "" {
		parts = append(parts, "Type: dialect."+d.Type)
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{{"Nullable", f.Nullable}, {"Secret", d.Secret}, {"Millis", f.Millis}} {
		if flag.set {
			parts = append(parts, flag.name+": true")
		}
	}
	if d.MaxLength > 0 {
		parts = append(parts, "MaxLength: "+strconv.Itoa(d.MaxLength))
	}
	if len(d.Enum) > 0 {
		values := make([]string, len(d.Enum))
		for i, v := range d.Enum {
			values[i] = quoted(v)
		}
		parts = append(parts, "Enum: []string{"+strings.Join(values, ", ")+"}")
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

func (w *tableWriter) uniques() *jen.Statement {
	var list []jen.Code
	for _, u := range w.t.Uniques {
		var fields []jen.Code
		if u.Index != "" {
			fields = append(fields, key("Index", jen.Lit(u.Index)))
		}
		list = append(list, jen.Values(append(fields,
			key("Fields", jen.Index().String().Values(literals(u.Fields)...)),
			key("Columns", jen.Index().String().Values(literals(u.Columns)...)))...))
	}
	if len(list) == 1 {
		return jen.Index().Add(dl("Unique")).Values(list...)
	}
	return jen.Index().Add(dl("Unique")).Add(ordered(list...))
}

func (w *tableWriter) foreign() *jen.Statement {
	var list []jen.Code
	for _, f := range w.t.Foreign {
		list = append(list, jen.Values(
			key("Constraint", jen.Lit(f.Constraint)), key("Field", jen.Lit(f.Field)), key("Column", jen.Lit(f.Column)),
			key("Table", jen.Lit(f.Table)), key("Target", jen.Lit(f.Target)), key("OnDelete", jen.Lit(f.OnDelete))))
	}
	return jen.Index().Add(dl("Foreign")).Add(ordered(list...))
}
