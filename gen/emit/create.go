package emit

import "github.com/dave/jennifer/jen"

// creating adds Create.
func (w *tableWriter) creating() {
	t := w.t
	comment := "Create stores " + t.A + " and returns it as stored."
	in := params(jen.Id("in").Id(t.Create))
	results := params(jen.Id(t.Doc), jen.Error())
	if !t.CreateUnit {
		w.method(comment, "Create", in, results, append(w.store(), jen.Return(ids(t.Var, "nil")...))...)
		return
	}
	w.method(comment, "Create", in, results,
		jen.Return(w.inUnit(jen.Id(t.Doc), jen.Return(call(w.inTx("create"), "ctx", "in")))))
	body := w.store()
	if len(t.Created) > 0 {
		body = append(body, ifErr(call("t.recordCreated", "ctx", t.Var), w.none()))
	}
	if t.OnCreate {
		body = append(body,
			jen.Id("watch").Op(":=").Add(call("t.s.Tx.Watch", w.desc(), w.idText(t.Var))),
			jen.Defer().Add(call("watch.Stop")),
			ifErr(w.fire("OnCreate", t.Var), w.none()),
			jen.Return(w.codec("Fresh", "t.s.Session", "watch", t.Var)))
	} else {
		body = append(body, jen.Return(ids(t.Var, "nil")...))
	}
	w.method("", "create", in, results, body...)
}

// store is how a document is made, checked and inserted.
func (w *tableWriter) store() []jen.Code {
	t := w.t
	body := []jen.Code{jen.Id(t.Var).Op(":=").Add(call("in.document", w.createClock()...))}
	if t.BeforeCreate {
		body = append(body,
			jen.Id("id").Op(":=").Id(t.Var+".ID"),
			ifErr(w.fire("BeforeCreate", "&"+t.Var), w.none()),
			jen.If(jen.Id(t.Var+".ID").Op("!=").Id("id")).Block(
				jen.Return(jen.Id(w.none()), rt("Immutable").Call(jen.Id(w.desc()), jen.Lit("id")))))
	}
	if t.ChecksDocument {
		body = append(body, ifErr(call(t.Var+".check"), w.none()))
	}
	insert := call("t.s.Insert", "ctx", w.desc(), t.Var+".values()...")
	if !t.ID.Serial {
		return append(body, jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(insert), jen.Err().Op("!=").Nil()).Block(returnErr(w.none())))
	}
	counted := "n"
	return append(body,
		jen.List(jen.Id(counted), jen.Err()).Op(":=").Add(insert),
		orReturn(w.none()),
		jen.If(jen.Id(t.Var+".ID").Op("==").Lit(0)).Block(jen.Id(t.Var+".ID").Op("=").Id(t.ID.Type.Name).Call(jen.Id(counted))))
}

// createClock is the argument of document, where what it makes depends on the
// clock.
func (w *tableWriter) createClock() []string {
	if w.t.CreateClock {
		return []string{"t.s.Now()"}
	}
	return nil
}
