package emit

import "github.com/dave/jennifer/jen"

// updating adds Update, UpdateOne and UpdateMany.
func (w *tableWriter) updating() {
	t := w.t
	w.method("Update changes the "+t.Noun+" with that id and returns it as stored, or ErrNotFound.", "Update",
		params(jen.Id("id").Id(t.ID.Type.Name), w.patchParam()), w.oneOrError(),
		w.oneByID("UpdateOne", jen.Id("patch")))
	w.updateOne()
	if t.LocksFirst {
		w.updateLocked()
	}
	if t.TellsUpdate {
		w.updated()
	}
	w.updateMany()
}

// oneByID calls the method for one row that matches for the row with that id.
func (w *tableWriter) oneByID(method string, more ...jen.Code) *jen.Statement {
	return jen.Return(jen.Id(w.t.Codec + ".Found").Call(jen.Id("t." + method).Call(append(ids("ctx", w.t.Cols+".ID.Eq(id)"), more...)...)))
}

// updateOne adds UpdateOne.
func (w *tableWriter) updateOne() {
	t := w.t
	comment := "UpdateOne changes one " + t.Noun + " that matches and returns it as stored, and whether there was one. Of several calls whose patch ends the match, one gets it."
	in := params(w.where(), w.patchParam())
	switch {
	case !t.UpdateUnit:
		w.method(comment, "UpdateOne", in, w.maybeOne(), append(w.checkPatch(w.none()+", false"),
			jen.Return(rt("Maybe").Call(w.updateStatement("UpdateOne", jen.Id("where.Expr").Call()))))...)
	case t.BeforeUpdate && t.CanAdd:
		w.method(comment, "UpdateOne", in, w.maybeOne(), jen.Return(call("t.IncrementOne", "ctx", "where", t.Delta+"{}", "patch")))
	case t.BeforeUpdate:
		w.method(comment, "UpdateOne", in, w.maybeOne(), jen.Return(rt("Maybe").Call(w.inUnit(jen.Op("*").Id(t.Doc), append(w.lockOne(),
			w.inPlace(w.updateCall("*"+t.Var, "patch", "")), returnErr(t.Var))...))))
	default:
		w.method(comment, "UpdateOne", in, w.maybeOne(), jen.Return(rt("Maybe").Call(w.inUnit(jen.Op("*").Id(t.Doc), w.overwrite()...))))
	}
}

// lockOne locks and reads one row that matches, and ends the call if there is
// none.
func (w *tableWriter) lockOne() []jen.Code {
	return []jen.Code{
		jen.List(jen.Id(w.t.Var), jen.Err()).Op(":=").Add(w.lockRow("LockUpdate")),
		jen.If(jen.Err().Op("!=").Nil().Op("||").Id(w.t.Var).Op("==").Nil()).Block(returnErr("nil")),
	}
}

// inPlace puts what a call returns where the document is that was read.
func (w *tableWriter) inPlace(run jen.Code) *jen.Statement {
	return jen.List(jen.Id("*"+w.t.Var), jen.Err()).Op("=").Add(run)
}

// overwrite is the update of one row of a table that has no trigger ahead of
// it.
func (w *tableWriter) overwrite() []jen.Code {
	body := append(w.checkPatch("nil"), w.clock()...)
	return append(body,
		jen.Id("set").Op(":=").Add(w.assignments("now")),
		jen.List(jen.Id(w.t.Var), jen.Err()).Op(":=").Add(w.codec("Overwrite", "tx.scope.Session", "where.Expr()", "set")),
		jen.If(jen.Err().Op("!=").Nil().Op("||").Id(w.t.Var).Op("==").Nil().Op("||").Add(call("set.Empty"))).Block(returnErr(w.t.Var)),
		w.inPlace(jen.Id(w.inTx("updated")).Call(jen.Id("ctx"), jen.Id("*"+w.t.Var), w.sent("*"+w.t.Var), jen.Id("patch"), jen.Id("set"))),
		returnErr(w.t.Var))
}

// updateCall is the call that updates a locked row; delta is what the patch
// contains of an addition.
func (w *tableWriter) updateCall(old, patch, delta string) *jen.Statement {
	if w.t.AddsAgain {
		return call(w.inTx("update"), "ctx", old, patch, delta)
	}
	return call(w.inTx("update"), "ctx", old, patch)
}

// patchParam is the parameter that says what to change.
func (w *tableWriter) patchParam() *jen.Statement { return jen.Id("patch").Id(w.t.Patch) }

