package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/authgen/authgen/dialect"
)

// A link runs statements on pgx's connection. It sends the statements of Ahead together with
// the next one, so that BEGIN and the writes just before COMMIT cost no round trip.
type link struct {
	conn  *pgx.Conn
	ahead []statement
}

// A statement is one that Ahead has not sent yet.
type statement struct {
	query string
	args  []any
}

func (postgresDialect) Link(driverConn any) dialect.Link {
	if c, ok := driverConn.(*stdlib.Conn); ok {
		return &link{conn: c.Conn()}
	}
	return nil
}

// errNotCommitted says that the server answered COMMIT with ROLLBACK. It does so without an
// error if the transaction failed before.
var errNotCommitted = errors.New("the server rolled back at COMMIT, because a statement of the transaction had failed")

func (l *link) Exec(ctx context.Context, query string, args []any) (dialect.Result, error) {
	var tag pgconn.CommandTag
	var err error
	if len(l.ahead) == 0 {
		tag, err = l.conn.Exec(ctx, query, args...)
	} else {
		var results pgx.BatchResults
		if results, err = l.send(ctx, query, args); err == nil {
			tag, err = results.Exec()
			err = closing(results, err)
		}
	}
	if err == nil && query == "COMMIT" && tag.String() != query {
		err = errNotCommitted
	}
	return dialect.Result{Matched: tag.RowsAffected()}, l.fault(ctx, err)
}

func (l *link) Query(ctx context.Context, query string, args []any, scan func(dialect.Row) error) (n int, err error) {
	if len(l.ahead) == 0 {
		rows, err := l.conn.Query(ctx, query, args...)
		if err != nil {
			return 0, l.fault(ctx, err)
		}
		n, err = scanAll(rows, scan)
		return n, l.fault(ctx, err)
	}
	results, err := l.send(ctx, query, args)
	if err != nil {
		return 0, l.fault(ctx, err)
	}
	rows, err := results.Query()
	if err == nil {
		n, err = scanAll(rows, scan)
	}
	return n, l.fault(ctx, closing(results, err))
}

func (l *link) Ahead(_ context.Context, query string, args []any) error {
	l.ahead = append(l.ahead, statement{query, slices.Clone(args)})
	return nil
}

func (l *link) Flush(ctx context.Context) error {
	for len(l.ahead) > 0 {
		last := len(l.ahead) - 1
		s := l.ahead[last]
		l.ahead = l.ahead[:last]
		if _, err := l.Exec(ctx, s.query, s.args); err != nil {
			return err
		}
	}
	return nil
}

// Abandon closes the connection, which may be one of a pgxpool.
func (l *link) Abandon() {
	ctx, cancel := context.WithTimeout(context.Background(), abandonPatience)
	defer cancel()
	_ = l.conn.Close(ctx)
}

// abandonPatience bounds the wait for the server.
const abandonPatience = time.Second

// send sends the statements of Ahead and another statement together, and returns the results
// of the latter.
func (l *link) send(ctx context.Context, query string, args []any) (pgx.BatchResults, error) {
	batch := &pgx.Batch{}
	for _, a := range l.ahead {
		batch.Queue(a.query, a.args...)
	}
	n := len(l.ahead)
	clear(l.ahead)
	l.ahead = l.ahead[:0]
	batch.Queue(query, args...)
	results := l.conn.SendBatch(ctx, batch)
	for range n {
		if _, err := results.Exec(); err != nil {
			return nil, closing(results, err)
		}
	}
	return results, nil
}

// closing closes results after err, and returns the first of the two errors.
func closing(results pgx.BatchResults, err error) error {
	if closeErr := results.Close(); err == nil {
		err = closeErr
	}
	return err
}

func scanAll(rows pgx.Rows, scan func(dialect.Row) error) (n int, err error) {
	defer rows.Close()
	r := &row{rows: rows}
	for rows.Next() {
		if err := scan(r); err != nil {
			return n, &dialect.MisfitError{Cause: err}
		}
		n++
	}
	rows.Close()
	return n, rows.Err()
}

// A lostError is the failure of a connection, not of a statement.
type lostError struct{ error }

func (e *lostError) Unwrap() error { return e.error }

// fault marks failures that ended the connection, and statements that the server has not
// seen.
func (l *link) fault(ctx context.Context, err error) error {
	switch {
	case err == nil || ctx.Err() != nil || !l.conn.IsClosed():
		return err
	case pgconn.SafeToRetry(err), isUnsent(err):
		return &lostError{errors.Join(driver.ErrBadConn, err)}
	}
	return &lostError{err}
}

// isUnsent reports whether the connection ended while statements were being prepared to be
// sent together, so that none was sent.
func isUnsent(err error) bool {
	return errors.As(err, new(pgx.ErrPreprocessingBatch)) && !isEncoding(err)
}
