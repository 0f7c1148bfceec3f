package emit

import "github.com/dave/jennifer/jen"

// A patching writes the methods of a patch.
type patching struct{ *tableWriter }

// write adds the methods of a patch.
func (w patching) write() {
	w.assignmentsMethod()
	if w.t.Updating.Tells {
		w.applyMethod()
		w.changeMethod()
	}
}

func (w patching) patchMethod(name string) *jen.Statement {
	return jen.Func().Params(jen.Id("p").Op("*").Id(w.t.Patch)).Id(name)
}

// nowParam is the parameter of functions that need the time of an update.
func (w patching) nowParam() []jen.Code {
	if !w.t.Touches {
		return nil
	}
	return params(jen.Id("now").Qual("time", "Time"))
}

// touches moves the fields that every update moves.
func (w patching) touches() []jen.Code {
	var list []jen.Code
	for _, f := range w.t.Fields {
		if f.Touch {
			list = append(list, call("set.Default", quoted(f.Column), "now"))
		}
	}
	return list
}

// assignmentsOf is the body of a function that turns a patch into assignments. more is code
// that sets more behind it.
func (w patching) assignmentsOf(patch string, more ...jen.Code) []jen.Code {
	body := []jen.Code{jen.Id("set").Op(":=").Add(rt("Assigning").Call(jen.Id(w.t.Desc)))}
	for _, f := range w.t.Fields {
		if f.InPatch {
			body = append(body, rt(f.Assign()).Call(ids("set", quoted(f.Column), patch+"."+f.GoName)...))
		}
	}
	return append(append(append(body, more...), w.touches()...), jen.Return(call("set.Checked")))
}

// assigned are the results of such a function.
func assigned() *jen.Statement { return jen.Params(jen.Op("*").Add(rt("Assignments")), jen.Error()) }

func (w patching) assignmentsMethod() {
	comment := "assignments returns the columns to set."
	if w.t.Touches {
		comment = "assignments returns the columns to set. If the patch sets any, those that every update sets to now are among them."
	}
	declare(w.File, comment, w.patchMethod("assignments").Params(w.nowParam()...).Add(assigned()).Block(w.assignmentsOf("p")...))
}

// applyMethod adds the method that computes the row which an update writes.
func (w patching) applyMethod() {
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
			Block(append(append(body, w.tidied("old")...), jen.Return(jen.Id("old")))...))
}

// tidied gives the values that a patch may have set the form in which they are stored.
func (w patching) tidied(doc string) []jen.Code {
	if !w.t.TidiesPatch {
		return nil
	}
	return []jen.Code{w.asRow(doc).Dot("Tidy").Call()}
}

// changeMethod adds the method that compares a row before an update with the row after it.
func (w patching) changeMethod() {
	t := w.t
	comment, receiver := "change compares the "+t.Noun+" before and after an update by the patch.", ""
	var changed []jen.Code
	for _, f := range t.Fields {
		if !f.InPatch {
			continue
		}
		differs := jen.Id(f.Differs("old."+f.GoName, "stored."+f.GoName))
		if f.Touch {
			receiver = "p "
			comment = "change compares the " + t.Noun + " before and after an update by the patch. A field that every update sets to now counts as changed only if the patch set it."
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
