package emit

import "github.com/dave/jennifer/jen"

// An updating writes the methods that update one row.
type updating struct{ *tableWriter }

// write adds Update, UpdateOne and UpdateMany.
func (w updating) write() {
	t := w.t
	w.method("Update changes the "+t.Noun+" with that id and returns it as stored, or ErrNotFound.", "Update",
		params(jen.Id("id").Id(t.ID.Type.Name), w.patchParam()), w.oneOrError(),
		w.oneByID("UpdateOne", jen.Id("patch"))...)
	w.updateOne()
	if t.LocksFirst() {
		w.updateLocked()
	}
	updatingMany{w}.write()
}

// updateOne adds UpdateOne.
func (w updating) updateOne() {
	t := w.t
	comment := "UpdateOne changes one " + t.Noun + " that matches and returns it as stored, and whether there was one. If several calls race for one row, and the patch ends its match, only one of them changes it."
	in := params(w.where(), w.patchParam())
	switch {
	case !t.Updating.InUnit():
		w.method(comment, "UpdateOne", in, w.maybeOne(),
			w.assigning("t.in.Now()"), orReturn(t.Var, "false"),
			jen.List(jen.Id("ok"), jen.Err()).Op("=").Add(w.into("UpdateOne", ids("where.Expr()", "set")...)),
			w.maybe())
	case t.BeforeUpdate && t.CanAdd:
		w.method(comment, "UpdateOne", in, w.maybeOne(), jen.Return(call("t.IncrementOne", "ctx", "where", t.Delta+"{}", "patch")))
	case t.BeforeUpdate:
		w.one(comment, "UpdateOne", in, append(w.lockOne("LockUpdate"), w.inPlace(w.updateCall(t.Var, "patch", "")), returnErr("true"))...)
	default:
		w.one(comment, "UpdateOne", in, w.overwrite()...)
	}
}

// overwrite is the update of one row of a table without a trigger ahead of its updates.
func (w updating) overwrite() []jen.Code {
	body := append(w.clock(), w.assigning("now"), orReturn("false"),
		jen.List(jen.Id("ok"), jen.Err()).Op(":=").Id("tx.in.Overwrite").Call(jen.Id("ctx"), jen.Id(w.desc()), w.asRow(w.t.Var), jen.Id("where.Expr").Call(), jen.Id("set")),
		jen.If(jen.Err().Op("!=").Nil().Op("||").Op("!").Id("ok").Op("||").Add(call("set.Empty"))).Block(returnErr("ok")))
	told, result := w.told("tx.in", "tx."+w.t.Doc, w.t.Var, "false")
	return append(append(body, told...), w.inPlace(result), returnErr("true"))
}

// told is the code that follows the update of one row. old is the row as it was before, and
// in is the table of a transaction. result is the call that ends the update, with the row as
// it is then.
func (w updating) told(in, table, old string, zero ...string) (body []jen.Code, result *jen.Statement) {
	t := w.t
	body = []jen.Code{
		jen.List(jen.Id("stored"), jen.Err()).Op(":=").Add(rt("AsStored").Call(append(ids("ctx", in+".Handle", "&"+t.Codec, "set"), w.sent(old))...)),
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

// assigning turns a patch into assignments.
func (w updating) assigning(now string) *jen.Statement {
	return jen.List(jen.Id("set"), jen.Err()).Op(":=").Add(w.assignments(now))
}

// assignments is the call that turns a patch into assignments.
func (w updating) assignments(now string) *jen.Statement {
	if w.t.Touches {
		return call("patch.assignments", now)
	}
	return call("patch.assignments")
}

// updateLocked adds the update of a locked row.
func (w updating) updateLocked() {
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
			jen.Id("watch").Op(":=").Add(call("t.in.Unit.Watch", w.desc(), w.idText("old"))),
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

// before runs the trigger ahead of the update of one row. The trigger may itself write
// that row.
func (w updating) before() []jen.Code {
	t := w.t
	if !t.BeforeUpdate {
		return nil
	}
	body := []jen.Code{ifErr(w.fireUpdate("old", "&patch"), w.none())}
	switch {
	case w.t.AddsAgain():
		body = append(body,
			jen.List(jen.Id("fresh"), jen.Err()).Op(":=").Add(w.codec("Fresh", "t.in.Handle", "watch", "old")),
			orReturn(w.none()),
			ifErr(call("delta.again", "&patch", "old", "fresh"), w.none()))
		if t.Updating.Tells {
			body = append(body, jen.Id("old").Op("=").Id("fresh"))
		}
	case t.Updating.Tells:
		body = append(body,
			jen.List(jen.Id("old"), jen.Err()).Op(":=").Add(w.codec("Fresh", "t.in.Handle", "watch", "old")),
			orReturn(w.none()))
	}
	return body
}

// clock reads the clock, if an update moves a field to it.
func (w updating) clock() []jen.Code { return w.clockIf(w.t.Touches) }

// sent is the call that returns an old row with the patch applied to it.
func (w updating) sent(old string) *jen.Statement {
	if w.t.Touches {
		return call("patch.apply", old, "now")
	}
	return call("patch.apply", old)
}
