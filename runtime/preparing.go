package runtime

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
)

// A *sql.Stmt that is made on the unit's own connection would go past every guard of
// the unit: authgen would not see its failures and writes, and rows that are
// left open would hold the connection. So PrepareContext makes statements on a driver
// of its own, which runs each of them through the SQLTx.

// preparing returns a database that runs its statements in the unit.
func (tx *Tx) preparing() *sql.DB {
	if tx.handed.proxy == nil {
		tx.handed.proxy = sql.OpenDB(throughTx{tx})
	}
	return tx.handed.proxy
}

// throughTx is the connector and the driver of connections that run in a unit.
type throughTx struct{ tx *Tx }

func (c throughTx) Connect(context.Context) (driver.Conn, error) { return c, nil }

func (c throughTx) Driver() driver.Driver { return c }

func (c throughTx) Open(string) (driver.Conn, error) { return c, nil }

func (c throughTx) Prepare(query string) (driver.Stmt, error) { return &txStmt{c.tx, query}, nil }

func (c throughTx) Close() error { return nil }

func (c throughTx) Begin() (driver.Tx, error) { return nil, errNotYours }

// A txStmt runs its text in the unit each time.
type txStmt struct {
	tx    *Tx
	query string
}

func (s *txStmt) Close() error { return nil }

func (s *txStmt) NumInput() int { return -1 }

// CheckNamedValue leaves every argument to the real driver.
func (s *txStmt) CheckNamedValue(*driver.NamedValue) error { return nil }

func (s *txStmt) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }

func (s *txStmt) Query([]driver.Value) (driver.Rows, error) { return nil, driver.ErrSkip }

func (s *txStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.tx.SQL().ExecContext(ctx, s.query, plain(args)...)
}

func (s *txStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := s.tx.SQL().QueryContext(ctx, s.query, plain(args)...)
	if err != nil {
		return nil, err
	}
	columns, err := rows.Columns()
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return &txRows{rows, columns}, nil
}

// plain returns arguments in the form in which a caller gives them.
func plain(args []driver.NamedValue) []any {
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a.Value
		if a.Name != "" {
			values[i] = sql.Named(a.Name, a.Value)
		}
	}
	return values
}

// txRows are rows that the unit knows. The unit closes them at its end at the latest.
type txRows struct {
	rows    *sql.Rows
	columns []string
}

func (r *txRows) Columns() []string { return r.columns }

func (r *txRows) Close() error { return r.rows.Close() }

func (r *txRows) Next(dest []driver.Value) error {
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	to := make([]any, len(dest))
	for i := range dest {
		to[i] = &dest[i]
	}
	return r.rows.Scan(to...)
}
