package direct

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// A Conn is a driver's connection. To database/sql it is the connection that the driver
// made; to package runtime it is a dialect.Link.
type Conn struct {
	// Full reports whether an error says that the server keeps no more prepared statements.
	// It may be nil.
	Full func(error) bool

	under   driver.Conn
	rewrite func(string) string // changes statements of the runtime's before they are prepared; may be nil
	cache   cache
	args    []driver.NamedValue // of the current statement
	row     row                 // the current one
}

// Under returns the driver's own connection.
func (c *Conn) Under() driver.Conn { return c.under }

// Prepare prepares a statement for database/sql.
func (c *Conn) Prepare(query string) (driver.Stmt, error) { return c.under.Prepare(query) }

// PrepareContext prepares a statement for database/sql.
func (c *Conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if p, ok := c.under.(driver.ConnPrepareContext); ok {
		return p.PrepareContext(ctx, query)
	}
	return c.under.Prepare(query)
}

// Close closes the connection and its prepared statements.
func (c *Conn) Close() error {
	c.cache.clear()
	return c.under.Close()
}

// Begin begins a transaction for database/sql.
func (c *Conn) Begin() (driver.Tx, error) { return c.BeginTx(context.Background(), driver.TxOptions{}) }

// BeginTx begins a transaction for database/sql.
func (c *Conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if b, ok := c.under.(driver.ConnBeginTx); ok {
		return b.BeginTx(ctx, opts)
	}
	return nil, fmt.Errorf("the driver %T begins no transactions with a context", c.under)
}

// ExecContext runs a statement for database/sql.
func (c *Conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if e, ok := c.under.(driver.ExecerContext); ok {
		return e.ExecContext(ctx, query, args)
	}
	return nil, driver.ErrSkip
}

// QueryContext runs a query for database/sql.
func (c *Conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if q, ok := c.under.(driver.QueryerContext); ok {
		return q.QueryContext(ctx, query, args)
	}
	return nil, driver.ErrSkip
}

// CheckNamedValue lets the driver convert an argument of database/sql's.
func (c *Conn) CheckNamedValue(v *driver.NamedValue) error {
	if ch, ok := c.under.(driver.NamedValueChecker); ok {
		return ch.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// Ping checks whether the connection is alive.
func (c *Conn) Ping(ctx context.Context) error {
	if p, ok := c.under.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

// ResetSession makes the connection ready for its next user.
func (c *Conn) ResetSession(ctx context.Context) error {
	if r, ok := c.under.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

// IsValid reports whether the connection may be used again.
func (c *Conn) IsValid() bool {
	if v, ok := c.under.(driver.Validator); ok {
		return v.IsValid()
	}
	return true
}