// checkPatch holds the patch against the rules of its fields, if it has any.
func (w *tableWriter) checkPatch(zero string) []jen.Code {
	if !w.t.ChecksPatch {
		return nil
	}
	return []jen.Code{ifErr(call("patch.check"), zero)}
}

// updateStatement is the call that updates one row and reads it back.
func (w *tableWriter) updateStatement(function string, where jen.Code) *jen.Statement {
	return rt(function).Call(jen.Id("ctx"), jen.Id("t.s.Session"), jen.Id("&"+w.t.Codec), where, w.assignments("t.s.Now()"))
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
	if w.t.AddsAgain {
		comment += " The patch contains what delta adds to it."
		in = append(in, jen.Id("delta").Id(t.Delta))
	}
	results := params(jen.Id(t.Doc), jen.Error())
	var body []jen.Code
	if t.BeforeUpdate && t.TellsUpdate || w.t.AddsAgain {
		body = append(body,
			jen.Id("watch").Op(":=").Add(call("t.s.Tx.Watch", w.desc(), w.idText("old"))),
			jen.Defer().Add(call("watch.Stop")))
	}
	body = append(body, w.before()...)
	body = append(body, w.checkPatch(w.none())...)
	if !t.TellsUpdate {
		w.method(comment, "update", in, results, append(body,
			jen.Return(w.updateStatement("UpdateLocked", jen.Id(w.t.Cols+".ID.Eq(old.ID).Expr").Call())))...)
		return
	}
	body = append(body, w.clock()...)
	body = append(body,
		jen.Id("set").Op(":=").Add(w.assignments("now")),
		jen.If(call("set.Empty")).Block(jen.Return(ids("old", "nil")...)),
		ifErr(call("t.s.ChangeLocked", "ctx", w.desc(), "old.ID", w.idText("old"), "set"), w.none()),
		jen.Return(jen.Id("t.updated").Call(jen.Id("ctx"), jen.Id("old"), w.sent("old"), jen.Id("patch"), jen.Id("set"))))
	w.method(comment, "update", in, results, body...)
}

