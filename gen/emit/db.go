package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// A dbWriter writes db.go: the database, its transactions, and the code that all tables
// share.
type dbWriter struct {
	*jen.File
	m *model.Model
}

func dbFile(m *model.Model) *jen.File {
	w := &dbWriter{newFile(m), m}
	w.HeaderComment("// Source: " + m.Source)
	w.handshake()
	w.database()
	w.transaction()
	w.openTx()
	w.handle()
	if m.HasUnits {
		w.unit()
	}
	if m.HasUpserts {
		w.upsert()
	}
	if m.FiresDocument {
		w.fire()
	}
	if m.FiresWritten {
		w.on()
	}
	if m.FiresPatch {
		w.fireUpdate()
	}
	return w.File
}

func (w *dbWriter) handshake() {
	w.PackageComment(wrapped("Package "+w.m.Package+" reads and writes the tables that schema.yaml declares. Begin with Open.", ""))
	declare(w.File, "The generated code and the runtime must fit each other. If the next line does not compile, run go generate, or upgrade github.com/authgen/authgen to the version of the generator.",
		jen.Const().Id("_").Op("=").Add(rt("Generation1")))
	declare(w.File, "Tables are the tables of the schema, as fields of DB and of Tx.", jen.Type().Id("Tables").StructFunc(func(g *jen.Group) {
		for _, t := range w.m.Tables {
			g.Id(t.Doc).Id(t.Table)
		}
	}))
}

// onDB and onTx begin a method.
func onDB() *jen.Statement { return jen.Func().Params(jen.Id("db").Op("*").Id("DB")) }

func onTx() *jen.Statement { return jen.Func().Params(jen.Id("tx").Op("*").Id("Tx")) }

// work is the type of a function that runs in a transaction.
func work() *jen.Statement {
	return jen.Func().Params(ctx(), jen.Id("tx").Op("*").Id("Tx")).Error()
}

// newTx makes a transaction of the package from the transaction of the runtime.
func (w *dbWriter) newTx(triggers string) *jen.Statement {
	if w.m.HasTriggers {
		return call("newTx", "rt", triggers)
	}
	return call("newTx", "rt")
}

// runtimeWork is the function to which the runtime gives its transaction.
func (w *dbWriter) runtimeWork() *jen.Statement {
	return jen.Func().Params(ctx(), jen.Id("rt").Op("*").Add(rt("Tx"))).Error().Block(
		jen.Return(jen.Id("fn").Call(jen.Id("ctx"), w.newTx("db.in.triggers"))))
}

func (w *dbWriter) database() {
	declare(w.File, "DB is the database: every call on its tables is a transaction of its own. It is safe for use by several goroutines.",
		jen.Type().Id("DB").Struct(jen.Id("Tables"), jen.Id("rt").Op("*").Add(rt("DB")), jen.Id("in").Id("handle")))
	w.open()
	declare(w.File, "Close closes the database if authgen opened it; a pool that the program opened is the program's to close.",
		onDB().Id("Close").Params().Error().Block(jen.Return(call("db.rt.Close"))))
	declare(w.File, "Schema returns what the package was generated from: its tables, and the types of their fields. It is not to be changed.",
		onDB().Id("Schema").Params().Add(rt("Schema")).Block(jen.Return(call("db.rt.Schema"))))
	if w.m.Outbox {
		declare(w.File, "Outbox returns what package outbox works on: outbox.New(db.Outbox()).",
			onDB().Id("Outbox").Params().Op("*").Add(rt("DB")).Block(jen.Return(jen.Id("db.rt"))))
	}
	if w.m.HasTriggers {
		w.withoutTriggers()
	}
	declare(w.File, "Tx runs fn in one transaction, with every call on the tables of tx, and commits if fn returns nil. After a conflict with another transaction fn runs again; the error is ErrConflict when the retries are used up.",
		onDB().Id("Tx").Params(ctx(), jen.Id("fn").Add(work()), jen.Id("options").Op("...").Id("TxOption")).Error().Block(
			jen.Return(jen.Id("db.rt.Unit").Call(jen.Id("ctx"), joined(), w.runtimeWork()))))
	declare(w.File, "Join runs fn inside a transaction that the caller began and will end. If fn fails, nothing of it is left in that transaction. When the caller has ended it, done must be called with whether it was committed; it runs what fn left for AfterCommit or AfterRollback.",
		onDB().Id("Join").Params(ctx(), jen.Id("outer").Op("*").Qual("database/sql", "Tx"), jen.Id("fn").Add(work())).
			Params(jen.Id("done").Func().Params(jen.Id("committed").Bool()), jen.Err().Error()).Block(
			jen.Return(jen.Id("db.rt.Join").Call(jen.Id("ctx"), jen.Id("outer"), w.runtimeWork()))))
}

