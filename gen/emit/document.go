package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// document adds how a document is made, checked, stored and read.
func (w *tableWriter) document() {
	w.documentOf()
	if w.t.ChecksDocument {
		w.checkDocument()
	}
	w.values()
	w.scan()
}

func (w *tableWriter) documentOf() {
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
func (w *tableWriter) newID() jen.Code {
	switch id := w.t.ID; {
	case id.Caller:
		return jen.Id("in.ID")
	case id.Serial:
		return jen.Id("in.ID.Or").Call(jen.Lit(0))
	default:
		return rt("IDOr").Call(jen.Id("in.ID"), rt(id.Make))
	}
}

func (w *tableWriter) receiver() *jen.Statement {
	return jen.Params(jen.Id(w.t.Var).Op("*").Id(w.t.Doc))
}

// checks is the body of a function that checks values.
func (w *tableWriter) checks(statements []string) []jen.Code {
	body := []jen.Code{jen.Id("c").Op(":=").Add(rt("Checks")).Values(key("Table", jen.Id(w.desc())))}
	for _, s := range statements {
		body = append(body, jen.Id(s))
	}
	return append(body, jen.Return(call("c.Err")))
}

func (w *tableWriter) checkDocument() {
	t := w.t
	declare(w.File, "check holds the values against the rules of schema.yaml. It cuts times to UTC milliseconds, and makes nil slices empty ones.",
		jen.Func().Add(w.receiver()).Id("check").Params().Error().Block(w.checks(t.DocumentChecks())...))
}

func (w *tableWriter) values() {
	t := w.t
	id := t.ID.Base() + "(" + t.Var + ".ID)"
	if t.ID.Serial {
		id = "runtime.SerialID(" + id + ")"
	}
	values := []string{id}
	for _, f := range t.Fields {
		value := t.Var + "." + f.GoName
		switch {
		case f.Storage == model.AsJSON:
			value = "dialect.JSON(" + value + ")"
		case f.Base != "" && !f.Nullable:
			value = f.Base + "(" + value + ")"
		}
		values = append(values, value)
	}
	declare(w.File, "values returns the values of the fields in the order of the columns.",
		jen.Func().Add(w.receiver()).Id("values").Params().Index().Any().Block(jen.Return(list("[]any{", values, "}"))))
}

// timeType returns the type of the runtime that reads a time.
func timeType(f *model.Field) string {
	if f.Millis {
		return "Instant"
	}
	return "Time"
}

func (w *tableWriter) scan() {
	t := w.t
	targets := []string{"(*" + t.ID.Base() + ")(&" + t.Var + ".ID)"}
	for _, f := range t.Fields {
		target := "&" + t.Var + "." + f.GoName
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
	declare(w.File, "scan reads a row whose columns are in the order of values.",
		jen.Func().Add(w.receiver()).Id("scan").Params(jen.Id("row").Add(dl("Row"))).Error().Block(
			jen.Return(list("row.Scan(", targets, ")"))))
}
