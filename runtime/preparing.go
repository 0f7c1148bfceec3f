package runtime

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
)

// A *sql.Stmt made on the unit's own connection would go past every guard of
// the unit: its failures and writes would not be seen, and rows of it that are
// left open would hold the connection. So what PrepareContext hands out is
// made on a driver whose statements run through the SQLTx, one by one.

// preparing returns the database whose statements run in the unit.
func (tx *Tx) preparing() *sql.DB {
	if tx.handed.proxy == nil {
		tx.handed.proxy = sql.OpenDB(throughTx{tx})
	}
	return tx.handed.proxy
}

// throughTx is connector and driver of connections that run in a unit.
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

// plain returns arguments as a caller gives them.
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

// txRows are rows that the unit knows, and closes at the latest at its end.
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
