package runtime

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// A Session is where the statements of generated code go: into an open unit of
// work, or, where Tx is nil, each into a transaction of its own (U6).
type Session struct {
	DB *DB
	Tx *Tx
}

// Now returns the time of the adapter's clock, in UTC, cut to milliseconds.
func (s Session) Now() time.Time { return s.DB.Now() }

// A Row is a row of a result.
type Row interface {
	Scan(dest ...any) error
}

// exec runs a statement that writes.
func (s Session) exec(ctx context.Context, t *Table, query string, args []any) (res sql.Result, err error) {
	err = s.run(ctx, t, query, true, func(ctx context.Context, conn Conn) error {
		res, err = conn.ExecContext(ctx, query, args...)
		return err
	})
	return res, err
}

// count runs a statement that writes and returns how many rows it matched.
func (s Session) count(ctx context.Context, t *Table, query string, args []any) (int, error) {
	res, err := s.exec(ctx, t, query, args)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), s.DB.failure(ctx, t, err)
}

// query runs a statement that returns rows and scans each.
func (s Session) query(ctx context.Context, t *Table, query string, writing bool, scan func(Row) error, args []any) (n int, err error) {
	err = s.run(ctx, t, query, writing, func(ctx context.Context, conn Conn) error {
		n, err = scanAll(ctx, conn, t, query, scan, args)
		return err
	})
	if writing && s.Tx == nil && errors.Is(err, errMisfit) {
		err = &StatementError{Table: t.Key, text: ErrWritten.Error() + ", but not what it returned: " + errMisfit.Error(), cause: errors.Join(ErrWritten, err)}
	}
	return n, err
}

func scanAll(ctx context.Context, conn Conn, t *Table, query string, scan func(Row) error, args []any) (n int, err error) {
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer func() {
		if closeErr := rows.Close(); err == nil {
			err = closeErr
		}
		// Rows handed over cannot be taken back: the statement must not be
		// run again unseen.
		if err != nil && n > 0 {
			err = &partialError{err}
		}
	}()
	for rows.Next() {
		if err := scan(rows); err != nil {
			// database/sql quotes the value that does not fit.
			return n, &StatementError{Table: t.Key, text: errMisfit.Error(), cause: errors.Join(errMisfit, err)}
		}
		n++
	}
	return n, rows.Err()
}

// errMisfit is a row that another program stored, against the schema.
var errMisfit = errors.New("a stored value does not fit the Go type of its field")

// A partialError is a failure in the middle of a result.
type partialError struct{ error }

func (e *partialError) Unwrap() error { return e.error }

// run runs one statement, in the unit or in a transaction of its own.
func (s Session) run(ctx context.Context, t *Table, query string, writing bool, do func(context.Context, Conn) error) error {
	if s.Tx == nil {
		return s.DB.alone(ctx, t, query, writing, do)
	}
	tx := s.Tx
	if err := tx.acquire(ctx, writing); err != nil {
		return err
	}
	defer tx.release()
	ctx, done := tx.observe(ctx, Step{Kind: StepStatement, SQL: query})
	conn := tx.conn
	if conn == nil { // LazyWrite, before the first write
		conn = tx.db.pool
	}
	if writing {
		tx.wrote()
	}
	err := tx.settle(ctx, t, do(ctx, conn))
	done(err)
	return err
}

// alone runs one statement that is a transaction of its own (U6), and runs it
// again after a conflict.
func (db *DB) alone(ctx context.Context, t *Table, query string, writing bool, do func(context.Context, Conn) error) error {
	if err := db.outside(ctx); err != nil {
		return err
	}
	return db.retry(ctx, func(int) error {
		if writing {
			if err := db.lockWriter(ctx); err != nil {
				return err
			}
			defer db.unlockWriter()
		}
		ctx, done := db.observe(ctx, Step{Kind: StepStatement, SQL: query})
		err := db.failure(ctx, t, do(ctx, db.pool))
		if errors.As(err, new(*retryError)) && errors.As(err, new(*partialError)) {
			err = &conflictError{attempts: 1, cause: err}
		}
		done(err)
		return err
	})
}
