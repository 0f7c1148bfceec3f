package emit

import (
	"slices"

	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// A recording writes the methods that record events.
type recording struct{ *tableWriter }

// forEach says what UpdateMany and DeleteMany do for each row beside their statement.
func forEach(fires, records bool) string {
	switch {
	case fires && records:
		return "Triggers fire, and events are recorded, for each."
	case records:
		return "Events are recorded for each."
	}
	return "Triggers fire for each."
}

// write adds the methods that record the events of the table.
func (w recording) write() {
	t := w.t
	doc := params(jen.Id(t.Var).Id(t.Doc))
	if len(t.Created) > 0 {
		w.record("recordCreated records the events of a new "+t.Noun+".", "recordCreated", doc, "OperationCreate", "nil", t.Created)
	}
	if len(t.Updated) > 0 {
		w.record("recordUpdated records the events of an update that was done.", "recordUpdated", params(jen.Id("change").Id(t.Change)),
			"OperationUpdate", "change.Fields()", t.Updated)
	}
	if len(t.Deleted) > 0 {
		w.record("recordDeleted records the events of a deleted "+t.Noun+".", "recordDeleted", doc, "OperationDelete", "nil", t.Deleted)
	}
	w.sharedPayloads()
}

// sharedPayloads adds the methods that make payloads which several events share.
func (w recording) sharedPayloads() {
	for _, e := range slices.Concat(w.t.Created, w.t.Updated, w.t.Deleted) {
		if e.Shared == nil {
			continue
		}
		declare(w.File, e.PayloadMethod()+" returns the payload of "+e.SharedBy()+".",
			jen.Func().Params(jen.Id(w.t.Var).Op("*").Id(w.t.Doc)).Id(e.PayloadMethod()).Params().Id(e.Payload).Block(jen.Return(w.literal(e))))
	}
}

// record adds a method that records the events of one write.
func (w recording) record(comment, name string, in []jen.Code, operation, changed string, events []*model.Event) {
	t := w.t
	body := []jen.Code{jen.Id("r").Op(":=").Id("t.in.Unit.Record").Call(
		jen.Id("ctx"), jen.Id(w.desc()), jen.Id(w.idText(t.Var)), rt(operation), jen.Id(changed))}
	if operation == "OperationUpdate" {
		body = append([]jen.Code{jen.Id(t.Var).Op(":=").Id("change.New")}, body...)
	}
	for _, e := range events {
		record := jen.Id("r.Event").Call(jen.Lit(e.Key), w.payload(e))
		if operation == "OperationUpdate" {
			record = jen.If(w.watched(e)).Block(record)
		}
		body = append(body, record)
	}
	w.method(comment, name, in, params(jen.Error()), append(body, jen.Return(call("r.Err")))...)
}

// watched is the condition under which an update is an event.
func (w recording) watched(e *model.Event) *jen.Statement {
	if len(e.Watched) == 0 {
		return jen.Id("change.Changed").Op("!=").Parens(jen.Id(w.t.Changed).Values())
	}
	condition := &jen.Statement{}
	for i, f := range e.Watched {
		if i > 0 {
			condition.Op("||")
		}
		condition.Id("change.Changed." + f.GoName)
	}
	return condition
}

// payload is the value that an event carries.
func (w recording) payload(e *model.Event) *jen.Statement {
	switch {
	case e.Same != nil:
		return jen.Id(e.Payload).Call(call(w.t.Var + "." + e.Same.PayloadMethod()))
	case e.Shared != nil:
		return call(w.t.Var + "." + e.PayloadMethod())
	}
	return w.literal(e)
}

// literal is the payload of an event, field by field.
func (w recording) literal(e *model.Event) *jen.Statement {
	var fields []string
	if e.WithID {
		fields = append(fields, "ID: "+w.t.Var+".ID")
	}
	for _, f := range e.Fields {
		fields = append(fields, f.GoName+": "+f.InPayload(w.t.Var+"."+f.GoName))
	}
	return jen.Add(list(e.Payload+"{", fields, "}"))
}
