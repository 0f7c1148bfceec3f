package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// A named is a name of package authgen that the package re-exports.
type named struct{ name, comment string }

// The names that programs use. A table cannot have one of these names, because they are in
// model's list of reserved names.
var (
	typeNames = []named{
		{"Option", "Option changes how a DB works."},
		{"TxOption", "TxOption changes how one transaction works."},
		{"Observer", "Observer is told of every step of the adapter."},
		{"Step", "Step is one thing that the adapter does."},
		{"SchemaCheck", "SchemaCheck is what to do about tables that differ from the schema."},
		{"Request", "Request holds what is known of the request that led to a write."},
	}
	errorTypes = []named{
		{"UniqueError", "UniqueError says which unique fields another row has already."},
		{"ForeignKeyError", "ForeignKeyError says which reference was violated."},
		{"ValidationError", "ValidationError says which field has a value that does not fit it."},
		{"RejectedError", "RejectedError is a trigger's deliberate veto."},
		{"RowError", "RowError says which of the rows that CreateMany was given failed."},
		{"TriggerError", "TriggerError says which trigger an error came from."},
		{"StatementError", "StatementError is any other failure of a statement of the adapter."},
		{"SchemaError", "SchemaError says how the tables differ from the schema, and gives the SQL that mends it."},
		{"DepthError", "DepthError gives the triggers that fired each other."},
	}
	errorValues = []string{
		"ErrNotFound", "ErrUnique", "ErrForeignKey", "ErrValidation", "ErrRejected", "ErrDeletedByTrigger", "ErrImmutable",
		"ErrConflict", "ErrBusy", "ErrDepth", "ErrCommitUnknown", "ErrWritten", "ErrTxDone", "ErrConcurrentUse", "ErrInsideTx", "ErrOutsideTx", "ErrReadOnly",
	}
	schemaChecks = []named{
		{"RefuseDifferences", "RefuseDifferences makes Open and CreateTables return a SchemaError."},
		{"WarnOfDifferences", "WarnOfDifferences logs each with log/slog."},
		{"IgnoreDifferences", "IgnoreDifferences ignores them."},
	}
	txOptions = []named{
		{"Serializable", "Serializable runs the transaction at isolation SERIALIZABLE."},
		{"ReadOnly", "ReadOnly makes the transaction one that writes nothing."},
		{"LazyWrite", "LazyWrite begins the transaction at its first write."},
		{"NoRetry", "NoRetry makes a conflict ErrConflict at once, for what must not run twice."},
	}
)

// vocabularyFile writes vocabulary.go: the names that programs use, so that
// they import only one package.
func vocabularyFile(m *model.Model) *jen.File {
	f := newFile(m)
	declare(f, "Names of package authgen, so that programs import this package only.", jen.Type().DefsFunc(func(g *jen.Group) {
		generic(g, "Opt", "Opt is a value that may be unset.", jen.Id("T"))
		generic(g, "Predicate", "Predicate is a condition on the rows of one table.", jen.Op("*").Id("T"))
		alias(g, named{"Secret", "Secret is a value that does not print."})
		for _, n := range typeNames {
			alias(g, n)
		}
		g.Comment("// SQLTx is the transaction itself, for the application's own tables.")
		g.Id("SQLTx").Op("=").Add(rt("SQLTx"))
		for _, n := range outboxTypes(m) {
			alias(g, n)
		}
		g.Line()
		for _, n := range errorTypes {
			alias(g, n)
		}
	}))
	declare(f, "The errors of the adapter, for errors.Is.", jen.Var().DefsFunc(func(g *jen.Group) {
		for _, n := range errorValues {
			g.Id(n).Op("=").Add(vocab(n))
		}
		if len(m.Events) > 0 {
			g.Id("ErrUnknownEvent").Op("=").Add(vocab("ErrUnknownEvent"))
		}
	}))
	declare(f, "Options of DB.Tx and DB.Begin.", jen.Const().DefsFunc(func(g *jen.Group) {
		for _, n := range txOptions {
			alias(g, n)
		}
	}))
	declare(f, "What WithSchemaCheck takes.", jen.Const().DefsFunc(func(g *jen.Group) {
		for _, n := range schemaChecks {
			alias(g, n)
		}
	}))
	valueFunctions(f)
	predicateFunctions(f)
	optionFunctions(f)
	if m.Outbox {
		jobFunctions(f)
	}
	return f
}

// outboxTypes are the types of a package with an outbox.
func outboxTypes(m *model.Model) []named {
	var list []named
	if len(m.Events) > 0 {
		list = append(list, named{"Event", "Event tells of one write of one row, as its transaction recorded it."})
	}
	if m.Outbox {
		list = append(list, named{"Job", "Job is work to do once the transaction that schedules it has committed."},
			named{"JobOption", "JobOption says when a job is due, and whether it may wait twice."})
	}
	return list
}

