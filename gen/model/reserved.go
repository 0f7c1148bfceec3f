package model

// set returns the words of a text as a set.
func set(words ...string) map[string]bool {
	s := make(map[string]bool, len(words))
	for _, w := range words {
		s[w] = true
	}
	return s
}

// predeclared are the identifiers that Go declares itself.
var predeclared = set(
	"any", "append", "bool", "byte", "cap", "clear", "close", "comparable", "complex", "complex128", "complex64",
	"copy", "delete", "error", "false", "float32", "float64", "imag", "int", "int16", "int32", "int64", "int8",
	"iota", "len", "make", "max", "min", "new", "nil", "panic", "print", "println", "real", "recover", "rune",
	"string", "true", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr",
)

// importNames are the names of packages that generated files import.
var importNames = set("authgen", "context", "dialect", "embed", "errors", "iter", "json", "runtime", "sql", "time")

// locals are the local variables of generated functions.
var locals = set(
	"batch", "c", "change", "ctx", "d", "deletion", "delta", "err", "fields", "fn", "id", "in", "n", "now", "ok", "old",
	"p", "patch", "patches", "payload", "q", "r", "row", "s", "sent", "set", "stored", "sum", "t", "tx", "there", "v", "wanted", "watch", "where", "sums",
)

// members are the methods of DB and Tx, in this version and as planned. No table can have
// such a name, because a table is a field of both.
var members = set(
	"AfterCommit", "AfterRollback", "Begin", "Cancel", "Close", "Commit", "CreateTables", "Err", "Join", "Outbox", "Rollback", "SQL", "Schedule", "Schema", "Tables", "Tx", "WithoutTriggers",
)

// packageNames are the identifiers that the package needs for itself, in this version and,
// in the last lines, as planned.
var packageNames = []string{
	"All", "And", "Chain", "DB", "DepthError", "ForeignKeyError", "IgnoreDifferences", "LazyWrite", "NewSecret", "NoRetry", "NoTriggers", "Not",
	"Null", "Observer", "Open", "OpenTx", "Opt", "Option", "Or", "Predicate", "ReadOnly", "RefuseDifferences", "Reject",
	"RejectedError", "Request", "RequestFrom", "RowError", "SQLTx", "SchemaCheck", "SchemaError", "Secret", "Serializable", "Set", "StatementError", "Step", "Tables", "TriggerError",
	"TriggerFuncs", "Triggers", "Tx", "TxOption", "UniqueError", "ValidationError", "WarnOfDifferences",
	"chain", "fire", "fireUpdate", "newTables", "newTx", "schemaMySQL", "schemaPostgres", "schemaSQLite", "handle", "on",
	"schema", "triggerFuncs", "unit", "upsert",
	"After", "At", "DecodeEvent", "Event", "Job", "JobOption", "UniqueKey",
	"Events", "Jobs", "Outbox", "Schedule", "Cancel", "Every",
}

// packagePrefixes are beginnings of names that the package keeps for errors and options, if
// a capital follows.
var packagePrefixes = []string{"Err", "With"}
