package dialect

import "context"

// A Link is one connection, for the adapter's own statements. A dialect uses it to go below
// database/sql where that is faster: to keep statements prepared, or to send several at
// once. One goroutine at a time uses it.
type Link interface {
	// Exec runs a statement and ignores its rows. The error driver.ErrBadConn says that the
	// server has not seen the statement.
	Exec(ctx context.Context, query string, args []any) (Result, error)
	// Query runs a statement, calls scan for each row, and returns the number of rows. An
	// error of scan ends it, and is returned in a [MisfitError]. Other errors are those of
	// Exec.
	Query(ctx context.Context, query string, args []any, scan func(Row) error) (int, error)
	// Ahead runs a statement without waiting for its result: BEGIN, and the writes just
	// before COMMIT. A dialect may send it together with the next statement, which then
	// reports its error.
	Ahead(ctx context.Context, query string, args []any) error
	// Flush sends the statements that Ahead has not sent yet.
	Flush(ctx context.Context) error
	// Abandon is called before a connection is thrown away. It closes the connection if it
	// would otherwise go back to a pool of the driver's own.
	Abandon()
}

// A Row is one row of a result.
type Row interface {
	Scan(dest ...any) error
}

// A Result says what a statement did.
type Result struct {
	Matched int64 // rows that it inserted, updated or deleted
	LastID  int64 // the id that the database counted, if it tells
}