func (w *dbWriter) open() {
	in := []jen.Code{ctx(), jen.Id("database").Add(dl("Database"))}
	var body []jen.Code
	session := key("Handle", rt("Handle").Values(key("DB", jen.Id("rt"))))
	handle := jen.Id("handle").Values(session)
	if w.m.HasTriggers {
		in = append(in, jen.Id("triggers").Id("Triggers"))
		body = append(body, jen.If(jen.Id("triggers").Op("==").Nil()).Block(
			jen.Return(jen.Nil(), jen.Qual("errors", "New").Call(jen.Lit("open: triggers is nil: pass NoTriggers{} to run none")))))
		handle = jen.Id("handle").Values(session, key("triggers", jen.Id("triggers")))
	}
	in = append(in, jen.Id("options").Op("...").Id("Option"))
	body = append(body,
		jen.List(jen.Id("rt"), jen.Err()).Op(":=").Add(rt("Open")).Call(ids("ctx", "database", "schema", "options...")...),
		orReturn("nil"),
		jen.Id("db").Op(":=").Op("&").Id("DB").Values(key("rt", jen.Id("rt")), key("in", handle)),
		jen.Id("db.Tables").Op("=").Add(call("newTables", "&db.in")),
		jen.Return(ids("db", "nil")...))
	declare(w.File, "Open checks that the connections and the tables are as authgen needs them, and returns the database. The error says what to change.",
		jen.Func().Id("Open").Params(in...).Params(jen.Op("*").Id("DB"), jen.Error()).Block(body...))
}

func (w *dbWriter) transaction() {
	declare(w.File, "Tx is one open transaction. It is for one goroutine, and ends with the function that it was given to.",
		jen.Type().Id("Tx").Struct(jen.Id("Tables"), jen.Id("rt").Op("*").Add(rt("Tx")), jen.Id("in").Id("handle")))
	in := []jen.Code{jen.Id("rt").Op("*").Add(rt("Tx"))}
	fields := []jen.Code{key("Handle", rt("Handle").Values(key("DB", call("rt.DB")), key("Unit", jen.Id("rt"))))}
	if w.m.HasUnits {
		fields = append(fields, key("tx", jen.Id("tx")))
	}
	if w.m.HasTriggers {
		in = append(in, jen.Id("triggers").Id("Triggers"))
		fields = append(fields, key("triggers", jen.Id("triggers")))
	}
	declare(w.File, "", jen.Func().Id("newTx").Params(in...).Op("*").Id("Tx").Block(
		jen.Id("tx").Op(":=").Op("&").Id("Tx").Values(key("rt", jen.Id("rt"))),
		jen.Id("tx.in").Op("=").Id("handle").Values(fields...),
		jen.Id("tx.Tables").Op("=").Add(call("newTables", "&tx.in")),
		jen.Return(jen.Id("tx"))))
	declare(w.File, "Tx runs fn in a savepoint. If fn fails, what it wrote is undone, what it left for AfterCommit is dropped, and the transaction goes on if the caller handles the error.",
		onTx().Id("Tx").Params(ctx(), jen.Id("fn").Add(work())).Error().Block(
			jen.Return(jen.Id("tx.rt.Nested").Call(jen.Id("ctx"), jen.Func().Params(ctx()).Error().Block(jen.Return(call("fn", "ctx", "tx")))))))
	if w.m.HasTriggers {
		declare(w.File, w.quietly("WithoutTriggers returns the same transaction with tables that fire no triggers."),
			onTx().Id("WithoutTriggers").Params().Op("*").Id("Tx").Block(jen.Return(call("newTx", "tx.rt", "nil"))))
	}
	declare(w.File, "SQL returns the underlying transaction, for the application's own tables.",
		onTx().Id("SQL").Params().Op("*").Add(rt("SQLTx")).Block(jen.Return(call("tx.rt.SQL"))))
	w.after("AfterCommit", "AfterCommit makes f run once, after the outermost commit, and not at all after a rollback. Its failure is reported to the handler of WithAfterError and changes nothing else.")
	w.after("AfterRollback", "AfterRollback makes f run once, when the whole transaction has ended, if this transaction was rolled back, or the nested Tx in which AfterRollback was called.")
	if w.m.Outbox {
		w.jobs()
	}
}

