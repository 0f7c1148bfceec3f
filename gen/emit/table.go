package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// A tableWriter writes the file of one table.
type tableWriter struct {
	*jen.File
	m *model.Model
	t *model.Table
}

// tableFile writes what is generated for one table: its types, the calls that
// a program makes, and below them what these are made of.
func tableFile(m *model.Model, t *model.Table) *jen.File {
	w := &tableWriter{newFile(m), m, t}
	for _, f := range t.Fields {
		if f.Type.Alias != "" {
			w.ImportAlias(f.Type.Path, f.Type.Alias)
		}
	}
	w.types()
	w.creating()
	w.creatingMany()
	if t.CanUpsert {
		w.upserting()
	}
	w.reading()
	if t.CanPatch {
		w.updating()
	}
	w.deleting()
	if t.CanAdd {
		w.incrementing()
	}
	w.recording()
	w.document()
	if t.CanPatch {
		w.patch()
	}
	w.description()
	return w.File
}

// method adds a method of the table's type.
func (w *tableWriter) method(comment, name string, params, results []jen.Code, body ...jen.Code) {
	declare(w.File, comment, jen.Func().Params(jen.Id("t").Op("*").Id(w.t.Table)).Id(name).
		Params(append([]jen.Code{ctx()}, params...)...).Add(resultList(results)).Block(body...))
}

// resultList is the results of a function: in parentheses where there are several.
func resultList(results []jen.Code) *jen.Statement {
	if len(results) == 1 {
		return jen.Add(results[0])
	}
	return jen.Params(results...)
}

func params(list ...jen.Code) []jen.Code { return list }

// predicate is the type of a condition on the table's rows.
func (w *tableWriter) predicate() *jen.Statement { return jen.Id("Predicate").Types(jen.Id(w.t.Doc)) }

// where is the parameter that chooses rows.
func (w *tableWriter) where() *jen.Statement { return jen.Id("where").Add(w.predicate()) }

// codec is a call of a function of the runtime that moves documents.
func (w *tableWriter) codec(function, session string, args ...string) *jen.Statement {
	return rt(function).Call(ids(append([]string{"ctx", session, "&" + w.t.Codec}, args...)...)...)
}

// one is a method that works on one row which matches, in a unit of work: body reads it
// into the document, and returns whether there was one.
func (w *tableWriter) one(comment, name string, in []jen.Code, body ...jen.Code) {
	w.method(comment, name, in, w.maybeOne(),
		jen.List(jen.Id("ok"), jen.Err()).Op("=").Add(w.inUnit(jen.Bool(), body...)),
		jen.Return(rt("Maybe").Call(ids(w.t.Var, "ok", "err")...)))
}

// readInto reads one row that matches into the document, by a method of the runtime, and
// ends the function if there is none.
func (w *tableWriter) readInto(function string, args ...jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("ok"), jen.Err()).Op(":=").Id("tx.in." + function).Call(append([]jen.Code{jen.Id("ctx"), jen.Id(w.desc()), w.asRow(w.t.Var)}, args...)...),
		jen.If(jen.Err().Op("!=").Nil().Op("||").Op("!").Id("ok")).Block(returnErr("ok")),
	}
}

// lockOne is readInto that locks the row, for what the runtime calls so.
func (w *tableWriter) lockOne(lock string) []jen.Code {
	return w.readInto("LockOne", rt(lock), jen.Id("where.Expr").Call())
}

// desc is the argument that describes the table to the runtime.
func (w *tableWriter) desc() string { return w.t.Desc }

// idText is the id of a document as text.
func (w *tableWriter) idText(doc string) string { return w.t.ID.Text(doc + ".ID") }

// none is the zero document, for results beside an error.
func (w *tableWriter) none() string { return w.t.Doc + "{}" }

// inUnit is a call of the runtime that runs body in a unit of work and returns
// what body returns.
func (w *tableWriter) inUnit(result jen.Code, body ...jen.Code) *jen.Statement {
	return jen.Id("unit").Call(jen.Id("ctx"), jen.Id("t.in"),
		jen.Func().Params(ctx(), jen.Id("tx").Op("*").Id("Tx")).Params(result, jen.Error()).Block(body...))
}

// inTx names a method of the table as the unit's transaction has it.
func (w *tableWriter) inTx(method string) string { return "tx." + w.t.Doc + "." + method }

// fire runs a trigger that is given one value.
func (w *tableWriter) fire(trigger, value string) *jen.Statement {
	return jen.Id("fire").Call(jen.Id("ctx"), jen.Id("t.in"), jen.Id(w.desc()), rt(trigger),
		jen.Id("Triggers."+trigger+w.t.Doc), jen.Id(value))
}

// fireOn runs the trigger that is told of a write of a document, and returns the document
// as it is then.
func (w *tableWriter) fireOn(in, trigger, value, doc string) *jen.Statement {
	return jen.Id("on").Call(append(ids("ctx", in, "&"+w.t.Codec, w.idText(doc)), rt(trigger),
		jen.Id("Triggers."+trigger+w.t.Doc), jen.Id(value), jen.Id(doc))...)
}

// fireUpdate runs the trigger that may change a patch.
func (w *tableWriter) fireUpdate(old, patch string) *jen.Statement {
	return call("fireUpdate", "ctx", "t.in", w.desc(), "Triggers.BeforeUpdate"+w.t.Doc, old, patch)
}
