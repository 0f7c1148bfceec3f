package emit

import "github.com/dave/jennifer/jen"

// openTx adds the transaction that its owner ends.
func (w *dbWriter) openTx() {
	declare(w.File, "Begin returns a transaction that lives over several calls, until Commit or Rollback, or until ctx ends: ctx is that of the whole transaction, not of one call. Nothing is retried. It is for one goroutine at a time.",
		onDB().Id("Begin").Params(ctx(), jen.Id("options").Op("...").Id("TxOption")).Params(jen.Op("*").Id("OpenTx"), jen.Error()).Block(
			jen.List(jen.Id("open"), jen.Err()).Op(":=").Id("db.db.Begin").Call(jen.Id("ctx"), joined()),
			orReturn("nil"),
			jen.Id("rt").Op(":=").Add(call("open.Tx")),
			jen.Return(jen.Op("&").Id("OpenTx").Values(key("Tx", w.newTx("db.scope.triggers")), key("open", jen.Id("open"))), jen.Nil())))
	declare(w.File, "OpenTx is a transaction that Begin began. Its Tx is what functions take that work in a transaction.",
		jen.Type().Id("OpenTx").Struct(jen.Op("*").Id("Tx"), jen.Id("open").Op("*").Add(rt("OpenTx"))))
	w.openMethod("Commit commits the transaction, unless ctx has ended. Whatever its error, the transaction has ended when it returns; but for ErrCommitUnknown, nothing of it is stored then.",
		"Commit", "ctx")
	w.openMethod("Rollback ends the transaction, of which nothing is left. Its error is ErrTxDone if the transaction has ended before, so that it may be deferred.", "Rollback")
	w.openMethod("Err returns why the transaction can only be rolled back: a conflict, a lost connection, or a statement that failed outside of a nested Tx. It is nil while the transaction can be used, and ErrTxDone once it has ended. The locks of the transaction stand until Rollback.", "Err")
}

// openMethod adds a method that is the runtime's.
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
			jen.Id("quiet").Op(":=").Op("&").Id("DB").Values(key("db", jen.Id("db.db")), key("scope", jen.Id("scope").Values(key("Session", jen.Id("db.scope.Session"))))),
			jen.Id("quiet.Tables").Op("=").Add(call("newTables", "&quiet.scope")),
			jen.Return(jen.Id("quiet"))))
}

// quietly adds to a comment on what fires no triggers what is recorded still.
func (w *dbWriter) quietly(comment string) string {
	if len(w.m.Events) > 0 {
		comment += " Events are recorded all the same."
	}
	return comment
}

// upsert adds the function that changes a row or creates it.
func (w *dbWriter) upsert() {
	change := jen.Func().Params(jen.Qual("context", "Context"), jen.Op("*").Id("Tx")).Params(jen.Id("D"), jen.Bool(), jen.Error())
	create := jen.Func().Params(jen.Qual("context", "Context"), jen.Op("*").Id("Tx")).Params(jen.Id("D"), jen.Error())
	inTx := func(function string, results ...jen.Code) jen.Code {
		return jen.Func().Params(ctx()).Params(results...).Block(jen.Return(call(function, "ctx", "tx")))
	}
	declare(w.File, "upsert changes a row that has unique values already, or creates one, in the open transaction or in one of its own. It reports whether the row was created.",
		jen.Func().Id("upsert").Types(jen.Id("D").Any()).Params(ctx(), jen.Id("s").Op("*").Id("scope"), jen.Id("table").Op("*").Add(dl("Table")), jen.Id("fields").Index().String(),
			jen.Id("update").Add(change), jen.Id("create").Add(create)).Params(jen.Id("D"), jen.Bool(), jen.Error()).Block(
			jen.Id("created").Op(":=").False(),
			jen.List(jen.Id("doc"), jen.Err()).Op(":=").Id("unit").Call(jen.Id("ctx"), jen.Id("s"),
				jen.Func().Params(ctx(), jen.Id("tx").Op("*").Id("Tx")).Params(jen.Id("doc").Id("D"), jen.Err().Error()).Block(
					jen.List(jen.Id("doc"), jen.Id("created"), jen.Err()).Op("=").Add(rt("Upsert")).Call(append(ids("ctx", "tx.tx", "table", "fields"),
						inTx("update", jen.Id("D"), jen.Bool(), jen.Error()), inTx("create", jen.Id("D"), jen.Error()))...),
					jen.Return(ids("doc", "err")...))),
			jen.Return(jen.Id("doc"), jen.Id("created").Op("&&").Err().Op("==").Nil(), jen.Err())))
}
