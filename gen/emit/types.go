package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// A typing writes the types of a table.
type typing struct{ *tableWriter }

// write adds the types of a table.
func (w typing) write() {
	t := w.t
	underlying := jen.String()
	if t.ID.Serial {
		underlying = jen.Int64()
	}
	declare(w.File, t.ID.Type.Name+" is the id of a row of table "+t.Key+".", jen.Type().Id(t.ID.Type.Name).Add(underlying))
	for _, e := range t.Enums {
		w.enum(e)
	}
	w.structs()
	if t.Updating.Tells {
		w.change()
	}
	w.columns()
	declare(w.File, t.Order+" sorts the rows of table "+t.Key+".",
		jen.Type().Id(t.Order).Op("=").Index().Add(vocab("Order")).Types(w.phantom()))
	declare(w.File, t.Query+" says which rows of table "+t.Key+" to read, and in which order. The zero "+t.Query+" is every row.",
		jen.Type().Id(t.Query).Op("=").Add(vocab("TableQuery")).Types(w.phantom()))
	if len(t.Methods) > 0 {
		w.triggers()
	}
	declare(w.File, t.Table+" reads and writes table "+t.Key+".", jen.Type().Id(t.Table).Struct(jen.Id("in").Op("*").Id("handle")))
}

func (w typing) enum(e *model.Enum) {
	declare(w.File, e.Type+" is a value of field "+e.Field+" of table "+w.t.Key+".", jen.Type().Id(e.Type).String())
	declare(w.File, "The values of field "+e.Field+" of table "+w.t.Key+".", jen.Const().DefsFunc(func(g *jen.Group) {
		for _, v := range e.Values {
			g.Id(v.Const).Id(e.Type).Op("=").Lit(v.Value)
		}
	}))
}

// structs adds the document, and the structs that Create, Update and IncrementOne take.
func (w typing) structs() {
	t := w.t
	comment := t.Doc + " is a row of table " + t.Key + "."
	if t.Comment != "" {
		comment += "\n\n" + t.Comment
	}
	w.structOf(t.Doc, comment, goType(t.ID.Type).Op(jsonTag("id")), func(f *model.Field) *jen.Statement {
		return goType(f.Stored()).Op(jsonTag(f.Key))
	}, true)

	id := opt(t.ID.Type).Op(jsonTag("id,omitzero"))
	if t.ID.Caller {
		id = goType(t.ID.Type).Op(jsonTag("id"))
	}
	w.structOf(t.Create, t.Create+" is what Create stores: fields with a default are an Opt, nullable ones a pointer.", id, func(f *model.Field) *jen.Statement {
		if f.CreateOpt {
			return opt(f.Stored()).Op(jsonTag(f.Key + ",omitzero"))
		}
		return goType(f.Stored()).Op(jsonTag(f.Key))
	}, false)

	if t.CanPatch {
		w.structOf(t.Patch, t.Patch+" is a partial update: what is unset stays as it is.", nil, func(f *model.Field) *jen.Statement {
			if !f.InPatch {
				return nil
			}
			return opt(f.Stored()).Op(jsonTag(f.Key + ",omitzero"))
		}, false)
	}
	if t.CanAdd {
		w.structOf(t.Delta, t.Delta+" is what IncrementOne adds to the numbers of "+t.A+".", nil, func(f *model.Field) *jen.Statement {
			if f.Delta == "" {
				return nil
			}
			return goType(f.Type).Op(jsonTag(f.Key + ",omitzero"))
		}, false)
	}
}

// structOf adds a struct with a field for the id, and a field for each field to which
// typeOf gives a type.
func (w typing) structOf(name, comment string, id *jen.Statement, typeOf func(*model.Field) *jen.Statement, notes bool) {
	declare(w.File, comment, jen.Type().Id(name).StructFunc(func(g *jen.Group) {
		if id != nil {
			g.Id("ID").Add(id)
		}
		for _, f := range w.t.Fields {
			s := typeOf(f)
			if s == nil {
				continue
			}
			if notes && f.Doc != "" {
				g.Comment(wrapped(f.Doc, "\t"))
			}
			field := g.Id(f.GoName).Add(s)
			if notes && f.Note != "" {
				field.Comment("// " + f.Note)
			}
		}
	}))
}

func jsonTag(text string) string { return "`json:\"" + text + "\"`" }

// change adds the type that tells an on trigger of an update.
func (w typing) change() {
	t := w.t
	declare(w.File, t.Change+" is what an update did to "+t.A+".", jen.Type().Id(t.Change).Struct(
		jen.Id("Old").Id(t.Doc).Op(jsonTag("old")),
		jen.Id("New").Id(t.Doc).Op(jsonTag("new")),
		jen.Id("Changed").Id(t.Changed).Op(jsonTag("changed")),
	))
	w.changedFields()
	w.structOf(t.Changed, t.Changed+" says which fields of "+t.A+" have another value than before.", nil, func(f *model.Field) *jen.Statement {
		if !f.InPatch {
			return nil
		}
		return jen.Bool().Op(jsonTag(f.Key + ",omitzero"))
	}, false)
}

// changedFields adds the method that lists what an update changed.
func (w typing) changedFields() {
	var marks []string
	for _, f := range w.t.Fields {
		if f.InPatch {
			marks = append(marks, "c.Changed."+f.GoName)
		}
	}
	declare(w.File, "Fields returns the keys, as schema.yaml has them, of the fields that have another value than before.",
		jen.Func().Params(jen.Id("c").Id(w.t.Change)).Id("Fields").Params().Index().String().Block(
			jen.Return(rt("Marked").Call(jen.Id(w.t.Desc), list("[]bool{", marks, "}")))))
}

func (w typing) columns() {
	t := w.t
	var fields []jen.Code
	var values []string
	for _, g := range t.ColumnGroups() {
		types := []jen.Code{w.phantom()}
		if g.Value != nil {
			types = append(types, goType(*g.Value))
		}
		fields = append(fields, jen.List(ids(g.Names...)...).Add(vocab(g.Type)).Types(types...))
		for _, c := range g.Columns {
			values = append(values, quoted(c))
		}
	}
	declare(w.File, t.ColsType+" is the type of "+t.Cols+".", jen.Type().Id(t.ColsType).Struct(fields...))
	declare(w.File, t.Cols+" are the columns of table "+t.Key+", for predicates and orders.",
		jen.Var().Id(t.Cols).Op("=").Add(list(t.ColsType+"{", values, "}")))
}

// triggers adds the interface of the triggers that are declared.
func (w typing) triggers() {
	t := w.t
	declare(w.File, t.Triggers+" are the triggers of table "+t.Key+" that schema.yaml declares.",
		jen.Type().Id(t.Triggers).InterfaceFunc(func(g *jen.Group) {
			for _, m := range t.Methods {
				g.Comment(wrapped(m.Doc, "\t"))
				g.Id(m.Name).Params(triggerParams(m, true)...).Error()
			}
		}))
}

// triggerParams are the parameters of a trigger, with or without names.
func triggerParams(m *model.Trigger, named bool) []jen.Code {
	var list []jen.Code
	for _, p := range m.Params {
		s := &jen.Statement{}
		if named {
			s.Id(p.Name)
		}
		if p.Pointer {
			s.Op("*")
		}
		if p.Type == "context.Context" {
			s.Qual("context", "Context")
		} else {
			s.Id(p.Type)
		}
		list = append(list, s)
	}
	return list
}