// jobs adds the methods that schedule work for after the transaction.
func (w *dbWriter) jobs() {
	declare(w.File, "Schedule stores a job as part of the transaction; a rollback drops it. Its handler is called when it is due, at least once. It is due at once, unless After or At says otherwise.",
		onTx().Id("Schedule").Params(ctx(), jen.Id("job").Id("Job"), jen.Id("options").Op("...").Id("JobOption")).Error().Block(
			jen.Return(call("tx.rt.Schedule", "ctx", "job", "options..."))))
	declare(w.File, "Cancel deletes the job of that kind which was scheduled with that UniqueKey. It reports whether the job still waited. Of the given job, only the kind counts.",
		onTx().Id("Cancel").Params(ctx(), jen.Id("job").Id("Job"), jen.Id("key").String()).Params(jen.Bool(), jen.Error()).Block(
			jen.Return(call("tx.rt.Cancel", "ctx", "job", "key"))))
}

func (w *dbWriter) after(name, comment string) {
	declare(w.File, comment, onTx().Id(name).Params(jen.Id("f").Func().Params(ctx()).Error()).Block(call("tx.rt."+name, "f")))
}

func (w *dbWriter) handle() {
	fields := []jen.Code{rt("Handle")}
	if w.m.HasUnits {
		fields = append(fields, jen.Id("tx").Op("*").Id("Tx").Comment("// nil: each call is a transaction of its own"))
	}
	if w.m.HasTriggers {
		fields = append(fields, jen.Id("triggers").Id("Triggers").Comment("// nil: none are fired"))
	}
	declare(w.File, "A handle is where the calls on a table go: to the database, or into an open transaction.", jen.Type().Id("handle").Struct(fields...))
	var made, described []jen.Code
	for _, t := range w.m.Tables {
		made = append(made, key(t.Doc, jen.Id(t.Table).Values(jen.Id("in"))))
		described = append(described, jen.Id(t.Desc))
	}
	declare(w.File, "", jen.Func().Id("newTables").Params(jen.Id("in").Op("*").Id("handle")).Id("Tables").Block(jen.Return(jen.Id("Tables").Add(ordered(made...)))))
	var texts []jen.Code
	for _, s := range w.m.Scripts {
		texts = append(texts, key(dialectNames[s.Dialect], jen.Id(s.Var)))
	}
	declare(w.File, "schema describes every table to the runtime.", jen.Var().Id("schema").Op("=").Add(rt("Schema")).Add(ordered(
		key("Tables", jen.Index().Op("*").Add(dl("Table")).Add(ordered(described...))),
		key("DDL", dl("SQL").Values(texts...)))))
}

// unit adds the function that gives an operation with triggers a transaction.
func (w *dbWriter) unit() {
	made := call("newTx", "work.Tx")
	if w.m.HasTriggers {
		made = call("newTx", "work.Tx", "in.triggers")
	}
	declare(w.File, "unit runs fn in the open transaction, or in one of its own, and again after a conflict, as often as WithRetry allows.",
		jen.Func().Id("unit").Types(jen.Id("T").Any()).Params(ctx(), jen.Id("in").Op("*").Id("handle"),
			jen.Id("fn").Func().Params(ctx(), jen.Id("tx").Op("*").Id("Tx")).Params(jen.Id("T"), jen.Error())).
			Params(jen.Id("result").Id("T"), jen.Err().Error()).Block(
			jen.Id("work").Op(":=").Id("in.Work").Call(jen.Id("ctx")),
			jen.Defer().Id("work.End").Call(),
			jen.For(jen.Id("work.Next").Call(jen.Op("&").Err())).Block(
				jen.Id("tx").Op(":=").Id("in.tx"),
				jen.If(jen.Id("tx").Op("==").Nil()).Block(jen.Id("tx").Op("=").Add(made)),
				jen.List(jen.Id("result"), jen.Err()).Op("=").Add(call("fn", "work.Ctx", "tx"))),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Var().Id("none").Id("T"), jen.Return(jen.Id("none"), jen.Err())),
			jen.Return(ids("result", "nil")...)))
}

