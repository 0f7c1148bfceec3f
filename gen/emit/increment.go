package emit

import (
	"github.com/dave/jennifer/jen"
)

// An incrementing writes the method that adds to numbers.
type incrementing struct{ *tableWriter }

// write adds IncrementOne.
func (w incrementing) write() {
	t := w.t
	comment := "IncrementOne adds delta to the numbers of one " + t.Noun + " that matches, sets what patch sets, and returns it as stored, and whether there was one. Null counts as zero."
	in := params(w.where(), jen.Id("delta").Id(t.Delta), w.patchParam())
	if !t.Updating.InUnit() {
		w.method(comment, "IncrementOne", in, w.maybeOne(),
			jen.List(jen.Id("set"), jen.Err()).Op(":=").Add(w.deltaAssignments()), orReturn(t.Var, "false"),
			jen.List(jen.Id("ok"), jen.Err()).Op("=").Add(w.into("UpdateOne", ids("where.Expr()", "set")...)),
			w.maybe())
		w.addStatement()
		return
	}
	// A delta that no row can take is refused even if there is no row.
	faulty := jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(call("delta.add", t.Doc+"{}", "patch")), jen.Err().Op("!=").Nil()).Block(returnErr("false"))
	w.one(comment, "IncrementOne", in, append(append([]jen.Code{faulty}, w.lockOne("LockUpdate")...),
		jen.List(jen.Id("sum"), jen.Err()).Op(":=").Add(call("delta.add", t.Var, "patch")),
		orReturn("false"),
		w.inPlace(w.updateCall(t.Var, "sum", "delta")),
		returnErr("true"))...)
	w.addToPatch()
	if t.AddsAgain() {
		w.addAgain()
	}
}

// addAgain adds the method that computes the sums from the row as a trigger left it.
func (w incrementing) addAgain() {
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

// deltaAssignments is the call that turns a delta and a patch into assignments.
func (w incrementing) deltaAssignments() *jen.Statement {
	if w.t.Touches {
		return call("delta.assignments", "patch", "t.in.Now()")
	}
	return call("delta.assignments", "patch")
}

// addStatement adds the method that lets the database add.
func (w incrementing) addStatement() {
	in := params(w.patchParam())
	if w.t.Touches {
		in = append(in, jen.Id("now").Qual("time", "Time"))
	}
	var adds []jen.Code
	for _, f := range w.t.Fields {
		if f.Delta != "" {
			adds = append(adds, call("set.Add"+f.Delta, quoted(f.Column), "d."+f.GoName))
		}
	}
	declare(w.File, "assignments returns the columns that patch sets and those that the delta adds to.",
		jen.Func().Params(jen.Id("d").Id(w.t.Delta)).Id("assignments").Params(in...).Add(assigned()).Block(patching(w).assignmentsOf("patch", adds...)...))
}

// addToPatch adds the method that makes the sums part of the patch, so that
// triggers see them.
func (w incrementing) addToPatch() {
	t := w.t
	body := []jen.Code{jen.Id("sums").Op(":=").Add(rt("Sums")).Values(key("Table", jen.Id(w.desc())))}
	for _, f := range t.Fields {
		if f.Delta == "" {
			continue
		}
		kind := f.Delta
		if f.Nullable {
			kind = "Null" + kind
		}
		body = append(body, call("sums."+kind, quoted(f.Key), "&patch."+f.GoName, "old."+f.GoName, "d."+f.GoName))
	}
	declare(w.File, "add returns the patch with the sums of the delta and the "+t.Noun+"'s numbers.",
		jen.Func().Params(jen.Id("d").Id(t.Delta)).Id("add").Params(jen.Id("old").Id(t.Doc), w.patchParam()).
			Params(jen.Id(t.Patch), jen.Error()).Block(append(body, jen.Return(jen.Id("patch"), call("sums.Err")))...))
}
