package dialect

import "github.com/authgen/authgen/internal/rowsql"

// Words are what the databases write differently in the statements of the outbox, of
// receivers and of authgenctl, which are written once: see package internal/sqltext.
type Words struct {
	rowsql.Style        // names and placeholders
	Lists        Lists  // how a list of values is bound
	Integer      string // a placeholder of an integer among the columns of a SELECT

	// ForUpdate ends a SELECT that locks its rows and waits for those that others have
	// locked; SkipLocked leaves these out. Both are empty where one transaction at a time
	// can write, and has locked the whole database.
	ForUpdate, SkipLocked string
	// WaitsForInserts says that a SELECT that locks waits for rows that are not committed
	// yet, unless it skips them.
	WaitsForInserts bool
	// OnDuplicateKey says that INSERT has ON DUPLICATE KEY UPDATE; otherwise it has ON
	// CONFLICT.
	OnDuplicateKey bool
	// ScansSmallTables says that a statement with WHERE key IN (…) reads the whole of a
	// small table, and waits for the end of every transaction that has put a row into it,
	// unless it is told the index.
	ScansSmallTables bool
	// SeeksByRow says that the planner, while it has no statistics of a table, finds the
	// first row of a key by the index only if the key is compared as one row.
	SeeksByRow bool
}

// Lists are ways to bind a list of values.
type Lists uint8

// The ways to bind a list. All but ListValues bind one value, so that the text of the
// statement is the same for any number, and is prepared once.
const (
	ListJSON   Lists = iota // as an array in JSON
	ListArray               // as an array of the database
	ListValues              // each value by itself
)

var words = [...]Words{
	SQLite:   {Style: rowsql.SQLite, Lists: ListJSON, Integer: "CAST(? AS BIGINT)"},
	Postgres: {Style: rowsql.Postgres, Lists: ListArray, Integer: "CAST(? AS BIGINT)", ForUpdate: " FOR UPDATE", SkipLocked: " FOR UPDATE SKIP LOCKED", SeeksByRow: true},
	MySQL: {Style: rowsql.MySQL, Lists: ListValues, Integer: "CAST(? AS SIGNED)", ForUpdate: " FOR UPDATE", SkipLocked: " FOR UPDATE SKIP LOCKED",
		WaitsForInserts: true, OnDuplicateKey: true, ScansSmallTables: true},
}

// Words returns the words of a family of databases.
func (k Kind) Words() Words { return words[k] }

// OneWriter reports whether one transaction at a time can write.
func (w Words) OneWriter() bool { return w.ForUpdate == "" }

// SkipExisting returns the clause by which an INSERT into a table skips a row that
// exists. column is any one of its columns.
func (w Words) SkipExisting(table, column string) string {
	if w.OnDuplicateKey {
		name := `"` + table + `"."` + column + `"`
		return " ON DUPLICATE KEY UPDATE " + name + " = " + name
	}
	return " ON CONFLICT DO NOTHING"
}
