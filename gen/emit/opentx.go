package emit

import "github.com/dave/jennifer/jen"

// openTx adds the transaction that its owner ends.
func (w *dbWriter) openTx() {
	declare(w.File, "Begin returns a transaction that lives over several calls, until Commit or Rollback, or until ctx ends: ctx is that of the whole transaction, not of one call. Nothing is retried. It is for one goroutine at a time.",
		onDB().Id("Begin").Params(ctx(), jen.Id("options").Op("...").Id("TxOption")).Params(jen.Op("*").Id("OpenTx"), jen.Error()).Block(
			jen.List(jen.Id("open"), jen.Err()).Op(":=").Id("db.rt.Begin").Call(jen.Id("ctx"), joined()),
			orReturn("nil"),
			jen.Id("rt").Op(":=").Add(call("open.Tx")),
			jen.Return(jen.Op("&").Id("OpenTx").Values(key("Tx", w.newTx("db.in.triggers")), key("open", jen.Id("open"))), jen.Nil())))
	declare(w.File, "OpenTx is a transaction that Begin began. Its Tx is what functions take that work in a transaction.",
		jen.Type().Id("OpenTx").Struct(jen.Op("*").Id("Tx"), jen.Id("open").Op("*").Add(rt("OpenTx"))))
	w.openMethod("Commit commits the transaction, unless ctx has ended. The transaction has ended when it returns. After an error nothing of it is stored, except after ErrCommitUnknown, which leaves that open.",
		"Commit", "ctx")
	w.openMethod("Rollback ends the transaction, of which nothing is left. Its error is ErrTxDone if the transaction has ended before, so that it may be deferred.", "Rollback")
	w.openMethod("Err returns why the transaction can only be rolled back: a conflict, a lost connection, or a statement that failed outside of a nested Tx. It is nil while the transaction can be used, and ErrTxDone once it has ended. The locks of the transaction stand until Rollback.", "Err")
}

// openMethod adds a method that only calls that of the runtime.
func (w *dbWriter) openMethod(comment, name string, args ...string) {
	var in []jen.Code
	if len(args) > 0 {
		in = params(ctx())
	}
	declare(w.File, comment, jen.Func().Params(jen.Id("tx").Op("*").Id("OpenTx")).Id(name).Params(in...).Error().Block(jen.Return(call("tx.open."+name, args...))))
}

// joined is the options of a transaction as one.
func joined() *jen.Statement { return rt("Joined").Call(jen.Id("options")) }

// withoutTriggers adds the database whose tables fire no triggers.
func (w *dbWriter) withoutTriggers() {
	declare(w.File, w.quietly("WithoutTriggers returns the same database with tables that fire no triggers, in its transactions neither."),
		onDB().Id("WithoutTriggers").Params().Op("*").Id("DB").Block(
			jen.Id("quiet").Op(":=").Op("&").Id("DB").Values(key("rt", jen.Id("db.rt")), key("in", jen.Id("handle").Values(key("Handle", jen.Id("db.in.Handle"))))),
			jen.Id("quiet.Tables").Op("=").Add(call("newTables", "&quiet.in")),
			jen.Return(jen.Id("quiet"))))
}

// quietly completes a comment about a handle without triggers: it says what is still
// recorded.
func (w *dbWriter) quietly(comment string) string {
	if len(w.m.Events) > 0 {
		comment += " Events are recorded all the same."
	}
	return comment
}

// upsert adds the function that changes a row or creates it.
func (w *dbWriter) upsert() {
	inTx := func(results ...jen.Code) jen.Code {
		return jen.Func().Params(jen.Qual("context", "Context"), jen.Op("*").Id("Tx")).Params(results...)
	}
	declare(w.File, "upsert updates the row that has these values in the fields of a unique index, or creates one, in the open transaction or in one of its own. It reports whether the row was created.",
		jen.Func().Id("upsert").Types(jen.Id("D").Any()).Params(ctx(), jen.Id("in").Op("*").Id("handle"), jen.Id("table").Op("*").Add(dl("Table")), jen.Id("fields").Index().String(),
			jen.Id("update").Add(inTx(jen.Id("D"), jen.Bool(), jen.Error())), jen.Id("create").Add(inTx(jen.Id("D"), jen.Error()))).Params(jen.Id("D"), jen.Bool(), jen.Error()).Block(
			jen.Id("created").Op(":=").False(),
			jen.List(jen.Id("doc"), jen.Err()).Op(":=").Id("unit").Call(jen.Id("ctx"), jen.Id("in"),
				jen.Func().Params(ctx(), jen.Id("tx").Op("*").Id("Tx")).Params(jen.Id("doc").Id("D"), jen.Err().Error()).Block(
					jen.List(jen.Id("created"), jen.Err()).Op("=").Add(rt("Upsert")).Call(append(ids("ctx", "tx.rt", "table", "fields"),
						jen.Func().Params(ctx()).Params(jen.Id("there").Bool(), jen.Err().Error()).Block(
							jen.List(ids("doc", "there", "err")...).Op("=").Add(call("update", "ctx", "tx")), jen.Return(ids("there", "err")...)),
						jen.Func().Params(ctx()).Params(jen.Err().Error()).Block(
							jen.List(ids("doc", "err")...).Op("=").Add(call("create", "ctx", "tx")), jen.Return(jen.Err())))...),
					jen.Return(ids("doc", "err")...))),
			jen.Return(jen.Id("doc"), jen.Id("created").Op("&&").Err().Op("==").Nil(), jen.Err())))
}
