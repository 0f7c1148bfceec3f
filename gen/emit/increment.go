package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// incrementing adds IncrementOne.
func (w *tableWriter) incrementing() {
	t := w.t
	comment := "IncrementOne adds delta to the numbers of one " + t.Noun + " that matches, sets what patch sets, and returns it as stored, and whether there was one. Null counts as zero."
	in := params(w.where(), jen.Id("delta").Id(t.Delta), w.patchParam())
	if !t.UpdateUnit {
		w.method(comment, "IncrementOne", in, w.maybeOne(),
			jen.List(jen.Id("set"), jen.Err()).Op(":=").Add(w.deltaAssignments()),
			orReturn(w.none(), "false"),
			jen.Return(rt("Maybe").Call(w.codec("UpdateOne", "t.s.Session", "where.Expr()", "set"))))
		w.addStatement()
		return
	}
	// What is wrong whatever the row is, is wrong without one too.
	faulty := jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(call("delta.add", t.Doc+"{}", "patch")), jen.Err().Op("!=").Nil()).Block(returnErr("nil"))
	w.method(comment, "IncrementOne", in, w.maybeOne(), jen.Return(rt("Maybe").Call(w.inUnit(jen.Op("*").Id(t.Doc), append(append([]jen.Code{faulty}, w.lockOne()...),
		jen.List(jen.Id("sum"), jen.Err()).Op(":=").Add(call("delta.add", "*"+t.Var, "patch")),
		orReturn("nil"),
		w.inPlace(w.updateCall("*"+t.Var, "sum", "delta")),
		returnErr(t.Var))...))))
	w.addToPatch()
	if t.AddsAgain {
		w.addAgain()
	}
}

// addAgain adds the method that takes the sums of the row as a trigger left it.
func (w *tableWriter) addAgain() {
	t := w.t
	body := []jen.Code{
		jen.List(jen.Id("before"), jen.Err()).Op(":=").Add(call("d.add", "was", t.Patch+"{}")),
		orReturn(),
		jen.List(jen.Id("after"), jen.Err()).Op(":=").Add(call("d.add", "is", t.Patch+"{}")),
		orReturn(),
	}
	for _, f := range t.Fields {
		if f.Delta == "" {
			continue
		}
		replace := "Replace"
		if f.Nullable {
			replace = "ReplacePtr"
		}
		body = append(body, rt(replace).Call(ids("&patch."+f.GoName, "before."+f.GoName, "after."+f.GoName)...))
	}
	declare(w.File, "again adds the delta once more, to the "+t.Noun+" as it is now: the trigger ahead of the update wrote the row. A field to which that trigger gave another value in the patch keeps that.",
		jen.Func().Params(jen.Id("d").Id(t.Delta)).Id("again").Params(jen.Id("patch").Op("*").Id(t.Patch), jen.List(jen.Id("was"), jen.Id("is")).Id(t.Doc)).
			Error().Block(append(body, jen.Return(jen.Nil()))...))
}

// deltaAssignments is the call that makes a delta and a patch what an UPDATE sets.
func (w *tableWriter) deltaAssignments() *jen.Statement {
	if w.t.Touches {
		return call("delta.assignments", "patch", "t.s.Now()")
	}
	return call("delta.assignments", "patch")
}

// addStatement adds the method that lets the database add.
func (w *tableWriter) addStatement() {
	t := w.t
	in := params(w.patchParam())
	if t.Touches {
		in = append(in, jen.Id("now").Qual("time", "Time"))
	}
	body := append(w.checkPatch("nil"),
		jen.Id("set").Op(":=").Add(w.assignments("now")),
		jen.Id("c").Op(":=").Add(rt("Checks")).Values(key("Table", jen.Id(w.desc()))))
	for _, f := range t.Fields {
		if f.Delta == "" {
			continue
		}
		body = append(body,
			call("c."+f.Delta, quoted(f.Key), "d."+f.GoName, "patch."+f.GoName+".IsSet()"),
			call("set."+f.Delta, quoted(f.Column), "d."+f.GoName))
	}
	body = append(body, w.touches()...)
	declare(w.File, "assignments returns the columns that patch sets and those that the delta adds to.",
		jen.Func().Params(jen.Id("d").Id(t.Delta)).Id("assignments").Params(in...).Params(jen.Op("*").Add(rt("Assignments")), jen.Error()).
			Block(append(body, jen.Return(jen.Id("set"), call("c.Err")))...))
}

// addToPatch adds the method that makes the sums part of the patch, so that
// triggers see them.
func (w *tableWriter) addToPatch() {
	t := w.t
	body := []jen.Code{jen.Id("c").Op(":=").Add(rt("Checks")).Values(key("Table", jen.Id(w.desc())))}
	for _, f := range t.Fields {
		if f.Delta == "" {
			continue
		}
		body = append(body, jen.If(jen.Id("d."+f.GoName).Op("!=").Lit(0)).Block(
			call("c."+f.Delta, quoted(f.Key), "d."+f.GoName, "patch."+f.GoName+".IsSet()"),
			call("patch."+f.GoName+".Set", sum(f))))
	}
	declare(w.File, "add returns the patch with the sums of the delta and the "+t.Noun+"'s numbers.",
		jen.Func().Params(jen.Id("d").Id(t.Delta)).Id("add").Params(jen.Id("old").Id(t.Doc), w.patchParam()).
			Params(jen.Id(t.Patch), jen.Error()).Block(append(body, jen.Return(jen.Id("patch"), call("c.Err")))...))
}

// sum is what a field is after the addition.
func sum(f *model.Field) string {
	old, add := "old."+f.GoName, "d."+f.GoName
	if f.Nullable {
		old = "runtime.Deref(" + old + ")"
	}
	var expr string
	switch f.Delta {
	case "AddInt":
		expr = "int(c.Sum(" + quoted(f.Key) + ", int64(" + old + "), int64(" + add + ")))"
	case "AddBigint":
		expr = "c.Sum(" + quoted(f.Key) + ", " + old + ", " + add + ")"
	default:
		expr = old + " + " + add
	}
	if f.Nullable {
		return "new(" + expr + ")"
	}
	return expr
}