func jobFunctions(f *jen.File) {
	option := func(name, function, param, comment string, t jen.Code) {
		declare(f, comment, jen.Func().Id(name).Params(jen.Id(param).Add(t)).Id("JobOption").Block(jen.Return(vocab(function).Call(jen.Id(param)))))
	}
	option("After", "After", "d", "After makes a job due that long after it was scheduled.", jen.Qual("time", "Duration"))
	option("At", "At", "at", "At makes a job due at that time.", jen.Qual("time", "Time"))
	option("UniqueKey", "UniqueKey", "key", "UniqueKey makes a job one of which no second with the same kind and key waits: while one does, scheduling another does nothing.", jen.String())
}

func alias(g *jen.Group, n named) {
	g.Comment("// " + n.comment)
	g.Id(n.name).Op("=").Add(vocab(n.name))
}

func generic(g *jen.Group, name, comment string, of jen.Code) {
	g.Comment("// " + comment)
	g.Id(name).Types(jen.Id("T").Any()).Op("=").Add(vocab(name)).Types(of)
}

func valueFunctions(f *jen.File) {
	t := jen.Id("T").Any()
	declare(f, "Set returns an Opt that holds v.",
		jen.Func().Id("Set").Types(t).Params(jen.Id("v").Id("T")).Id("Opt").Types(jen.Id("T")).Block(jen.Return(vocab("Set").Call(jen.Id("v")))))
	declare(f, "Null returns an Opt that is set to null, for nullable fields.",
		jen.Func().Id("Null").Types(t).Params().Id("Opt").Types(jen.Op("*").Id("T")).Block(jen.Return(vocab("Null").Types(jen.Id("T")).Call())))
	declare(f, "NewSecret returns a Secret that holds text.",
		jen.Func().Id("NewSecret").Params(jen.Id("text").String()).Id("Secret").Block(jen.Return(vocab("NewSecret").Call(jen.Id("text")))))
}

func predicateFunctions(f *jen.File) {
	of := func() *jen.Statement { return jen.Id("Predicate").Types(jen.Id("T")) }
	declare(f, "All matches every row of a table: All[User]() every user.",
		jen.Func().Id("All").Types(jen.Id("T").Any()).Params().Add(of()).Block(jen.Return(vocab("All").Types(jen.Op("*").Id("T")).Call())))
	for _, n := range []named{{"And", "And matches rows that every term matches."}, {"Or", "Or matches rows that at least one term matches."}} {
		declare(f, n.comment, jen.Func().Id(n.name).Types(jen.Id("T").Any()).Params(jen.Id("terms").Op("...").Add(of())).Add(of()).Block(
			jen.Return(vocab(n.name).Call(jen.Id("terms").Op("...")))))
	}
	declare(f, "Not matches rows for which the term is false.",
		jen.Func().Id("Not").Types(jen.Id("T").Any()).Params(jen.Id("term").Add(of())).Add(of()).Block(jen.Return(vocab("Not").Call(jen.Id("term")))))
}

func optionFunctions(f *jen.File) {
	declare(f, "Reject returns the error with which a trigger refuses a write. The message is meant to be shown. WithStatus adds an HTTP status.",
		jen.Func().Id("Reject").Params(jen.List(jen.Id("field"), jen.Id("code"), jen.Id("message")).String()).Op("*").Id("RejectedError").Block(
			jen.Return(vocab("Reject").Call(ids("field", "code", "message")...))))
	option := func(name, param, comment string, t jen.Code) {
		declare(f, comment, jen.Func().Id(name).Params(jen.Id(param).Add(t)).Id("Option").Block(jen.Return(vocab(name).Call(jen.Id(param)))))
	}
	option("WithClock", "now", "WithClock makes now the clock of timestamps.", jen.Func().Params().Qual("time", "Time"))
	option("WithRetry", "limit", "WithRetry makes limit the number of retries after a conflict.", jen.Int())
	option("WithAfterError", "report", "WithAfterError makes report the function that is told of entries of AfterCommit and AfterRollback that fail.",
		jen.Func().Params(ctx(), jen.Err().Error()))
	option("WithSchemaCheck", "c", "WithSchemaCheck says what Open and CreateTables do about tables that differ from the schema; to refuse them is the default.", jen.Id("SchemaCheck"))
	option("WithObserver", "o", "WithObserver makes o see every step of the adapter.", jen.Id("Observer"))
	declare(f, "WithRequest returns a copy of ctx that carries what is known of a request.",
		jen.Func().Id("WithRequest").Params(ctx(), jen.Id("r").Id("Request")).Qual("context", "Context").Block(jen.Return(vocab("WithRequest").Call(ids("ctx", "r")...))))
	declare(f, "RequestFrom returns the request facts that ctx carries, and whether it carries any.",
		jen.Func().Id("RequestFrom").Params(ctx()).Params(jen.Id("Request"), jen.Bool()).Block(jen.Return(vocab("RequestFrom").Call(jen.Id("ctx")))))
}
