package emit

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// updating adds Update, UpdateOne and UpdateMany.
func (w *tableWriter) updating() {
	t := w.t
	w.method("Update changes the "+t.Noun+" with that id and returns it as stored, or ErrNotFound.", "Update",
		params(jen.Id("id").Id(t.ID.Type.Name), w.patchParam()), w.oneOrError(),
		w.oneByID("UpdateOne", jen.Id("patch"))...)
	w.updateOne()
	if t.LocksFirst() {
		w.updateLocked()
	}
	w.updateMany()
}

// oneByID calls the method for one row that matches for the row with that id.
func (w *tableWriter) oneByID(method string, more ...jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(ids(w.t.Var, "ok", "err")...).Op(":=").Id("t." + method).Call(append(ids("ctx", w.t.Cols+".ID.Eq(id)"), more...)...),
		jen.Return(jen.Id(w.t.Var), rt("Found").Call(ids(w.desc(), "ok", "err")...)),
	}
}

// updateOne adds UpdateOne.
func (w *tableWriter) updateOne() {
	t := w.t
	comment := "UpdateOne changes one " + t.Noun + " that matches and returns it as stored, and whether there was one. Of several calls whose patch ends the match, one gets it."
	in := params(w.where(), w.patchParam())
	switch {
	case !t.Updating.InUnit():
		w.method(comment, "UpdateOne", in, w.maybeOne(),
			w.assigning("t.in.Now()"), orReturn(t.Var, "false"),
			jen.List(jen.Id("ok"), jen.Err()).Op("=").Add(w.into("UpdateOne", ids("where.Expr()", "set")...)),
			jen.Return(ids(t.Var, "ok", "err")...))
	case t.BeforeUpdate && t.CanAdd:
		w.method(comment, "UpdateOne", in, w.maybeOne(), jen.Return(call("t.IncrementOne", "ctx", "where", t.Delta+"{}", "patch")))
	case t.BeforeUpdate:
		w.one(comment, "UpdateOne", in, append(w.lockOne("LockUpdate"), w.inPlace(w.updateCall(t.Var, "patch", "")), returnErr("true"))...)
	default:
		w.one(comment, "UpdateOne", in, w.overwrite()...)
	}
}

// inPlace puts what a call returns where the document is that was read.
func (w *tableWriter) inPlace(run jen.Code) *jen.Statement {
	return jen.List(jen.Id(w.t.Var), jen.Err()).Op("=").Add(run)
}

// overwrite is the update of one row of a table that has no trigger ahead of
// it.
func (w *tableWriter) overwrite() []jen.Code {
	body := append(w.clock(), w.assigning("now"), orReturn("false"),
		jen.List(jen.Id("ok"), jen.Err()).Op(":=").Id("tx.in.Overwrite").Call(jen.Id("ctx"), jen.Id(w.desc()), w.asRow(w.t.Var), jen.Id("where.Expr").Call(), jen.Id("set")),
		jen.If(jen.Err().Op("!=").Nil().Op("||").Op("!").Id("ok").Op("||").Add(call("set.Empty"))).Block(returnErr("ok")))
	told, result := w.told("tx.in", "tx."+w.t.Doc, w.t.Var, "false")
	return append(append(body, told...), w.inPlace(result), returnErr("true"))
}

// told is what follows the update of one row, which was old, by the table of a
// transaction; result is the call that ends it, with the row as it is then.
func (w *tableWriter) told(in, table, old string, zero ...string) (body []jen.Code, result *jen.Statement) {
	t := w.t
	body = []jen.Code{
		jen.List(jen.Id("stored"), jen.Err()).Op(":=").Add(rt("AsStored").Call(append(ids("ctx", in+".Session", "&"+t.Codec, "set"), w.sent(old))...)),
		orReturn(zero...),
	}
	change := call("patch.change", old, "stored")
	record := jen.Id(table + ".recordUpdated")
	if !t.OnUpdate {
		return body, jen.List(jen.Id("stored"), record.Call(jen.Id("ctx"), change))
	}
	body = append(body, jen.Id("change").Op(":=").Add(change))
	if len(t.Updated) > 0 {
		body = append(body, ifErr(record.Call(ids("ctx", "change")...), zero...))
	}
	if in == "tx.in" {
		in = "&tx.in"
	}
	return body, w.fireOn(in, "OnUpdate", "change", "change.New")
}

