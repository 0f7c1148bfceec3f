package dialect

import (
	"context"
	"database/sql"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/criteria"
)

// A Kind is one of the families of databases.
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

// A Database is what the generated Open opens: a pool of connections, and how
// its database is spoken to. The packages below this one make it.
type Database struct {
	Pool    *sql.DB
	Dialect Dialect
	Owned   bool  // Close of the generated DB closes the pool
	Err     error // why there is no pool; Open returns it
}

// A Dialect is how one family of databases is spoken to. It is implemented by
// the packages below this one; its methods are called by this package only.
type Dialect interface {
	Kind() Kind

	// Check returns an error that names what to change if the connections of
	// pool would break a rule.
	Check(ctx context.Context, pool *sql.DB) error

	// Inspect reads from the catalog what there is of tables, in a handful of
	// statements for all of them. A table that is not there is left out. Names are
	// as the tables have them where the database takes them for the same.
	Inspect(ctx context.Context, conn Conn, tables []*Table) ([]*LiveTable, error)

	// AppendIdent appends name, quoted.
	AppendIdent(sql []byte, name string) []byte
	// AppendPlaceholder appends the n-th placeholder, counted from 1.
	AppendPlaceholder(sql []byte, n int) []byte
	// AppendMatch appends the search for a substring that is not empty.
	AppendMatch(b Writer, m Match, o Operand, v any)
	// AppendIn appends the condition that an operand is one of vs, or not is one
	// of them; there is at least one.
	AppendIn(b Writer, o Operand, not bool, vs []any)
	// AppendFold appends a column of text with its ASCII letters in lower case,
	// and all else as it is.
	AppendFold(b Writer, column string)
	// AppendOrder appends a term of ORDER BY, with null before every value.
	AppendOrder(b Writer, term criteria.OrderTerm)
	// NoLimit returns the LIMIT clause that an OFFSET without limit needs.
	NoLimit() string
	// LockRows returns what a SELECT ends with that locks its rows.
	LockRows(criteria.Lock) string
	// Returns says which writes give back the rows they wrote.
	Returns() Returning
	// MaxArgs returns how many values a statement takes.
	MaxArgs() int
	// Bind returns v as the driver shall store it.
	Bind(v any) any

	// Link returns the way to a connection of the driver's, or nil if it is of
	// a driver that the dialect does not know.
	Link(driverConn any) Link

	// Begin returns the statements that open a transaction.
	Begin(o authgen.TxOption) []string
	// End returns the statements to run after COMMIT or ROLLBACK and before
	// the connection goes back to the pool.
	End(o authgen.TxOption) []string
	// State asks the session what became of the transaction that was begun on it.
	State(ctx context.Context, conn Conn) (TxState, error)
	// SingleWriter reports whether the database has one writer at a time, so
	// that writers had better queue in this process.
	SingleWriter() bool

	// HalfDone reports whether a DELETE that failed for the depth of its cascades,
	// inside a transaction, may have deleted rows all the same.
	HalfDone() bool
	// Strands reports whether the cascades of a DELETE end, without an error, where
	// they come back to a table by way of another one, so that rows are left that
	// refer to rows that are gone. It is asked once the connections are checked.
	Strands() bool

	// Server reports whether the database answers over a connection, which
	// carries one result at a time and may break before the answer comes.
	Server() bool

	// Classify says what kind of failure a driver's error is.
	Classify(err error) Fault
	// Redact returns a copy of the driver's error in err in which nothing may quote
	// a value, or nil if there is no such error, or it never does.
	Redact(err error) error
	// Constraint looks up in the catalog which table a violated constraint is
	// one of, and which columns it is about. written is the table that was
	// written, or empty. Without columns, the catalog knows no more than the
	// error said.
	Constraint(ctx context.Context, conn Conn, fault Fault, written string) (table string, columns []string, err error)
}

// A TxState is what a session says of the transaction that was begun on it.
type TxState uint8

