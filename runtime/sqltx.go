package runtime

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/authgen/authgen"
)

// A SQLTx is the transaction itself, for the application's own tables and for
// libraries that take such a handle (T4). It cannot end the transaction, because only the
// unit may do that. Its results are closed before a savepoint, commit or rollback.
type SQLTx struct {
	tx *Tx
}

// SQL returns the transaction for the application's own statements.
func (tx *Tx) SQL() *SQLTx { return &SQLTx{tx} }

// errNotYours is the error of Commit and Rollback of a SQLTx. Some libraries, for example
// gorm, then use savepoints.
var errNotYours = errors.New("authgen ends the transaction: return an error from the trigger, or from the function given to Tx, to roll it back")

// errEnding is the error of a text that would end the transaction, or begin another.
var errEnding error = &authgen.StatementError{Reason: "COMMIT, ROLLBACK, BEGIN and the like are refused in tx.SQL(): " + errNotYours.Error(), Cause: errNotYours}

// Commit always returns an error, because only the unit commits.
func (s *SQLTx) Commit() error { return errNotYours }

// Rollback always returns an error. To roll back, return an error from the trigger instead.
func (s *SQLTx) Rollback() error { return errNotYours }

// ExecContext runs a statement in the transaction.
func (s *SQLTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, done, err := s.start(ctx, query)
	if err != nil {
		return nil, err
	}
	returned := false
	defer s.tx.release(&returned)
	res, err := s.tx.conn.ExecContext(ctx, query, args...)
	s.note(ctx, err)
	done(err)
	returned = true
	return res, err
}

// PrepareContext prepares a statement that lives as long as the transaction.
// It checks the statement now. The statement is sent as text each time it runs.
func (s *SQLTx) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	stepCtx, done, err := s.start(ctx, query)
	if err != nil {
		return nil, err
	}
	returned := false
	defer s.tx.release(&returned)
	stmt, err := s.tx.conn.PrepareContext(stepCtx, query)
	if err == nil {
		err = stmt.Close()
	}
	_ = s.tx.settle(stepCtx, nil, err)
	done(err)
	returned = true
	if err != nil {
		return nil, err
	}
	return s.tx.preparing().PrepareContext(ctx, query)
}

// StmtContext returns a statement that always fails. A statement that was prepared elsewhere
// would run on another connection, past the transaction. The method exists because some
// libraries would take a handle without it for a pool.
func (s *SQLTx) StmtContext(context.Context, *sql.Stmt) *sql.Stmt { return refused() }

// QueryContext runs a query in the transaction.
func (s *SQLTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, done, err := s.start(ctx, query)
	if err != nil {
		return nil, err
	}
	returned := false
	defer s.tx.release(&returned)
	rows, err := s.tx.conn.QueryContext(ctx, query, args...) //nolint:sqlclosecheck // the user closes them, and otherwise handed.close does
	if err == nil {
		s.tx.handed.addRows(rows)
	}
	s.note(ctx, err)
	done(err)
	returned = true
	return rows, err
}

// QueryRowContext runs a query of one row in the transaction.
func (s *SQLTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx, done, err := s.start(ctx, query)
	if err != nil {
		// Only database/sql can make a Row that holds an error. It takes the
		// error from the context.
		return s.tx.db.pool.QueryRowContext(failedContext{ctx, err}, query)
	}
	returned := false
	defer s.tx.release(&returned)
	row := s.tx.conn.QueryRowContext(ctx, query, args...)
	s.tx.handed.addRow(row)
	s.note(ctx, row.Err())
	done(row.Err())
	returned = true
	return row
}

// start makes the transaction ready for a statement of the user.
func (s *SQLTx) start(ctx context.Context, query string) (_ context.Context, done func(error), err error) {
	if err := s.tx.acquire(ctx, s.tx.options&authgen.ReadOnly == 0); err != nil {
		return ctx, nil, err
	}
	started, returned := false, false
	defer func() {
		if !started {
			s.tx.release(&returned)
		}
	}()
	if endsTransaction(s.tx.db.Kind(), query) {
		returned = true
		return ctx, nil, s.tx.fail(errEnding)
	}
	if err := s.tx.link.Flush(ctx); err != nil {
		returned = true
		return ctx, nil, s.tx.settle(ctx, nil, err)
	}
	ctx, done = s.tx.observe(ctx, authgen.Step{Kind: authgen.StepStatement, SQL: query})
	started = true
	return ctx, done, nil
}

// note remembers that user code had the connection. Nothing tells which rows it wrote, or
// what it does with its results.
func (s *SQLTx) note(ctx context.Context, err error) {
	s.tx.unsure = true
	s.tx.wrote()
	s.tx.attached.Add(1)
	s.tx.touchAll()
	_ = s.tx.settle(ctx, nil, err)
}

// A failedContext is a context that has ended with a given error.
type failedContext struct {
	context.Context
	err error
}

func (c failedContext) Err() error { return c.err }

func (c failedContext) Done() <-chan struct{} { return closed }

func (c failedContext) Deadline() (time.Time, bool) { return time.Time{}, false }

var closed = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()
