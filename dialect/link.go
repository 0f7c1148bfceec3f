package dialect

import "context"

// A Link is one connection, as the adapter's own statements reach it. What a
// driver can do better below database/sql, a dialect does here: keep
// statements prepared, or send several at once. It is used by one goroutine at
// a time.
type Link interface {
	// Exec runs a statement whose rows, if it returns any, nobody wants. An
	// error that is driver.ErrBadConn says that the server has not seen it.
	Exec(ctx context.Context, query string, args []any) (Result, error)
	// Query runs a statement, calls scan for each row that it returns, and
	// returns for how many. An error of scan ends it, and comes back in a
	// [MisfitError]. Its other errors are those of Exec.
	Query(ctx context.Context, query string, args []any, scan func(Row) error) (int, error)
	// Ahead runs a statement whose result nobody waits for: BEGIN, and what is
	// written just before COMMIT. It may be kept back, and sent together with
	// the next statement, which then reports its error.
	Ahead(ctx context.Context, query string, args []any) error
	// Flush sends what Ahead kept back.
	Flush(ctx context.Context) error
	// Abandon is called ahead of a connection being thrown away. It ends one that
	// would otherwise go back to a pool of the driver's own.
	Abandon()
}

// A Row is a row of a result.
type Row interface {
	Scan(dest ...any) error
}

// A Result is what a statement did.
type Result struct {
	Matched int64 // rows that it inserted, updated or deleted
	LastID  int64 // the id that the database counted, where it tells one
}