// fire adds the function that runs a trigger of one argument.
func (w *dbWriter) fire() {
	declare(w.File, "fire runs a trigger with what it is given, unless the handle is without triggers.",
		jen.Func().Id("fire").Types(jen.Id("V").Any()).Params(ctx(), jen.Id("in").Op("*").Id("handle"), jen.Id("table").Op("*").Add(dl("Table")), jen.Id("name").String(),
			jen.Id("trigger").Func().Params(jen.Id("Triggers"), jen.Qual("context", "Context"), jen.Op("*").Id("Tx"), jen.Id("V")).Error(), jen.Id("v").Id("V")).Params(jen.Err().Error()).Block(
			w.firing(jen.Id("name"), call("trigger", "in.triggers", "ctx", "in.tx", "v"))...))
}

// on adds the function that runs a trigger behind a write.
func (w *dbWriter) on() {
	declare(w.File, "on runs the trigger of a write that was done, unless the handle is without triggers, and returns the document as it is then. key is the id of the document, as text.",
		jen.Func().Id("on").Types(jen.Id("D"), jen.Id("V").Any()).Params(ctx(), jen.Id("in").Op("*").Id("handle"), jen.Id("c").Op("*").Add(rt("Codec")).Types(jen.Id("D")), jen.List(jen.Id("key"), jen.Id("name")).String(),
			jen.Id("trigger").Func().Params(jen.Id("Triggers"), jen.Qual("context", "Context"), jen.Op("*").Id("Tx"), jen.Id("V")).Error(), jen.Id("v").Id("V"), jen.Id("doc").Id("D")).Params(jen.Id("D"), jen.Error()).Block(
			jen.If(jen.Id("in.triggers").Op("==").Nil()).Block(jen.Return(ids("doc", "nil")...)),
			jen.Id("watch").Op(":=").Add(call("in.Unit.Watch", "c.Table", "key")),
			jen.Defer().Add(call("watch.Stop")),
			jen.If(jen.Err().Op(":=").Add(call("fire", "ctx", "in", "c.Table", "name", "trigger", "v")), jen.Err().Op("!=").Nil()).Block(
				jen.Var().Id("none").Id("D"), jen.Return(ids("none", "err")...)),
			jen.Return(rt("Fresh").Call(ids("ctx", "in.Handle", "c", "watch", "doc")...))))
}

// fireUpdate adds the function that runs a trigger that may change a patch.
func (w *dbWriter) fireUpdate() {
	declare(w.File, "fireUpdate runs the trigger ahead of an update, unless the handle is without triggers.",
		jen.Func().Id("fireUpdate").Types(jen.List(jen.Id("D"), jen.Id("P")).Any()).Params(ctx(), jen.Id("in").Op("*").Id("handle"), jen.Id("table").Op("*").Add(dl("Table")),
			jen.Id("trigger").Func().Params(jen.Id("Triggers"), jen.Qual("context", "Context"), jen.Op("*").Id("Tx"), jen.Id("D"), jen.Op("*").Id("P")).Error(),
			jen.Id("old").Id("D"), jen.Id("patch").Op("*").Id("P")).Params(jen.Err().Error()).Block(
			w.firing(rt("BeforeUpdate"), call("trigger", "in.triggers", "ctx", "in.tx", "old", "patch"))...))
}

// firing is the body of a function that runs a trigger.
func (w *dbWriter) firing(name, run jen.Code) []jen.Code {
	return []jen.Code{
		jen.If(jen.Id("in.triggers").Op("==").Nil()).Block(jen.Return(jen.Nil())),
		jen.List(jen.Id("ctx"), jen.Id("firing"), jen.Err()).Op(":=").Id("in.Unit.Enter").Call(jen.Id("ctx"), jen.Id("table"), name),
		orReturn(),
		jen.Err().Op("=").Id("firing.Unwound").Call(),
		jen.Defer().Id("firing.End").Call(jen.Op("&").Err()),
		jen.Err().Op("=").Add(run),
		jen.Return(jen.Err()),
	}
}
