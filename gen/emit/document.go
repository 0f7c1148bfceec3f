package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// A documenting writes the code that makes, stores and reads a document.
type documenting struct{ *tableWriter }

// write adds the code that makes, stores and reads a document.
func (w documenting) write() {
	w.documentOf()
	declare(w.File, w.t.Row+" is "+w.t.A+" on its way between Go and the database.", jen.Type().Id(w.t.Row).Struct(jen.Id("doc").Op("*").Id(w.t.Doc)))
	declare(w.File, "Key returns the id as text.", jen.Op("func (r "+w.t.Row+") Key() string { return "+w.idText(w.inRow())+" }"))
	if w.t.ID.Serial {
		w.rowMethod("SetID sets the id, which the database counted.", "SetID", jen.Id("id").Int64(), nil,
			jen.Id(w.inRow()+".ID").Op("=").Id(w.t.ID.Type.Name).Call(jen.Id("id")))
	}
	if w.t.Tidies {
		w.tidy()
	}
	w.values()
	w.scan()
}

func (w documenting) documentOf() {
	t := w.t
	var in []jen.Code
	if t.CreateClock {
		in = params(jen.Id("now").Qual("time", "Time"))
	}
	fields := []jen.Code{key("ID", w.newID())}
	for _, f := range t.Fields {
		fields = append(fields, key(f.GoName, jen.Id(f.Initial)))
	}
	declare(w.File, "document returns the "+t.Noun+" to store: what the caller gave, and defaults for the rest.",
		jen.Func().Params(jen.Id("in").Id(t.Create)).Id("document").Params(in...).Id(t.Doc).Block(
			jen.Return(jen.Id(t.Doc).Add(ordered(fields...)))))
}

// newID is the id of a document to store.
func (w documenting) newID() jen.Code {
	switch id := w.t.ID; {
	case id.Caller:
		return jen.Id("in.ID")
	case id.Serial:
		return jen.Id("in.ID.Or").Call(jen.Lit(0))
	default:
		return rt("IDOr").Call(jen.Id("in.ID"), rt(id.Make))
	}
}

// rowMethod adds a method of the table's Row.
func (w documenting) rowMethod(comment, name string, in, result jen.Code, body ...jen.Code) {
	method := jen.Func().Params(jen.Id("r").Id(w.t.Row)).Id(name).Params(in)
	if result != nil {
		method.Add(result)
	}
	declare(w.File, comment, method.Block(body...))
}

// inRow names the document of a Row, in a method of the Row.
func (w documenting) inRow() string { return "r.doc" }

// tidy adds the code that gives values the form in which they are stored.
func (w documenting) tidy() {
	t := w.t
	var body []jen.Code
	for _, f := range t.Fields {
		if f.Tidy != "" {
			body = append(body, rt(f.Tidy).Call(jen.Id("&"+w.inRow()+"."+f.GoName)))
		}
	}
	w.rowMethod("Tidy gives the values the form in which they are stored: "+t.TidyForms()+".", "Tidy", nil, nil, body...)
}

func (w documenting) values() {
	t := w.t
	id := t.ID.Base() + "(" + w.inRow() + ".ID)"
	if t.ID.Serial {
		id = "runtime.SerialID(" + id + ")"
	}
	values := []string{id}
	for _, f := range t.Fields {
		value := w.inRow() + "." + f.GoName
		switch {
		case f.Storage == model.AsJSON:
			value = "dialect.JSON(" + value + ")"
		case f.Base != "" && !f.Nullable:
			value = f.Base + "(" + value + ")"
		}
		values = append(values, value)
	}
	w.rowMethod("Values returns the values of the fields, in the order of the table's fields.", "Values", nil, jen.Index().Any(),
		jen.Return(list("[]any{", values, "}")))
}

// timeType returns the type of the runtime that reads a time.
func timeType(f *model.Field) string {
	if f.Millis {
		return "Instant"
	}
	return "Time"
}

func (w documenting) scan() {
	t := w.t
	targets := []string{"(*" + t.ID.Base() + ")(&" + w.inRow() + ".ID)"}
	for _, f := range t.Fields {
		target := "&" + w.inRow() + "." + f.GoName
		switch {
		case f.Storage == model.AsJSON:
			target = "dialect.AsJSON(" + target + ")"
		case f.Storage == model.Clock && f.Nullable:
			target = "dialect.Null" + timeType(f) + "{To: " + target + "}"
		case f.Storage == model.Clock:
			target = "(*dialect." + timeType(f) + ")(" + target + ")"
		case f.Base != "" && !f.Nullable:
			target = "(*" + f.Base + ")(" + target + ")"
		}
		targets = append(targets, target)
	}
	w.rowMethod("Scan reads a row, whose columns are in the order of Values. A copy of the document keeps its values.", "Scan", jen.Id("row").Add(dl("Row")), jen.Error(),
		jen.Op("*").Id(w.inRow()).Op("=").Id(w.none()),
		jen.Return(list("row.Scan(", targets, ")")))
}