// updated adds what follows the update of one row.
func (w *tableWriter) updated() {
	t := w.t
	in := params(jen.List(jen.Id("old"), jen.Id("sent")).Id(t.Doc), w.patchParam(), jen.Id("set").Op("*").Add(rt("Assignments")))
	results := params(jen.Id(t.Doc), jen.Error())
	body := []jen.Code{
		jen.List(jen.Id("stored"), jen.Err()).Op(":=").Add(w.codec("AsStored", "t.s.Session", "set", "sent")),
		orReturn(w.none()),
	}
	if !t.OnUpdate {
		w.method("updated records an update that was done, and returns the "+t.Noun+" as it is then.", "updated", in, results, append(body,
			jen.Return(jen.Id("stored"), call("t.recordUpdated", "ctx", "patch.change(old, stored)")))...)
		return
	}
	body = append(body, jen.Id("change").Op(":=").Add(call("patch.change", "old", "stored")))
	doc := "updated runs the trigger of an update that was done"
	if len(t.Updated) > 0 {
		doc = "updated records an update that was done, runs its trigger"
		body = append(body, ifErr(call("t.recordUpdated", "ctx", "change"), w.none()))
	}
	w.method(doc+", and returns the "+t.Noun+" as it is then.", "updated", in, results, append(body,
		jen.Id("watch").Op(":=").Add(call("t.s.Tx.Watch", w.desc(), w.idText("change.New"))),
		jen.Defer().Add(call("watch.Stop")),
		ifErr(w.fire("OnUpdate", "change"), w.none()),
		jen.Return(w.codec("Fresh", "t.s.Session", "watch", "change.New")))...)
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
	case w.t.AddsAgain:
		body = append(body,
			jen.List(jen.Id("fresh"), jen.Err()).Op(":=").Add(w.codec("Fresh", "t.s.Session", "watch", "old")),
			orReturn(w.none()),
			ifErr(call("delta.again", "&patch", "old", "fresh"), w.none()))
		if t.TellsUpdate {
			body = append(body, jen.Id("old").Op("=").Id("fresh"))
		}
	case t.TellsUpdate:
		body = append(body,
			jen.List(jen.Id("old"), jen.Err()).Op(":=").Add(w.codec("Fresh", "t.s.Session", "watch", "old")),
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
	return []jen.Code{jen.Id("now").Op(":=").Add(call("t.s.Now"))}
}

// sent is the call that returns what the patch makes of an old row.
func (w *tableWriter) sent(old string) *jen.Statement {
	if w.t.Touches {
		return call("patch.apply", old, "now")
	}
	return call("patch.apply", old)
}

// changes goes through rows that were written, as they were, with what became of
// each.
func (w *tableWriter) changes(rows string, ahead []jen.Code, do ...jen.Code) jen.Code {
	return jen.For(jen.List(jen.Id("_"), jen.Id("old")).Op(":=").Range().Id(rows)).Block(append(append(ahead,
		jen.Id("change").Op(":=").Id("patch.change").Call(jen.Id("old"), jen.Id("stored.Of").Call(w.sent("old")))), do...)...)
}

// checkMany is the check of a patch that is for many rows.
func (w *tableWriter) checkMany() []jen.Code {
	if w.t.ChecksMany {
		return []jen.Code{ifErr(call("patch.checkMany"), "0")}
	}
	return w.checkPatch("0")
}

// updateMany adds UpdateMany.
func (w *tableWriter) updateMany() {
	t := w.t
	in := params(w.where(), w.patchParam())
	results := params(jen.Int(), jen.Error())
	statement := func(set *jen.Statement) *jen.Statement {
		return jen.Return(jen.Id("t.s.Update").Call(jen.Id("ctx"), jen.Id(w.desc()), jen.Id("where.Expr").Call(), set))
	}
	if !t.UpdateUnit {
		w.method("UpdateMany changes every "+t.Noun+" that matches and returns how many there were.", "UpdateMany", in, results,
			append(w.checkMany(), statement(w.assignments("t.s.Now()")))...)
		return
	}
	w.method("UpdateMany changes every "+t.Noun+" that matches, in one transaction, and returns how many there were. "+forEach(t.BeforeUpdate || t.OnUpdate, len(t.Updated) > 0),
		"UpdateMany", in, results, jen.Return(w.inUnit(jen.Int(), jen.Return(call(w.inTx("updateMany"), "ctx", "where", "patch")))))
	if !t.BeforeUpdate {
		w.method("", "updateMany", in, results, w.overwriteMany()...)
		return
	}
	body := w.checkMany()
	if t.QuietUpdate {
		body = append(body, jen.If(jen.Id("t.s.triggers").Op("==").Nil()).Block(statement(w.assignments("t.s.Now()"))))
	}
	w.method("", "updateMany", in, results, append(body,
		jen.Return(rt("Walk").Call(jen.Id("ctx"), jen.Id("t.s.Session"), jen.Id("&"+t.Codec), rt("LockUpdate"), jen.Id("where.Expr").Call(),
			jen.Func().Params(w.several()).Params(jen.Int(), jen.Error()).Block(
				jen.Return(call("t.updateBatch", "ctx", "where", t.Vars, "patch"))))))...)
	w.method("updateBatch changes "+t.Nouns+" that are locked, with their triggers, and returns how many of them were still there and matched.",
		"updateBatch", params(w.where(), w.several(), w.patchParam()), results, w.batchByRow()...)
}

// several is the parameter of several documents.
func (w *tableWriter) several() *jen.Statement { return jen.Id(w.t.Vars).Index().Id(w.t.Doc) }

// overwriteMany is the update of rows that all get the same (M3).
func (w *tableWriter) overwriteMany() []jen.Code {
	t := w.t
	body := append(w.checkMany(), w.clock()...)
	atOnce := call("set.Empty")
	if t.QuietUpdate {
		atOnce = jen.Id("t.s.triggers").Op("==").Nil().Op("||").Add(atOnce)
	}
	body = append(body, jen.Id("set").Op(":=").Add(w.assignments("now")),
		jen.If(atOnce).Block(jen.Return(call("t.s.Update", "ctx", w.desc(), "where.Expr()", "set"))))
	visit := []jen.Code{
		jen.List(jen.Id("stored"), jen.Err()).Op(":=").Add(w.codec("AllStored", "t.s.Session", t.Vars, "set")),
		orReturn(),
	}
	if len(t.Updated) > 0 {
		visit = append(visit, w.changes(t.Vars, nil, ifErr(call("t.recordUpdated", "ctx", "change"))))
	}
	if t.OnUpdate {
		visit = append(visit, w.watchWritten(), jen.Defer().Add(call("written.Stop")), w.changes(t.Vars, nil, w.fireWritten()...))
	}
	visit = append(visit, jen.Return(jen.Nil()))
	return append(body, jen.Return(rt("OverwriteMany").Call(jen.Id("ctx"), jen.Id("t.s.Session"), jen.Id("&"+t.Codec), jen.Id("where.Expr").Call(), jen.Id("set"),
		jen.Func().Params(w.several()).Error().Block(visit...))))
}

// watchWritten begins to watch the rows of a batch that was written.
func (w *tableWriter) watchWritten() *jen.Statement {
	return jen.Id("written").Op(":=").Add(rt("WatchRows").Call(ids("t.s.Tx", "&"+w.t.Codec, w.t.Vars)...))
}

// fireWritten runs the trigger that is told of an update, for a row of a batch
// that the triggers of the rows before it may have written or deleted.
func (w *tableWriter) fireWritten(zero ...string) []jen.Code {
	return []jen.Code{
		jen.If(jen.List(jen.Id("there"), jen.Err()).Op(":=").Add(w.codec("Refresh", "t.s.Session", "written", "&change.New")), jen.Err().Op("!=").Nil()).
			Block(returnErr(zero...)).Else().If(jen.Op("!").Id("there")).
			Block(jen.Continue().Comment("// deleted by the trigger of a row before it")),
		ifErr(w.fire("OnUpdate", "change"), zero...),
		ifErr(w.codec("Kept", "t.s.Session", "written", "change.New"), zero...),
	}
}

// batchByRow is the update of a batch in which a trigger may give each row
// something else: all of the triggers that come before, then the writes, put
// together where they came out equal, then all that come after.
func (w *tableWriter) batchByRow() []jen.Code {
	t := w.t
	visit := func(function string, args []string, body ...jen.Code) *jen.Statement {
		args = append([]string{"ctx", "t.s.Session", "&" + t.Codec, "watch"}, args...)
		return rt(function).Call(append(ids(args...), jen.Func().Params(jen.Id("old").Id(t.Doc)).Error().Block(body...))...)
	}
	before := []jen.Code{
		jen.Id("patch").Op(":=").Id("patch"),
		ifErr(w.fireUpdate("old", "&patch")),
		jen.Id("patches").Index(jen.Id("old.ID")).Op("=").Id("patch"),
	}
	switch {
	case t.ChecksMany:
		before = append(before, jen.Return(call("patch.checkMany")))
	case t.ChecksPatch:
		before = append(before, jen.Return(call("patch.check")))
	default:
		before = append(before, jen.Return(jen.Nil()))
	}
	body := []jen.Code{
		jen.Id("watch").Op(":=").Add(rt("WatchRows").Call(ids("t.s.Tx", "&"+t.Codec, t.Vars)...)),
		jen.Defer().Add(call("watch.Stop")),
		jen.Id("patches").Op(":=").Make(jen.Map(jen.Id(t.ID.Type.Name)).Id(t.Patch), jen.Id("len("+t.Vars+")")),
		jen.List(jen.Id(t.Vars), jen.Err()).Op(":=").Add(visit("Before", []string{"where.Expr()", t.Vars}, before...)),
		orReturn("0"),
	}
	body = append(body, w.clock()...)
	body = append(body, jen.Var().Id("batch").Add(rt("Batch")))
	patch := jen.Id("patch").Op(":=").Id("patches").Index(jen.Id("old.ID"))
	write := []jen.Code{patch}
	if t.TellsUpdate {
		body = append(body, jen.Var().Id("olds").Index().Id(t.Doc))
		write = append(write, jen.If(jen.Id("set").Op(":=").Add(w.assignments("now")), jen.Op("!").Add(call("set.Empty"))).Block(
			call("batch.Add", "old.ID", "set"),
			jen.Id("olds").Op("=").Append(ids("olds", "old")...)))
	} else {
		write = append(write, jen.Id("batch.Add").Call(jen.Id("old.ID"), w.assignments("now")))
	}
	body = append(body,
		jen.List(jen.Id("n"), jen.Err()).Op(":=").Add(visit("Visit", []string{t.Vars}, append(write, jen.Return(jen.Nil()))...)),
		orReturn("0"),
		ifErr(call("t.s.UpdateBatch", "ctx", w.desc(), "&batch"), "0"))
	if t.TellsUpdate {
		body = append(body, jen.List(jen.Id("stored"), jen.Err()).Op(":=").Add(w.codec("AllStored", "t.s.Session", "olds", "batch.Sets()...")), orReturn("0"))
	}
	if len(t.Updated) > 0 {
		body = append(body, w.changes("olds", []jen.Code{patch}, ifErr(call("t.recordUpdated", "ctx", "change"), "0")))
	}
	if t.OnUpdate {
		body = append(body, w.watchWritten(), jen.Defer().Add(call("written.Stop")), w.changes("olds", []jen.Code{patch}, w.fireWritten("0")...))
	}
	return append(body, jen.Return(ids("n", "nil")...))
}
