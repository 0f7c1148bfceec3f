package emit

import "github.com/dave/jennifer/jen"

// patch adds what is done with a patch.
func (w *tableWriter) patch() {
	if w.t.ChecksPatch {
		declare(w.File, "check is the check of a document, for the fields that the patch sets.",
			w.patchMethod("check").Params().Error().Block(w.checks(w.t.PatchChecks())...))
	}
	if w.t.ChecksMany {
		w.checkManyMethod()
	}
	w.assignmentsMethod()
	if w.t.TellsUpdate {
		w.applyMethod()
		w.changeMethod()
	}
}

func (w *tableWriter) patchMethod(name string) *jen.Statement {
	return jen.Func().Params(jen.Id("p").Op("*").Id(w.t.Patch)).Id(name)
}

func (w *tableWriter) checkManyMethod() {
	t := w.t
	var body []jen.Code
	for _, f := range t.Fields {
		if !f.Unique || !f.InPatch {
			continue
		}
		set := jen.Id("p." + f.GoName + ".IsSet").Call()
		if f.Nullable {
			set = jen.Id("p." + f.GoName + ".Or").Call(jen.Nil()).Op("!=").Nil()
		}
		body = append(body, jen.If(set).Block(jen.Return(rt("ManyUnique").Call(jen.Id(w.desc()), jen.Lit(f.Key)))))
	}
	comment := "checkMany refuses to give many rows one value of a unique field."
	last := jen.Return(jen.Nil())
	if t.ChecksPatch {
		comment = "checkMany is check for a patch of several rows. It refuses a value of a unique field, which only one row can have."
		last = jen.Return(call("p.check"))
	}
	declare(w.File, comment, w.patchMethod("checkMany").Params().Error().Block(append(body, last)...))
}

// nowParam is the parameter of functions that need the time of an update.
func (w *tableWriter) nowParam() []jen.Code {
	if !w.t.Touches {
		return nil
	}
	return params(jen.Id("now").Qual("time", "Time"))
}

// touches moves the fields that every update moves.
func (w *tableWriter) touches() []jen.Code {
	var list []jen.Code
	for _, f := range w.t.Fields {
		if f.Touch {
			list = append(list, call("set.Default", quoted(f.Column), "now"))
		}
	}
	return list
}

func (w *tableWriter) assignmentsMethod() {
	t := w.t
	body := []jen.Code{jen.Id("set").Op(":=").Op("&").Add(rt("Assignments")).Values()}
	for _, f := range t.Fields {
		if f.InPatch {
			body = append(body, rt(f.Assign()).Call(ids("set", quoted(f.Column), "p."+f.GoName)...))
		}
	}
	comment := "assignments returns the columns to set."
	if t.Touches {
		comment = "assignments returns the columns to set. If there are any, those that every update moves are among them."
	}
	body = append(append(body, w.touches()...), jen.Return(jen.Id("set")))
	declare(w.File, comment, w.patchMethod("assignments").Params(w.nowParam()...).Op("*").Add(rt("Assignments")).Block(body...))
}

// applyMethod adds what tells the row that an update writes.
func (w *tableWriter) applyMethod() {
	t := w.t
	var body []jen.Code
	for _, f := range t.Fields {
		field := jen.Id("old." + f.GoName)
		switch {
		case f.Touch && f.InPatch:
			body = append(body, field.Op("=").Add(call("p."+f.GoName+".Or", f.Moved())))
		case f.Touch:
			body = append(body, field.Op("=").Id(f.Moved()))
		case f.InPatch:
			body = append(body, field.Op("=").Add(call("p."+f.GoName+".Or", "old."+f.GoName)))
		}
	}
	declare(w.File, "apply returns old with the values that the patch sets.",
		w.patchMethod("apply").Params(append(params(jen.Id("old").Id(t.Doc)), w.nowParam()...)...).Id(t.Doc).
			Block(append(body, jen.Return(jen.Id("old")))...))
}

// changeMethod adds what compares the rows before an update and after it.
func (w *tableWriter) changeMethod() {
	t := w.t
	comment, receiver := "change returns what an update by the patch did, which left the "+t.Noun+" as it is stored.", ""
	var changed []jen.Code
	for _, f := range t.Fields {
		if !f.InPatch {
			continue
		}
		differs := jen.Id(f.Differs("old."+f.GoName, "stored."+f.GoName))
		if f.Touch {
			receiver = "p "
			comment = "change returns what an update by the patch did, which left the " + t.Noun + " as it is stored. What every update moves has changed if the patch set it."
			differs = call("p." + f.GoName + ".IsSet").Op("&&").Add(differs)
		}
		changed = append(changed, key(f.GoName, differs))
	}
	declare(w.File, comment,
		jen.Func().Params(jen.Id(receiver+"*"+t.Patch)).Id("change").Params(jen.List(jen.Id("old"), jen.Id("stored")).Id(t.Doc)).Id(t.Change).Block(
			jen.Return(jen.Id(t.Change).Add(ordered(
				key("Old", jen.Id("old")),
				key("New", jen.Id("stored")),
				key("Changed", jen.Id(t.Changed).Add(ordered(changed...))))))))
}
