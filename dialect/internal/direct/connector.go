// Package direct uses a driver's connections below database/sql. It keeps statements
// prepared, and moves values without reflection. It serves dialects whose drivers have no
// cache of statements.
package direct

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/authgen/authgen/dialect"
)

// Wrap returns a connector whose connections keep up to keep statements prepared. Each new
// connection runs the statements of setup first.
func Wrap(c driver.Connector, keep int, setup ...string) driver.Connector {
	return connector{Connector: c, keep: keep, setup: setup}
}

// Rewriting is Wrap for connections that pass the runtime's statements through rewrite
// before they prepare them.
func Rewriting(c driver.Connector, keep int, rewrite func(query string) string, setup ...string) driver.Connector {
	return connector{c, keep, setup, rewrite}
}

type connector struct {
	driver.Connector
	keep    int
	setup   []string
	rewrite func(string) string // may be nil
}

// Connect opens a connection and sets it up.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	under, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn := &Conn{under: under, rewrite: c.rewrite, cache: cache{keep: c.keep}}
	for _, s := range c.setup {
		if _, err := conn.ExecContext(ctx, s, nil); err != nil {
			return nil, errors.Join(&SetupError{s, err}, conn.Close())
		}
	}
	return conn, nil
}

// A SetupError says that a statement of setup failed.
type SetupError struct {
	Statement string
	Cause     error
}

// Error names the statement.
func (e *SetupError) Error() string { return e.Statement + ": " + e.Cause.Error() }

// Unwrap gives the driver's error.
func (e *SetupError) Unwrap() error { return e.Cause }

// LinkOf returns the Link to a connection of a wrapped connector, or nil for any other
// connection.
func LinkOf(driverConn any) dialect.Link {
	if c, ok := driverConn.(*Conn); ok {
		return c
	}
	return nil
}
