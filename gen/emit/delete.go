package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// A deleting writes the methods that delete rows.
type deleting struct{ *tableWriter }

// write adds Delete, DeleteMany and ConsumeOne.
func (w deleting) write() {
	if w.t.Deleting.InUnit() {
		w.deletingInUnit()
	} else {
		w.deletingAtOnce()
	}
}

// Comments that do not depend on the plan.
func (w deleting) deleteDoc() string {
	return "Delete deletes the " + w.t.Noun + " with that id, or returns ErrNotFound."
}

func (w deleting) deleteReturningDoc() string {
	return "DeleteReturning deletes the " + w.t.Noun + " with that id and returns it as it was, or ErrNotFound."
}

func (w deleting) consumeOneDoc() string {
	return "ConsumeOne deletes one " + w.t.Noun + " that matches and returns it, and whether there was one. If several calls race for one row, only one of them gets it."
}

// Parameters and results of the calls.
func (w deleting) byID() []jen.Code { return params(jen.Id("id").Id(w.t.ID.Type.Name)) }

// deletingAtOnce adds calls that are one statement each.
func (w deleting) deletingAtOnce() {
	t := w.t
	w.method(w.deleteDoc(), "Delete", w.byID(), params(jen.Error()),
		jen.Return(call("t.in.Remove", "ctx", w.desc(), "id", t.ID.Text("id"))))
	w.method(w.deleteReturningDoc(), "DeleteReturning", w.byID(), w.oneOrError(), w.oneByID("ConsumeOne")...)
	w.method("DeleteMany deletes every "+t.Noun+" that matches and returns how many there were.", "DeleteMany",
		params(w.where()), params(jen.Int(), jen.Error()),
		jen.Return(call("t.in.Handle.Delete", "ctx", w.desc(), "where.Expr()")))
	w.method(w.consumeOneDoc(), "ConsumeOne", params(w.where()), w.maybeOne(),
		jen.List(jen.Id("ok"), jen.Err()).Op("=").Add(w.into("DeleteOne", jen.Id("where.Expr").Call())),
		w.maybe())
}

// deletingInUnit adds calls that have triggers to run, or rows of other tables
// to delete.
func (w deleting) deletingInUnit() {
	t := w.t
	read, then := w.lockOne("LockDelete"), w.inTx("delete")
	if !t.Deleting.InTurn() {
		read, then = w.readInto("Take", jen.Id("where.Expr").Call()), w.inTx(w.afterDelete())
	}
	w.method(w.deleteDoc(), "Delete", w.byID(), params(jen.Error()),
		jen.List(ids("_", "ok", "err")...).Op(":=").Add(call("t.ConsumeOne", "ctx", t.Cols+".ID.Eq(id)")),
		jen.Return(rt("Found").Call(ids(w.desc(), "ok", "err")...)))
	w.method(w.deleteReturningDoc(), "DeleteReturning", w.byID(), w.oneOrError(), w.oneByID("ConsumeOne")...)
	if t.Deleting.InTurn() {
		w.deleteOne()
	}
	if t.OnDelete && (!t.Deleting.InTurn() || len(t.Deleted) > 0) {
		w.deleted()
	}
	w.method("DeleteMany deletes every "+t.Noun+" that matches, in one transaction, and returns how many there were. "+forEach(t.BeforeDelete || t.OnDelete, len(t.Deleted) > 0),
		"DeleteMany", params(w.where()), params(jen.Int(), jen.Error()),
		jen.Return(w.inUnit(jen.Int(), jen.Return(call(w.inTx("deleteMany"), "ctx", "where")))))
	w.deleteMany()
	w.one(w.consumeOneDoc(), "ConsumeOne", params(w.where()), append(read, jen.Return(jen.True(), call(then, "ctx", t.Var)))...)
}

// afterDelete returns the name of the method that runs after the deletion of one row.
func (w deleting) afterDelete() string {
	if w.t.OnDelete {
		return "deleted"
	}
	return "recordDeleted"
}

// deleted adds the method that runs after the deletion of one row.
func (w deleting) deleted() {
	t := w.t
	doc, body := "deleted runs the trigger of a deletion that was done.", []jen.Code{}
	if len(t.Deleted) > 0 {
		doc = "deleted records a deletion that was done, and runs its trigger."
		body = append(body, ifErr(call("t.recordDeleted", "ctx", t.Var)))
	}
	w.method(doc, "deleted", params(jen.Id(t.Var).Id(t.Doc)), params(jen.Error()), append(body, jen.Return(w.fire("OnDelete", t.Var)))...)
}

