package dialect

import (
	"context"
	"database/sql"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/criteria"
)

// A Kind is a family of databases.
type Kind uint8

// The dialects.
const (
	SQLite Kind = iota
	Postgres
	MySQL
)

// String returns the name as schema.yaml spells it.
func (k Kind) String() string {
	return [...]string{SQLite: "sqlite", Postgres: "postgres", MySQL: "mysql"}[k]
}

// A Database is the argument of the generated Open: a pool of connections and the dialect
// of its database. The packages below this one make it.
type Database struct {
	Pool    *sql.DB
	Dialect Dialect
	Owned   bool  // Close of the generated DB closes the pool
	Err     error // why there is no pool; Open returns it
}

// A Dialect says how one family of databases is spoken to. The packages below this one
// implement it, and package runtime calls it.
type Dialect interface {
	Kind() Kind

	// Check returns an error that names what to change if the connections of
	// pool would break a rule.
	Check(ctx context.Context, pool *sql.DB) error

	// Inspect reads tables from the catalog, with a few statements for all of them. It
	// leaves out tables that do not exist. Where the database ignores case, names are
	// spelled as in the given tables.
	Inspect(ctx context.Context, conn Conn, tables []*Table) ([]*LiveTable, error)

	// AppendIdent appends name, quoted.
	AppendIdent(sql []byte, name string) []byte
	// AppendPlaceholder appends the n-th placeholder, counted from 1.
	AppendPlaceholder(sql []byte, n int) []byte
	// AppendMatch appends a search for a substring that is not empty.
	AppendMatch(b Writer, m Match, o Operand, v any)
	// AppendIn appends the condition that an operand is one of vs or, with not, that it is
	// not. There is at least one value.
	AppendIn(b Writer, o Operand, not bool, vs []any)
	// AppendFold appends a column of text with its ASCII letters in lower case, and all
	// other characters as they are.
	AppendFold(b Writer, column string)
	// AppendOrder appends a term of ORDER BY, with null before every value.
	AppendOrder(b Writer, term criteria.OrderTerm)
	// NoLimit returns the LIMIT clause that an OFFSET without limit needs.
	NoLimit() string
	// LockRows returns the end of a SELECT that locks its rows.
	LockRows(criteria.Lock) string
	// Returns says which writes can return the rows that they wrote.
	Returns() Returning
	// MaxArgs returns how many values a statement can have.
	MaxArgs() int
	// Bind returns v in the form that the driver stores.
	Bind(v any) any

	// Link returns a Link to a connection of the driver's, or nil if the dialect does not
	// know the driver.
	Link(driverConn any) Link

	// Begin returns the statements that open a transaction.
	Begin(o authgen.TxOption) []string
	// End returns the statements to run after COMMIT or ROLLBACK and before
	// the connection goes back to the pool.
	End(o authgen.TxOption) []string
	// State asks the session about the state of the transaction that was begun on it.
	State(ctx context.Context, conn Conn) (TxState, error)
	// SingleWriter reports whether the database has one writer at a time. Writers then
	// queue in this process.
	SingleWriter() bool

	// HalfDone reports whether a DELETE in a transaction that failed because its cascades
	// are too deep may still have deleted rows.
	HalfDone() bool
	// Strands reports whether the cascades of a DELETE stop, without an error, when they
	// come back to a table by way of another one. Rows then refer to rows that no longer
	// exist. It is called after Check.
	Strands() bool

	// Server reports whether the database is a server. Its connection carries one result at
	// a time, and may break before an answer comes.
	Server() bool

	// Classify returns the kind of failure of a driver's error.
	Classify(err error) Fault
	// Redact returns a copy of the driver's error in err without text that may quote a
	// value. It returns nil if err has no such error, or one that never quotes values.
	Redact(err error) error
	// Constraint looks up in the catalog the table and the columns of a violated
	// constraint. Written is the table that was written, or empty. If it returns no
	// columns, the catalog knows no more than the error.
	Constraint(ctx context.Context, conn Conn, fault Fault, written string) (table string, columns []string, err error)
}

// A TxState is the state of the transaction that was begun on a session.
type TxState uint8

// The states of a transaction.
const (
	// TxOpen: the transaction goes on.
	TxOpen TxState = iota
	// TxUndone: nothing of the transaction can be stored, because a statement failed or the
	// database has rolled it back.
	TxUndone
	// TxEnded: the transaction has ended. The session does not say whether it was
	// committed.
	TxEnded
)

