package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// eventsFile writes events.go: the payloads of the events, and the functions with which a
// receiver reads them.
func eventsFile(m *model.Model) *jen.File {
	f := newFile(m)
	for _, e := range m.Events {
		for _, field := range e.Fields {
			if field.Type.Alias != "" {
				f.ImportAlias(field.Type.Path, field.Type.Alias)
			}
		}
		payloadType(f, e)
	}
	var cases []jen.Code
	for _, e := range m.Events {
		cases = append(cases, jen.Case(jen.Lit(e.Key)).Block(jen.Return(rt("DecodeEvent").Types(jen.Id(e.Payload)).Call(jen.Id("e")))))
	}
	declare(f, "DecodeEvent returns the payload of an event as a value of its type, "+m.Events[0].Payload+" for "+m.Events[0].Key+". The error is ErrUnknownEvent if schema.yaml declares no such event.",
		jen.Func().Id("DecodeEvent").Params(jen.Id("e").Id("Event")).Params(jen.Any(), jen.Error()).Block(
			jen.Switch(jen.Id("e.Type")).Block(cases...),
			jen.Return(jen.Nil(), rt("UnknownEvent").Call(jen.Id("e.Type")))))
	return f
}

// payloadType adds the type of an event's payload.
func payloadType(f *jen.File, e *model.Event) {
	comment := e.Payload + " is the payload of event " + e.Key + ": " + e.What() + "."
	if e.Comment != "" {
		comment += "\n\n" + e.Comment
	}
	if e.Same != nil {
		declare(f, comment, jen.Type().Id(e.Payload).Id(e.Same.Payload))
		return
	}
	declare(f, comment, jen.Type().Id(e.Payload).StructFunc(func(g *jen.Group) {
		if e.WithID {
			g.Id("ID").Id(e.Table.ID.Type.Name).Op(jsonTag("id" + textOption(e.Table.ID.EventText)))
		}
		for _, field := range e.Fields {
			g.Id(field.GoName).Add(goType(field.Payload())).Op(jsonTag(field.Key + textOption(field.EventText)))
		}
	}))
}

// textOption returns the text that follows the key in the tag of a number, if JSON shall
// hold the number as text.
func textOption(asText bool) string {
	if asText {
		return ",string"
	}
	return ""
}
