package emit

import "github.com/dave/jennifer/jen"

// patch adds what is done with a patch.
func (w *tableWriter) patch() {
	if w.t.ChecksPatch {
		declare(w.File, "check does for what is set what the check of a document does.",
			w.patchMethod("check").Params().Error().Block(w.checks(w.t.PatchChecks())...))
	}
	if w.t.ChecksMany {
		w.checkManyMethod()
	}
	w.assignmentsMethod()
	if w.t.TellsUpdate {
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
		comment = "checkMany does what check does, and refuses to give many rows one value of a unique field."
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
		comment = "assignments returns the columns to set. Whatever the patch sets moves those that every update moves."
	}
	body = append(append(body, w.touches()...), jen.Return(jen.Id("set")))
	declare(w.File, comment, w.patchMethod("assignments").Params(w.nowParam()...).Op("*").Add(rt("Assignments")).Block(body...))
}

func (w *tableWriter) changeMethod() {
	t := w.t
	body := []jen.Code{jen.Id("c").Op(":=").Id(t.Change).Values(key("Old", jen.Id("old")), key("New", jen.Id("old")))}
	for _, f := range t.Fields {
		if f.InPatch {
			args := ids("p."+f.GoName, "&c.New."+f.GoName)
			if f.Equal != "" {
				args = append(args, jen.Id(f.Equal))
			}
			body = append(body, jen.Id("c.Changed."+f.GoName).Op("=").Add(rt(f.Compare)).Call(args...))
		}
		if !f.Touch {
			continue
		}
		move := jen.Id("c.New." + f.GoName).Op("=").Id(f.Moved())
		if f.InPatch {
			move = jen.If(jen.Op("!").Id("p." + f.GoName + ".IsSet").Call()).Block(move)
		}
		body = append(body, move)
	}
	declare(w.File, "change returns what the patch makes of old.",
		w.patchMethod("change").Params(append(params(jen.Id("old").Id(t.Doc)), w.nowParam()...)...).Id(t.Change).
			Block(append(body, jen.Return(jen.Id("c")))...))
}