// deleteOne adds the deletion of a locked row.
func (w deleting) deleteOne() {
	t := w.t
	var body []jen.Code
	if t.InCycle {
		body = append(body,
			jen.Id("deletion").Op(":=").Add(call("t.in.Unit.Deleting", w.desc(), w.idText(t.Var))),
			jen.If(jen.Id("deletion").Op("==").Nil()).Block(jen.Return(jen.Nil()).Comment("// a cycle of references led back to it")),
			jen.Defer().Add(call("deletion.Done")))
	}
	if t.BeforeDelete {
		body = append(body, ifErr(w.fire("BeforeDelete", t.Var)))
	}
	remove := call("t.in.DeleteByID", "ctx", w.desc(), t.Var+".ID", w.idText(t.Var))
	cascade := jen.Func().Params().Error().Block(jen.Return(call("t.cascade", "ctx", t.Var)))
	if len(t.Cascades) > 0 && !t.InCycle {
		body = append(body, ifErr(jen.Id("t.in.Unit.CarryOut").Call(jen.Id(w.desc()), cascade)))
	}
	on := jen.Nil()
	switch {
	case len(t.Deleted) > 0:
		on = call("t."+w.afterDelete(), "ctx", t.Var)
	case t.OnDelete:
		on = w.fire("OnDelete", t.Var)
	}
	switch {
	case t.InCycle:
		body = append(body, jen.Return(jen.Id("deletion.Finish").Call(
			cascade,
			jen.Func().Params().Params(jen.Bool(), jen.Error()).Block(jen.Return(remove)),
			jen.Func().Params().Error().Block(jen.Return(on)))))
	case t.Deleting.Tells:
		body = append(body, ifErr(call("t.in.RemoveLocked", "ctx", w.desc(), t.Var+".ID", w.idText(t.Var))), jen.Return(on))
	default:
		body = append(body, jen.Return(call("t.in.RemoveLocked", "ctx", w.desc(), t.Var+".ID", w.idText(t.Var))))
	}
	w.method(deleteOneDoc(t), "delete", params(jen.Id(t.Var).Id(t.Doc)), params(jen.Error()), body...)
	if len(t.Cascades) > 0 {
		w.method("cascade deletes or changes the rows that refer to "+t.A+" which is to be deleted.", "cascade",
			params(jen.Id(t.Var).Id(t.Doc)), params(jen.Error()), append(w.cascades(), jen.Return(jen.Nil()))...)
	}
}

func deleteOneDoc(t *model.Table) string {
	doc := "delete deletes " + t.A + " that is locked"
	if t.BeforeDelete || t.OnDelete {
		doc += ", with its triggers"
	}
	if len(t.Cascades) > 0 {
		return doc + ", after the rows that go with it."
	}
	return doc + "."
}

// cascades deletes or changes the rows of other tables, if their triggers must fire or
// their events must be recorded. Without triggers, the database deletes and changes the rows
// that have only triggers.
func (w deleting) cascades() []jen.Code {
	var steps, firing []jen.Code
	for _, c := range w.t.Cascades {
		step := w.cascade(c)
		if c.Guard != "" {
			step = jen.If(jen.Id(c.Guard)).Block(step)
		}
		if c.Records {
			steps = append(steps, step)
		} else {
			firing = append(firing, step)
		}
	}
	if len(firing) > 0 {
		steps = append(steps, jen.If(jen.Id("t.in.triggers").Op("!=").Nil()).Block(firing...))
	}
	return steps
}

func (w deleting) cascade(c *model.Cascade) *jen.Statement {
	where := call(c.Child.Cols+"."+c.Field.GoName+".Eq", c.Value)
	run := jen.Id("t.in.tx."+c.Child.Doc+".deleteMany").Call(jen.Id("ctx"), where)
	if c.SetNull && c.Child.BeforeUpdate {
		return w.setNull(c, where)
	}
	if c.SetNull {
		null := jen.Id(c.Child.Patch).Values(jen.Id(c.Field.GoName).Op(":").Id("Null").Types(goType(c.Field.Type)).Call())
		run = jen.Id("t.in.tx."+c.Child.Doc+".updateMany").Call(jen.Id("ctx"), where, null)
	}
	return jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(run), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
}

// setNull sets the references of rows to null. The triggers of these rows could leave the
// references as they are.
func (w deleting) setNull(c *model.Cascade, where jen.Code) *jen.Statement {
	null := jen.Id(c.Child.Patch).Values(jen.Id(c.Field.GoName).Op(":").Id("Null").Types(goType(c.Field.Type)).Call())
	update := jen.Func().Params(jen.Id("where").Id("Predicate").Types(jen.Id(c.Child.Doc))).Params(jen.Int(), jen.Error()).Block(
		jen.Return(jen.Id("t.in.tx."+c.Child.Doc+".updateMany").Call(jen.Id("ctx"), jen.Id("where"), null)))
	return ifErr(rt("SetNull").Call(jen.Id("ctx"), jen.Id("t.in.Handle"), jen.Id(c.Child.Desc), where, update))
}

// deleteMany adds the deletion of the rows that match.
func (w deleting) deleteMany() {
	t := w.t
	walk := w.codec("WalkRows", "t.in.Handle", "where.Expr()", "t.delete")
	if !t.Deleting.InTurn() {
		walk = rt("TakeMany").Call(jen.Id("ctx"), jen.Id("t.in.Handle"), jen.Id("&"+t.Codec), jen.Id("where.Expr").Call(),
			jen.Func().Params(w.several()).Error().Block(
				jen.For(jen.List(jen.Id("_"), jen.Id(t.Var)).Op(":=").Range().Id(t.Vars)).Block(ifErr(call("t."+w.afterDelete(), "ctx", t.Var))),
				jen.Return(jen.Nil())))
	}
	var body []jen.Code
	if t.Deleting.Quiet {
		body = append(body, jen.If(jen.Id("t.in.triggers").Op("==").Nil()).Block(jen.Return(call("t.in.Handle.Delete", "ctx", w.desc(), "where.Expr()"))))
	}
	w.method("", "deleteMany", params(w.where()), params(jen.Int(), jen.Error()), append(body, jen.Return(walk))...)
}
