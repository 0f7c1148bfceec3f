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

// tableFile writes the file of one table: its types, the methods that a program calls, and
// below them the code that these use.
func tableFile(m *model.Model, t *model.Table) *jen.File {
	w := &tableWriter{newFile(m), m, t}
	for _, f := range t.Fields {
		if f.Type.Alias != "" {
			w.ImportAlias(f.Type.Path, f.Type.Alias)
		}
	}
	typing{w}.write()
	creating{w}.write()
	creating{w}.writeMany()
	if t.CanUpsert {
		creating{w}.upserting()
	}
	reading{w}.write()
	if t.CanPatch {
		updating{w}.write()
	}
	deleting{w}.write()
	if t.CanAdd {
		incrementing{w}.write()
	}
	recording{w}.write()
	documenting{w}.write()
	if t.CanPatch {
		patching{w}.write()
	}
	describing{w}.write()
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
		w.maybe())
}

// maybe ends a method that has read one row, or found none: beside an error, and of none,
// the document is the zero one.
func (w *tableWriter) maybe() *jen.Statement {
	return jen.Return(rt("Maybe").Call(ids(w.t.Var, "ok", "err")...))
}

// readInto reads one row that matches into the document, by a method of the runtime, and
// ends the function if no row matches.
func (w *tableWriter) readInto(function string, args ...jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("ok"), jen.Err()).Op(":=").Id("tx.in." + function).Call(append([]jen.Code{jen.Id("ctx"), jen.Id(w.desc()), w.asRow(w.t.Var)}, args...)...),
		jen.If(jen.Err().Op("!=").Nil().Op("||").Op("!").Id("ok")).Block(returnErr("ok")),
	}
}

// lockOne is readInto that also locks the row. lock is the name of the lock in the runtime.
func (w *tableWriter) lockOne(lock string) []jen.Code {
	return w.readInto("LockOne", rt(lock), jen.Id("where.Expr").Call())
}

// desc is the argument that describes the table to the runtime.
func (w *tableWriter) desc() string { return w.t.Desc }

// idText is the id of a document as text.
func (w *tableWriter) idText(doc string) string { return w.t.ID.Text(doc + ".ID") }

// none is the zero document, which is the result beside an error.
func (w *tableWriter) none() string { return w.t.Doc + "{}" }

// inUnit is a call of the runtime that runs body in a unit of work and returns
// what body returns.
func (w *tableWriter) inUnit(result jen.Code, body ...jen.Code) *jen.Statement {
	return jen.Id("unit").Call(jen.Id("ctx"), jen.Id("t.in"),
		jen.Func().Params(ctx(), jen.Id("tx").Op("*").Id("Tx")).Params(result, jen.Error()).Block(body...))
}

// inTx names a method of the table in the unit's transaction.
func (w *tableWriter) inTx(method string) string { return "tx." + w.t.Doc + "." + method }

// fire runs a trigger that is given one value.
func (w *tableWriter) fire(trigger, value string) *jen.Statement {
	return jen.Id("fire").Call(jen.Id("ctx"), jen.Id("t.in"), jen.Id(w.desc()), rt(trigger),
		jen.Id("Triggers."+trigger+w.t.Doc), jen.Id(value))
}

// fireOn runs the on trigger of a document, and returns the document as it is then.
func (w *tableWriter) fireOn(in, trigger, value, doc string) *jen.Statement {
	return jen.Id("on").Call(append(ids("ctx", in, "&"+w.t.Codec, w.idText(doc)), rt(trigger),
		jen.Id("Triggers."+trigger+w.t.Doc), jen.Id(value), jen.Id(doc))...)
}

// fireUpdate runs the trigger that may change a patch.
func (w *tableWriter) fireUpdate(old, patch string) *jen.Statement {
	return call("fireUpdate", "ctx", "t.in", w.desc(), "Triggers.BeforeUpdate"+w.t.Doc, old, patch)
}

// into is the call of the runtime that reads a row into the document.
func (w *tableWriter) into(function string, args ...jen.Code) *jen.Statement {
	return jen.Id("t.in." + function).Call(append([]jen.Code{jen.Id("ctx"), jen.Id(w.desc()), w.asRow(w.t.Var)}, args...)...)
}

// oneByID calls a method for one row that matches, with the condition of that id.
func (w *tableWriter) oneByID(method string, more ...jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(ids(w.t.Var, "ok", "err")...).Op(":=").Id("t." + method).Call(append(ids("ctx", w.t.Cols+".ID.Eq(id)"), more...)...),
		jen.Return(jen.Id(w.t.Var), rt("Found").Call(ids(w.desc(), "ok", "err")...)),
	}
}

// inPlace puts the result of a call in the place of the document that was read.
func (w *tableWriter) inPlace(run jen.Code) *jen.Statement {
	return jen.List(jen.Id(w.t.Var), jen.Err()).Op("=").Add(run)
}

// updateCall is the call that updates a locked row. delta is the addition that the patch
// contains.
func (w *tableWriter) updateCall(old, patch, delta string) *jen.Statement {
	if w.t.AddsAgain() {
		return call(w.inTx("update"), "ctx", old, patch, delta)
	}
	return call(w.inTx("update"), "ctx", old, patch)
}

// patchParam is the parameter that says what to change.
func (w *tableWriter) patchParam() *jen.Statement { return jen.Id("patch").Id(w.t.Patch) }

// clockIf reads the clock, if it is needed.
func (w *tableWriter) clockIf(needed bool) []jen.Code {
	if !needed {
		return nil
	}
	return []jen.Code{jen.Id("now").Op(":=").Add(call("t.in.Now"))}
}

// several is the parameter of several documents.
func (w *tableWriter) several() *jen.Statement { return jen.Id(w.t.Vars).Index().Id(w.t.Doc) }

func (w *tableWriter) oneOrError() []jen.Code { return params(jen.Id(w.t.Doc), jen.Error()) }

// maybeOne are the results of a call for one row that matches.
func (w *tableWriter) maybeOne() []jen.Code {
	return params(jen.Id(w.t.Var).Id(w.t.Doc), jen.Id("ok").Bool(), jen.Err().Error())
}

// asRow is a document as a Row.
func (w *tableWriter) asRow(doc string) *jen.Statement {
	return jen.Id(w.t.Row).Values(jen.Op("&").Id(doc))
}

// columns adds the columns of a table, those of one type in one line.
// phantom is the type by which the runtime's conditions and columns tell tables
// apart. It is a pointer, because all pointers share one compiled body of a method. Each
// document would have a body of its own for every method.
func (w *tableWriter) phantom() *jen.Statement { return jen.Op("*").Id(w.t.Doc) }
