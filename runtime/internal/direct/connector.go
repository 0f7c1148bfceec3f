// Package direct reaches a driver's connections below database/sql: it keeps
// their statements prepared, and moves values without reflection. The
// dialects whose drivers have no cache of their own are built on it.
package direct

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/authgen/authgen/runtime"
)

// Wrap returns a connector whose connections keep statements prepared. setup
// are statements that each new connection begins with.
func Wrap(c driver.Connector, setup ...string) driver.Connector { return connector{c, setup} }

type connector struct {
	driver.Connector
	setup []string
}

// Connect opens a connection and sets it up.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	under, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn := &Conn{under: under}
	for _, s := range c.setup {
		if _, err := conn.ExecContext(ctx, s, nil); err != nil {
			return nil, errors.Join(&SetupError{s, err}, conn.Close())
		}
	}
	return conn, nil
}

// A SetupError is a connection that refused a statement it was to begin with.
type SetupError struct {
	Statement string
	Cause     error
}

// Error names the statement.
func (e *SetupError) Error() string { return e.Statement + ": " + e.Cause.Error() }

// Unwrap gives the driver's error.
func (e *SetupError) Unwrap() error { return e.Cause }

// LinkOf returns the link to a connection of a wrapped connector, or nil if it
// is another's.
func LinkOf(driverConn any) runtime.Link {
	if c, ok := driverConn.(*Conn); ok {
		return c
	}
	return nil
}