// updateCall is the call that updates a locked row; delta is what the patch
// contains of an addition.
func (w *tableWriter) updateCall(old, patch, delta string) *jen.Statement {
	if w.t.AddsAgain() {
		return call(w.inTx("update"), "ctx", old, patch, delta)
	}
	return call(w.inTx("update"), "ctx", old, patch)
}

// patchParam is the parameter that says what to change.
func (w *tableWriter) patchParam() *jen.Statement { return jen.Id("patch").Id(w.t.Patch) }

// assigning makes a patch what an UPDATE sets.
func (w *tableWriter) assigning(now string) *jen.Statement {
	return jen.List(jen.Id("set"), jen.Err()).Op(":=").Add(w.assignments(now))
}

// assigningMany is assigning for many rows.
func (w *tableWriter) assigningMany(now string) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("set"), jen.Err()).Op(":=").Add(rt("ForMany").Call(w.assignments(now))),
		orReturn("0"),
	}
}

// assignments is the call that makes a patch what an UPDATE sets.
func (w *tableWriter) assignments(now string) *jen.Statement {
	if w.t.Touches {
		return call("patch.assignments", now)
	}
	return call("patch.assignments")
}

// updateLocked adds the update of a locked row.
func (w *tableWriter) updateLocked() {
	t := w.t
	comment := "update changes " + t.A + " that is locked, with its triggers."
	if !t.BeforeUpdate && !t.OnUpdate {
		comment = "update changes " + t.A + " that is locked, and records it."
	}
	in := params(jen.Id("old").Id(t.Doc), w.patchParam())
	if w.t.AddsAgain() {
		comment += " The patch contains what delta adds to it."
		in = append(in, jen.Id("delta").Id(t.Delta))
	}
	results := params(jen.Id(t.Doc), jen.Error())
	var body []jen.Code
	if t.BeforeUpdate && t.Updating.Tells || w.t.AddsAgain() {
		body = append(body,
			jen.Id("watch").Op(":=").Add(call("t.in.Tx.Watch", w.desc(), w.idText("old"))),
			jen.Defer().Add(call("watch.Stop")))
	}
	body = append(body, w.before()...)
	if !t.Updating.Tells {
		w.method(comment, "update", in, results, append(body, w.assigning("t.in.Now()"), orReturn(w.none()),
			jen.Err().Op("=").Id("t.in.UpdateLocked").Call(jen.Id("ctx"), jen.Id(w.desc()), w.asRow("old"), jen.Id(w.t.Cols+".ID.Eq(old.ID).Expr").Call(), jen.Id("set")),
			jen.Return(ids("old", "err")...))...)
		return
	}
	body = append(append(body, w.clock()...), w.assigning("now"), orReturn(w.none()),
		jen.If(call("set.Empty")).Block(jen.Return(ids("old", "nil")...)),
		ifErr(call("t.in.ChangeLocked", "ctx", w.desc(), "old.ID", w.idText("old"), "set"), w.none()))
	told, result := w.told("t.in", "t", "old", w.none())
	w.method(comment, "update", in, results, append(append(body, told...), jen.Return(result))...)
}

// before runs the trigger ahead of the update of one row, which may itself
// write that row.
func (w *tableWriter) before() []jen.Code {
	t := w.t
	if !t.BeforeUpdate {
		return nil
	}
	body := []jen.Code{ifErr(w.fireUpdate("old", "&patch"), w.none())}
	switch {
	case w.t.AddsAgain():
		body = append(body,
			jen.List(jen.Id("fresh"), jen.Err()).Op(":=").Add(w.codec("Fresh", "t.in.Session", "watch", "old")),
			orReturn(w.none()),
			ifErr(call("delta.again", "&patch", "old", "fresh"), w.none()))
		if t.Updating.Tells {
			body = append(body, jen.Id("old").Op("=").Id("fresh"))
		}
	case t.Updating.Tells:
		body = append(body,
			jen.List(jen.Id("old"), jen.Err()).Op(":=").Add(w.codec("Fresh", "t.in.Session", "watch", "old")),
			orReturn(w.none()))
	}
	return body
}

// clock reads the clock, if an update moves a field to it.
func (w *tableWriter) clock() []jen.Code { return w.clockIf(w.t.Touches) }

// clockIf reads the clock, if it is needed.
func (w *tableWriter) clockIf(needed bool) []jen.Code {
	if !needed {
		return nil
	}
	return []jen.Code{jen.Id("now").Op(":=").Add(call("t.in.Now"))}
}

// sent is the call that returns what the patch makes of an old row.
func (w *tableWriter) sent(old string) *jen.Statement {
	if w.t.Touches {
		return call("patch.apply", old, "now")
	}
	return call("patch.apply", old)
}

// updateMany adds UpdateMany.
func (w *tableWriter) updateMany() {
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

// updateAtOnce ends a method with the one statement that changes every row.
func (w *tableWriter) updateAtOnce() *jen.Statement {
	return jen.Return(call("t.in.Update", "ctx", w.desc(), "where.Expr()", "set"))
}

// several is the parameter of several documents.
func (w *tableWriter) several() *jen.Statement { return jen.Id(w.t.Vars).Index().Id(w.t.Doc) }

// overwriteMany is the update of rows that all get the same (M3).
func (w *tableWriter) overwriteMany() []jen.Code {
	t := w.t
	body := append(w.clock(), w.assigningMany("now")...)
	atOnce := call("set.Empty")
	if t.Updating.Quiet {
		atOnce = jen.Id("t.in.triggers").Op("==").Nil().Op("||").Add(atOnce)
	}
	return append(body, jen.If(atOnce).Block(w.updateAtOnce()),
		jen.Return(rt("OverwriteMany").Call(append(ids("ctx", "t.in.Session", "&"+t.Codec, "where.Expr()", "set"), w.telling())...)))
}

// telling is what is done for each row of a batch that was written; ahead finds the
// patch of a row, where each has its own.
func (w *tableWriter) telling(ahead ...jen.Code) *jen.Statement {
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

// updateByRow adds the update of rows of which a trigger may give each something else.
func (w *tableWriter) updateByRow(in, results []jen.Code) {
	t := w.t
	var body []jen.Code
	if t.Updating.Quiet {
		body = append(w.assigningMany("t.in.Now()"), jen.If(jen.Id("t.in.triggers").Op("==").Nil()).Block(w.updateAtOnce()))
	} else {
		body = []jen.Code{jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(rt("ForMany").Call(w.assignments("t.in.Now()"))), jen.Err().Op("!=").Nil()).Block(returnErr("0"))}
	}
	w.method("", "updateMany", in, results, append(body,
		jen.Return(rt("Walk").Call(append(ids("ctx", "t.in.Session", "&"+t.Codec), rt("LockUpdate"), jen.Id("where.Expr()"),
			jen.Func().Params(w.several()).Params(jen.Int(), jen.Error()).Block(
				jen.Return(call("t.updateBatch", "ctx", "where", t.Vars, "patch"))))...)))...)
	w.method("updateBatch changes "+t.Nouns+" that are locked, with their triggers, and returns how many of them were still there and matched.",
		"updateBatch", params(w.where(), w.several(), w.patchParam()), results, w.batchByRow()...)
}

// batchByRow is the update of a batch in which a trigger may give each row
// something else: all of the triggers that come before, then the writes, put
// together where they came out equal, then all that come after.
func (w *tableWriter) batchByRow() []jen.Code {
	t := w.t
	visit := func(function string, args []string, body ...jen.Code) *jen.Statement {
		args = append([]string{"ctx", "t.in.Session", "&" + t.Codec, "watch"}, args...)
		return rt(function).Call(append(ids(args...), jen.Func().Params(jen.Id("old").Id(t.Doc)).Error().Block(body...))...)
	}
	body := append([]jen.Code{
		jen.Id("watch").Op(":=").Add(rt("WatchRows").Call(ids("t.in.Session", "&"+t.Codec, t.Vars)...)),
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
	update := []jen.Code{jen.Id("ctx"), jen.Id("t.in.Session"), jen.Id("&" + t.Codec), jen.Id("&batch")}
	if t.Updating.Tells {
		update = append(update, w.telling(patch))
	} else {
		update = append(update, rt("Telling").Types(jen.Id(t.Doc)).Values())
	}
	return append(body, jen.Return(jen.Id("n"), rt("UpdateBatch").Call(update...)))
}