// The states of a transaction.
const (
	// TxOpen is one that goes on.
	TxOpen TxState = iota
	// TxUndone is one of which nothing can be stored: a statement failed that the
	// session remembers, or the database has rolled it back.
	TxUndone
	// TxEnded is one that is open no more. Whether it was committed, the session does
	// not say.
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

// A FaultKind is a kind of failure that the contract tells apart.
type FaultKind uint8

// The kinds of failures.
const (
	// FaultOther is a failure of the statement, whose text is safe to show.
	FaultOther FaultKind = iota
	FaultUnique
	FaultForeignKey
	// FaultData is a value that the database refuses, or a constraint other
	// than the two above. The driver's text may quote the value.
	FaultData
	// FaultRetry is a serialization failure or a deadlock: the whole unit may be
	// run again.
	FaultRetry
	// FaultLockWait is a lock that was not free in time: as FaultRetry.
	FaultLockWait
	// FaultStale is a connection on which a prepared statement does not fit the
	// tables any more, as they were altered. Nothing of the unit is left, and it
	// may be run again on another connection.
	FaultStale
	// FaultReadOnly is a server that takes no writes, as a primary does that was
	// made a replica: as FaultStale, as another connection may lead to the new
	// primary.
	FaultReadOnly
	// FaultFull is a server that takes no more connections, or no more
	// statements of this user.
	FaultFull
	// FaultDepth is a DELETE whose cascades are deeper than the database goes.
	// See [Dialect.HalfDone].
	FaultDepth
	// FaultUnsorted is rows that the database cannot sort as they shall be (W7):
	// Column names the one that holds too long a value, or there is too little
	// memory for the sort.
	FaultUnsorted
	// FaultNoTable is a table that does not exist.
	FaultNoTable
	// FaultInterrupted is a statement that was stopped because its context
	// ended.
	FaultInterrupted
	// FaultLost is a lost connection, or a failure after which the database
	// may have rolled the transaction back by itself.
	FaultLost
	// FaultNoTransaction is a COMMIT or ROLLBACK without a transaction.
	FaultNoTransaction
)

// A Fault is what a driver's error means.
type Fault struct {
	Kind FaultKind
	// Constraint names the unique index or foreign key that was violated, in
	// the database's own words: an index name, or as SQLite does it
	// "table.column, table.column". Asking the catalog, it names a CHECK too.
	Constraint string
	// Check names the CHECK that refused a row, or is its condition where it has
	// no name.
	Check string
	// Column names the column whose value was refused, where the database does.
	Column string
	// Undone says of FaultLost that nothing of the transaction is stored, even if
	// it came of COMMIT, or of a statement that is one by itself.
	Undone bool
}

// Returning says which writes of a database can give back the rows they wrote.
type Returning uint8

// The writes that give rows back.
const (
	ReturnsDeleted  Returning = 1 << iota // DELETE … ORDER BY … LIMIT … RETURNING
	ReturnsOld                            // a write in WITH, of the rows that a SELECT … FOR UPDATE reads
	ReturnsInserted                       // INSERT … RETURNING
)

// An Operand is what a condition compares: a column or, with Fold, the column
// with its ASCII letters in lower case or, with Text, what the column is as text.
type Operand struct {
	Column     string
	Fold, Text bool
}

// A Writer is a statement that is being written: its text, and the values bound to its
// placeholders. Package runtime has the only one.
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
	// Crowded reports whether n more values would take more than half of what a
	// statement takes, so that they had better travel as one.
	Crowded(n int) bool
	// SortKey appends what rows are sorted by: the column as it is read.
	SortKey(column string)
	// IsLong reports whether a column may hold values of 65,536 bytes and more.
	IsLong(column string) bool
}

// Withheld is the text of a driver's error that may quote a value, as errors.As
// gives it.
const Withheld = "the text is withheld, as it may quote a value"
