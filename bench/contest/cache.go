package contest

import (
	"context"
	"database/sql/driver"
	"errors"
)

// A cache is a connector whose connections keep what they have prepared, by its text.
// It is put below the pool of every contestant on the course "all cached": the driver
// of SQLite parses a statement at each call, and most of what is faster there than
// code by hand is that statements are not parsed again.
type cache struct{ driver.Connector }

// Connect makes a connection that caches.
func (c cache) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &cachingConn{fullConn: conn.(fullConn), free: map[string]fullStmt{}}, nil
}

// What the driver can do, which is all that database/sql asks for.
type (
	fullConn interface {
		driver.Conn
		driver.ConnBeginTx
		driver.ConnPrepareContext
		driver.Pinger
		driver.SessionResetter
		driver.Validator
	}
	fullStmt interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
	fullRows interface {
		driver.Rows
		driver.RowsColumnTypeDatabaseTypeName
		driver.RowsColumnTypeLength
		driver.RowsColumnTypeNullable
		driver.RowsColumnTypePrecisionScale
		driver.RowsColumnTypeScanType
	}
)

// A cachingConn has the statements that nobody uses at the moment. One in use is
// prepared a second time.
type cachingConn struct {
	fullConn
	free map[string]fullStmt
}

// take returns a statement, which give takes back.
func (c *cachingConn) take(ctx context.Context, query string) (fullStmt, error) {
	if stmt, ok := c.free[query]; ok {
		delete(c.free, query)
		return stmt, nil
	}
	stmt, err := c.fullConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.(fullStmt), nil
}

func (c *cachingConn) give(query string, stmt fullStmt) error {
	if _, ok := c.free[query]; ok {
		return stmt.Close()
	}
	c.free[query] = stmt
	return nil
}

// Close closes the statements and the connection.
func (c *cachingConn) Close() error {
	var errs []error
	for _, stmt := range c.free {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, c.fullConn.Close())...)
}

// ExecContext runs a statement without rows.
func (c *cachingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	stmt, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := stmt.ExecContext(ctx, args)
	return result, errors.Join(err, c.give(query, stmt))
}

// QueryContext runs a statement with rows. It is free again when they are closed.
func (c *cachingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	stmt, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, c.give(query, stmt))
	}
	return &cachedRows{rows.(fullRows), func() error { return c.give(query, stmt) }}, nil
}

// Prepare takes a statement for the contestant to keep.
func (c *cachingConn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

// PrepareContext takes a statement for the contestant to keep.
func (c *cachingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	stmt, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	return &cachedStmt{stmt, func() error { return c.give(query, stmt) }}, nil
}

type cachedRows struct {
	fullRows
	give func() error
}

// Close gives the statement back.
func (r *cachedRows) Close() error { return errors.Join(r.fullRows.Close(), r.give()) }

type cachedStmt struct {
	fullStmt
	give func() error
}

// Close gives the statement back.
func (s *cachedStmt) Close() error { return s.give() }
