package emit

import "github.com/dave/jennifer/jen"

// A creating writes the methods that create rows.
type creating struct{ *tableWriter }

// write adds Create.
func (w creating) write() {
	t := w.t
	comment := "Create stores " + t.A + " and returns it as stored."
	in := params(jen.Id("in").Id(t.Create))
	results := params(jen.Id(t.Doc), jen.Error())
	if !t.Creating.InUnit() {
		w.method(comment, "Create", in, results, append(w.ready(), jen.Return(w.insert()))...)
		return
	}
	w.method(comment, "Create", in, results,
		jen.Return(w.inUnit(jen.Id(t.Doc), jen.Return(call(w.inTx("create"), "ctx", "in")))))
	body := append(w.ready(), jen.List(jen.Id(t.Var), jen.Err()).Op(":=").Add(w.insert()), orReturn(w.none()))
	if len(t.Created) > 0 {
		body = append(body, ifErr(call("t.recordCreated", "ctx", t.Var), w.none()))
	}
	if t.OnCreate {
		body = append(body, jen.Return(w.fireOn("t.in", "OnCreate", t.Var, t.Var)))
	} else {
		body = append(body, jen.Return(ids(t.Var, "nil")...))
	}
	w.method("", "create", in, results, body...)
}

// writeMany adds CreateMany.
func (w creating) writeMany() {
	t := w.t
	comment := "CreateMany stores " + t.Nouns + ", all or none, and returns them as stored, in the order given. The error of one is a RowError."
	in := params(jen.Id("in").Index().Id(t.Create))
	many := jen.Index().Id(t.Doc)
	results := params(many, jen.Error())
	if !t.Creating.InUnit() {
		w.method(comment, "CreateMany", in, results, append(w.clockIf(t.CreateClock), jen.Return(w.createMany("t.in.Handle")))...)
		return
	}
	var body []jen.Code
	if t.BeforeCreate || t.OnCreate {
		body = append(body, jen.If(jen.Id("t.in.triggers").Op("!=").Nil()).Block(
			jen.Return(w.codec("CreateEach", "tx.in.Handle", "in", w.inTx("create")))))
	}
	body = append(append(body, w.clockIf(t.CreateClock)...), jen.Return(w.createMany("tx.in.Handle")))
	w.method(comment, "CreateMany", in, results, jen.Return(w.inUnit(many, body...)))
}

// createMany returns the call that stores documents together.
func (w creating) createMany(session string) *jen.Statement {
	document, record := jen.Id(w.t.Create+".document"), jen.Nil()
	if w.t.CreateClock {
		document = short("in "+w.t.Create, w.t.Doc, "in.document(now)")
	}
	if len(w.t.Created) > 0 {
		record = jen.Id(w.inTx("recordCreated"))
	}
	return rt("CreateMany").Call(append(ids("ctx", session, "&"+w.t.Codec, "in"), document, record)...)
}

// upserting adds the methods that find a row by a unique index and change it, or create it.
func (w creating) upserting() {
	t := w.t
	in := params(jen.Id("in").Id(t.Create), w.patchParam())
	for _, f := range t.Finders {
		if f.Upsert() == "" {
			continue
		}
		w.method(f.Upsert()+" updates the "+t.Noun+" that has the same "+f.Words+" as in, or creates one from in. ok reports whether it was created.",
			f.Upsert(), in, w.maybeOne(), jen.Return(call("t.upsert", append([]string{"ctx", "in", "patch"}, quotedAll(f.Fields)...)...)))
	}
	w.method("", "upsert", append(in, jen.Id("fields").Op("...").String()), w.maybeOne(),
		jen.Id("wanted").Op(":=").Add(call("in.document", w.createClock()...)),
		jen.Id("where").Op(":=").Add(rt("Holder").Types(jen.Id(t.Doc)).Call(jen.Id(w.desc()), w.asRow("wanted").Dot("Values").Call(), jen.Id("fields"))),
		jen.Return(jen.Id("upsert").Call(append(ids("ctx", "t.in", w.desc(), "fields"),
			w.inTxFunc(w.maybeOne(), call(w.inTx("UpdateOne"), "ctx", "where", "patch")),
			w.inTxFunc(w.oneOrError(), call(w.inTx("Create"), "ctx", "in")))...)))
}

// inTxFunc is a function that calls a method of the table in a transaction.
func (w creating) inTxFunc(results []jen.Code, run jen.Code) jen.Code {
	return jen.Func().Params(ctx(), jen.Id("tx").Op("*").Id("Tx")).Params(results...).Block(jen.Return(run))
}

// ready returns the code that makes and checks a document to store.
func (w creating) ready() []jen.Code {
	t := w.t
	body := []jen.Code{jen.Id(t.Var).Op(":=").Add(call("in.document", w.createClock()...))}
	if t.BeforeCreate {
		body = append(body,
			jen.Id("id").Op(":=").Id(t.Var+".ID"),
			ifErr(w.fire("BeforeCreate", "&"+t.Var), w.none()),
			jen.If(jen.Id(t.Var+".ID").Op("!=").Id("id")).Block(
				jen.Return(jen.Id(w.none()), rt("Immutable").Call(jen.Id(w.desc()), jen.Lit("id")))))
	}
	if t.Tidies {
		body = append(body, w.asRow(t.Var).Dot("Tidy").Call())
	}
	return body
}

// insert is the call that stores a document, and returns it as it is stored.
func (w creating) insert() *jen.Statement {
	return rt("Insert").Call(append(ids("ctx", "t.in.Handle", "&"+w.t.Codec, w.t.Var), w.asRow(w.t.Var).Dot("Values").Call())...)
}

// createClock returns the argument that document needs if its result depends on the clock.
func (w creating) createClock() []string {
	if w.t.CreateClock {
		return []string{"t.in.Now()"}
	}
	return nil
}