// A Match is a way of searching for a substring.
type Match uint8

// The ways of searching for a substring.
const (
	MatchContains Match = iota
	MatchStart
	MatchEnd
)

// A Conn runs statements: a *sql.DB, a *sql.Conn or a *sql.Tx.
type Conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// A FaultKind is a kind of failure that the contract distinguishes.
type FaultKind uint8

// The kinds of failures.
const (
	// FaultOther is any other failure of the statement. Its text never quotes a value.
	FaultOther FaultKind = iota
	FaultUnique
	FaultForeignKey
	// FaultData is a value that the database refuses, or another violated constraint. The
	// driver's text may quote the value.
	FaultData
	// FaultRetry is a serialization failure or a deadlock. The whole unit may run again.
	FaultRetry
	// FaultLockWait is a lock that was not free in time. The whole unit may run again.
	FaultLockWait
	// FaultStale is a connection with a prepared statement that no longer fits the tables,
	// because they were altered. Nothing of the unit is stored, and it may run again on
	// another connection.
	FaultStale
	// FaultReadOnly is a server that takes no writes, such as a primary that became a
	// replica. As with FaultStale the unit may run again, because another connection may
	// lead to the new primary.
	FaultReadOnly
	// FaultFull is a server that takes no more connections, or no more statements of this
	// user.
	FaultFull
	// FaultDepth is a DELETE whose cascades are too deep for the database. See
	// [Dialect.HalfDone].
	FaultDepth
	// FaultUnsorted is a sort that the database cannot do (W7). Column names a column with
	// a value that is too long; without it there is too little memory.
	FaultUnsorted
	// FaultNoTable is a table that does not exist.
	FaultNoTable
	// FaultInterrupted is a statement that was stopped because its context ended.
	FaultInterrupted
	// FaultLost is a lost connection, or a failure after which the database may have rolled
	// the transaction back.
	FaultLost
	// FaultNoTransaction is a COMMIT or ROLLBACK without a transaction.
	FaultNoTransaction
)

// A Fault is what a driver's error means.
type Fault struct {
	Kind FaultKind
	// Constraint names the unique index or foreign key that was violated, as the database
	// names it: an index name, or "table.column, table.column" on SQLite. From the catalog
	// it may also be the name of a CHECK.
	Constraint string
	// Check is the name of the CHECK that refused a row, or its condition if it has no
	// name.
	Check string
	// Column names the column whose value was refused, if the database names it.
	Column string
	// Undone says of FaultLost that nothing of the transaction is stored, even if COMMIT
	// failed, or a statement without a transaction around it.
	Undone bool
}

// Returning says which writes of a database can return the rows that they wrote.
type Returning uint8

// The writes that can return rows.
const (
	ReturnsDeleted  Returning = 1 << iota // DELETE … ORDER BY … LIMIT … RETURNING
	ReturnsOld                            // a write in WITH, of the rows that a SELECT … FOR UPDATE reads
	ReturnsInserted                       // INSERT … RETURNING
)

// An Operand is what a condition compares: a column, with Fold the column with its ASCII
// letters in lower case, or with Text the column as text.
type Operand struct {
	Column     string
	Fold, Text bool
}

// A Writer is a statement that is being written: its text, and the values of its
// placeholders. Only package runtime implements it.
type Writer interface {
	// Text appends SQL as it is.
	Text(string)
	// Ident appends a name, quoted.
	Ident(name string)
	// Bind appends a placeholder of a value.
	Bind(v any)
	// BindList appends placeholders of several values, with commas between them.
	BindList(vs []any)
	// Operand appends what a condition compares.
	Operand(Operand)
	// AsText appends a column that is used as text.
	AsText(column string)
	// In appends the beginning of operand IN (…), or operand NOT IN (….
	In(o Operand, not bool)
	// Crowded reports whether n more values would fill more than half of what a statement
	// can have. Dialects then send a list as one value.
	Crowded(n int) bool
	// SortKey appends the key by which rows are sorted: the column as it is read.
	SortKey(column string)
	// IsLong reports whether a column may have values of 65,536 bytes and more.
	IsLong(column string) bool
}

// Withheld is the text of a redacted error, as errors.As gives it.
const Withheld = "the text is withheld, as it may quote a value"
