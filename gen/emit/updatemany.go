package emit

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// An updatingMany writes the methods that update many rows.
type updatingMany struct{ updating }

// assigningMany is assigning for many rows.
func (w updatingMany) assigningMany(now string) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("set"), jen.Err()).Op(":=").Add(rt("ForMany").Call(w.assignments(now))),
		orReturn("0"),
	}
}

// write adds UpdateMany.
func (w updatingMany) write() {
	t := w.t
	in := params(w.where(), w.patchParam())
	results := params(jen.Int(), jen.Error())
	if !t.Updating.InUnit() {
		w.method("UpdateMany changes every "+t.Noun+" that matches and returns how many there were.", "UpdateMany", in, results,
			append(w.assigningMany("t.in.Now()"), w.updateAtOnce())...)
		return
	}
	w.method("UpdateMany changes every "+t.Noun+" that matches, in one transaction, and returns how many there were. "+forEach(t.BeforeUpdate || t.OnUpdate, len(t.Updated) > 0),
		"UpdateMany", in, results, jen.Return(w.inUnit(jen.Int(), jen.Return(call(w.inTx("updateMany"), "ctx", "where", "patch")))))
	if t.BeforeUpdate {
		w.updateByRow(in, results)
	} else {
		w.method("", "updateMany", in, results, w.overwriteMany()...)
	}
}

// updateAtOnce ends a method with a single statement that changes every row.
func (w updatingMany) updateAtOnce() *jen.Statement {
	return jen.Return(call("t.in.Update", "ctx", w.desc(), "where.Expr()", "set"))
}

// overwriteMany is the update of rows that all get the same values (M3).
func (w updatingMany) overwriteMany() []jen.Code {
	t := w.t
	body := append(w.clock(), w.assigningMany("now")...)
	atOnce := call("set.Empty")
	if t.Updating.Quiet {
		atOnce = jen.Id("t.in.triggers").Op("==").Nil().Op("||").Add(atOnce)
	}
	return append(body, jen.If(atOnce).Block(w.updateAtOnce()),
		jen.Return(rt("OverwriteMany").Call(append(ids("ctx", "t.in.Handle", "&"+t.Codec, "where.Expr()", "set"), w.telling())...)))
}

// telling is the Telling of a batch that was written. ahead finds the patch of a row, if
// each row has its own.
func (w updatingMany) telling(ahead ...jen.Code) *jen.Statement {
	t := w.t
	then := func(of string, result jen.Code, body ...jen.Code) *jen.Statement {
		return jen.Func().Params(jen.List(ids(strings.Split(of, " ")...)...).Id(t.Doc)).Add(result).Block(append(slices.Clone(ahead), body...)...)
	}
	sent, record := "patch.apply(old)", "t.recordUpdated(ctx, patch.change(old, stored))"
	if t.Touches {
		sent = "patch.apply(old, now)"
	}
	of := func(params, result, expression string) *jen.Statement {
		if len(ahead) == 0 {
			return short(strings.ReplaceAll(params, " ", ", ")+" "+t.Doc, result, expression)
		}
		return then(params, jen.Id(result), jen.Return(jen.Id(expression)))
	}
	steps := []jen.Code{key("Sent", of("old", t.Doc, sent))}
	if len(t.Updated) > 0 {
		steps = append(steps, key("Record", of("old stored", "error", record)))
	}
	if t.OnUpdate {
		steps = append(steps, key("On", then("old stored now", jen.Error(),
			jen.Id("change").Op(":=").Add(call("patch.change", "old", "stored")),
			jen.Id("change.New").Op("=").Id("now"),
			jen.Return(w.fire("OnUpdate", "change")))))
	}
	return rt("Telling").Types(jen.Id(t.Doc)).Add(ordered(steps...))
}

// updateByRow adds the update of rows if a trigger may give each row other values.
func (w updatingMany) updateByRow(in, results []jen.Code) {
	t := w.t
	var body []jen.Code
	if t.Updating.Quiet {
		body = append(w.assigningMany("t.in.Now()"), jen.If(jen.Id("t.in.triggers").Op("==").Nil()).Block(w.updateAtOnce()))
	} else {
		body = []jen.Code{jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(rt("ForMany").Call(w.assignments("t.in.Now()"))), jen.Err().Op("!=").Nil()).Block(returnErr("0"))}
	}
	w.method("", "updateMany", in, results, append(body,
		jen.Return(rt("Walk").Call(append(ids("ctx", "t.in.Handle", "&"+t.Codec), rt("LockUpdate"), jen.Id("where.Expr()"),
			jen.Func().Params(w.several()).Params(jen.Int(), jen.Error()).Block(
				jen.Return(call("t.updateBatch", "ctx", "where", t.Vars, "patch"))))...)))...)
	w.method("updateBatch changes "+t.Nouns+" that are locked, with their triggers, and returns how many of them were still there and matched.",
		"updateBatch", params(w.where(), w.several(), w.patchParam()), results, w.batchByRow()...)
}

// batchByRow is the update of a batch in which a trigger may give each row other values. It
// runs all before triggers, then the writes, and then all on triggers. Equal writes become
// one statement.
func (w updatingMany) batchByRow() []jen.Code {
	t := w.t
	visit := func(function string, args []string, body ...jen.Code) *jen.Statement {
		args = append([]string{"ctx", "t.in.Handle", "&" + t.Codec, "watch"}, args...)
		return rt(function).Call(append(ids(args...), jen.Func().Params(jen.Id("old").Id(t.Doc)).Error().Block(body...))...)
	}
	body := append([]jen.Code{
		jen.Id("watch").Op(":=").Add(rt("WatchRows").Call(ids("t.in.Handle", "&"+t.Codec, t.Vars)...)),
		jen.Defer().Add(call("watch.Stop")),
		jen.Id("patches").Op(":=").Make(jen.Map(jen.Id(t.ID.Type.Name)).Id(t.Patch), jen.Id("len("+t.Vars+")")),
		jen.List(jen.Id(t.Vars), jen.Err()).Op(":=").Add(visit("Before", []string{"where.Expr()", t.Vars},
			jen.Id("patch").Op(":=").Id("patch"),
			ifErr(w.fireUpdate("old", "&patch")),
			jen.Id("patches").Index(jen.Id("old.ID")).Op("=").Id("patch"),
			jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(rt("ForMany").Call(w.assignments("t.in.Now()"))),
			jen.Return(jen.Err()))),
		orReturn("0"),
	}, w.clock()...)
	body = append(body, jen.Var().Id("batch").Add(rt("Batch")).Types(jen.Id(t.Doc)))
	patch := jen.Id("patch").Op(":=").Id("patches").Index(jen.Id("old.ID"))
	body = append(body,
		jen.List(jen.Id("n"), jen.Err()).Op(":=").Add(visit("Visit", []string{t.Vars}, patch,
			jen.List(jen.Id("set"), jen.Err()).Op(":=").Add(w.assignments("now")),
			call("batch.Add", "old", "old.ID", "set"),
			jen.Return(jen.Err()))),
		orReturn("0"))
	update := []jen.Code{jen.Id("ctx"), jen.Id("t.in.Handle"), jen.Id("&" + t.Codec), jen.Id("&batch")}
	if t.Updating.Tells {
		update = append(update, w.telling(patch))
	} else {
		update = append(update, rt("Telling").Types(jen.Id(t.Doc)).Values())
	}
	return append(body, jen.Return(jen.Id("n"), rt("UpdateBatch").Call(update...)))
}
