package postgres

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/authgen/authgen/runtime"
)

// Pgx returns the transaction of a trigger, or of a function given to Tx, as a pgx.Tx. It is
// for libraries that take one, such as River and the code that sqlc generates for pgx. It
// keeps the rules of tx.SQL(): it cannot end the transaction, and the rows that it hands
// out are closed before a savepoint, commit or rollback. Begin makes a savepoint.
//
// Conn returns nil, and the result of LargeObjects cannot be used, because both would
// bypass the transaction. A joined transaction has no pgx connection; use the program's own
// handle there.
func Pgx(tx interface{ SQL() *runtime.SQLTx }) pgx.Tx { return &pgxTx{sql: tx.SQL()} }

// A pgxTx is the transaction itself, or a savepoint in it.
type pgxTx struct {
	sql       *runtime.SQLTx
	savepoint string // empty: the transaction itself
	done      bool
}

var savepoints atomic.Int64

// run calls use with pgx's connection.
func (t *pgxTx) run(ctx context.Context, query string, use func(context.Context, *pgx.Conn) (runtime.RawResult, error)) error {
	if t.done {
		return pgx.ErrTxClosed
	}
	return t.sql.Raw(ctx, query, func(ctx context.Context, driverConn any) (runtime.RawResult, error) {
		return use(ctx, driverConn.(*stdlib.Conn).Conn())
	})
}

func (t *pgxTx) Begin(ctx context.Context) (pgx.Tx, error) {
	name := "authgen_pgx_" + strconv.FormatInt(savepoints.Add(1), 10)
	if _, err := t.Exec(ctx, "SAVEPOINT "+name); err != nil {
		return nil, err
	}
	return &pgxTx{sql: t.sql, savepoint: name}, nil
}

// Commit releases a savepoint. On the transaction itself it returns an error, because
// authgen ends that.
func (t *pgxTx) Commit(ctx context.Context) error {
	if t.savepoint == "" {
		return t.sql.Commit()
	}
	return t.end(ctx, "RELEASE SAVEPOINT "+t.savepoint)
}

// Rollback rolls back to a savepoint. After Commit it does nothing and returns
// [pgx.ErrTxClosed]. On the transaction itself it returns an error.
func (t *pgxTx) Rollback(ctx context.Context) error {
	if t.savepoint == "" {
		return t.sql.Rollback()
	}
	return t.end(ctx, "ROLLBACK TO SAVEPOINT "+t.savepoint)
}

func (t *pgxTx) end(ctx context.Context, query string) error {
	_, err := t.Exec(ctx, query)
	if !errors.Is(err, pgx.ErrTxClosed) {
		t.done = true
	}
	return err
}

func (t *pgxTx) Exec(ctx context.Context, query string, args ...any) (tag pgconn.CommandTag, err error) {
	err = t.run(ctx, query, func(ctx context.Context, conn *pgx.Conn) (_ runtime.RawResult, err error) {
		tag, err = conn.Exec(ctx, query, args...)
		return nil, err
	})
	return tag, err
}

func (t *pgxTx) Query(ctx context.Context, query string, args ...any) (pgx.Rows, error) {
	tracked := &rows{}
	err := t.run(ctx, query, func(ctx context.Context, conn *pgx.Conn) (_ runtime.RawResult, err error) {
		tracked.Rows, err = conn.Query(ctx, query, args...)
		return tracked, err
	})
	if tracked.Rows == nil {
		tracked.Rows = failedRows{err}
	}
	return tracked, err
}

func (t *pgxTx) QueryRow(ctx context.Context, query string, args ...any) pgx.Row {
	rows, err := t.Query(ctx, query, args...)
	return single{rows, err}
}

func (t *pgxTx) Prepare(ctx context.Context, name, query string) (sd *pgconn.StatementDescription, err error) {
	err = t.run(ctx, query, func(ctx context.Context, conn *pgx.Conn) (_ runtime.RawResult, err error) {
		sd, err = conn.Prepare(ctx, name, query)
		return nil, err
	})
	return sd, err
}

func (t *pgxTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, source pgx.CopyFromSource) (n int64, err error) {
	err = t.run(ctx, "COPY "+table.Sanitize(), func(ctx context.Context, conn *pgx.Conn) (_ runtime.RawResult, err error) {
		n, err = conn.CopyFrom(ctx, table, columns, source)
		return nil, err
	})
	return n, err
}

func (t *pgxTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	tracked := &batch{}
	err := t.run(ctx, textOf(b), func(ctx context.Context, conn *pgx.Conn) (runtime.RawResult, error) {
		tracked.BatchResults = conn.SendBatch(ctx, b)
		return openBatch{tracked}, nil
	})
	if err != nil {
		return failedBatch{err}
	}
	return tracked
}

// textOf returns the statements of a batch as one text.
func textOf(b *pgx.Batch) string {
	texts := make([]string, len(b.QueuedQueries))
	for i, q := range b.QueuedQueries {
		texts[i] = q.SQL
	}
	return strings.Join(texts, "; ")
}

// Conn returns nil, because the connection would bypass the transaction.
func (t *pgxTx) Conn() *pgx.Conn { return nil }

// LargeObjects returns a value that cannot be used. Only pgx can make one that works.
func (t *pgxTx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }
