package mysql

import (
	"context"
	"database/sql/driver"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/internal/direct"
)

// keptStatements is how many statements a connection keeps prepared. By default a server
// keeps 16,382 for its 151 connections (max_prepared_stmt_count, max_connections). When
// these are used up, statements are sent as text.
const keptStatements = 100

// setup has the statements that each connection runs first.
var setup = []string{setting(), "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"}

// Wrap returns a connector for a program that opens its pool itself. Its connections have the
// settings of [Open], keep statements prepared for the generated package, and end a
// statement in the server when its context ends. The DSN of c must have
// clientFoundRows=true, parseTime=true, charset=utf8mb4, and no loc other than UTC.
//
//	pool := sql.OpenDB(mysql.Wrap(connector))
func Wrap(c driver.Connector) driver.Connector {
	return connector{direct.Wrap(c, keptStatements, setup...), c}
}

// A connector is the connector that Wrap returns.
type connector struct {
	driver.Connector
	bare driver.Connector
}

// Connect opens a connection and sets it up.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	under, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn := &conn{Conn: under.(*direct.Conn), bare: c.bare}
	conn.Full = isFull
	conn.name = sign(ctx, conn.Conn)
	return conn, nil
}

// A conn is a connection after its setup.
type conn struct {
	*direct.Conn
	bare driver.Connector
	name string // the name of its lock in the server, for kill; may be empty
	busy bool   // a statement may still be running in the server
}

// Exec runs a statement of the adapter's. It sends one without arguments as text, because
// MySQL cannot prepare BEGIN, COMMIT and the like, which would not gain by it either.
func (c *conn) Exec(ctx context.Context, query string, args []any) (out dialect.Result, err error) {
	if len(args) == 0 {
		var res driver.Result
		if res, err = c.ExecContext(ctx, query, nil); err == nil {
			out.Matched, err = res.RowsAffected()
		}
		return out, err
	}
	c.busy = true
	out, err = c.Conn.Exec(ctx, query, args)
	c.busy = err != nil
	return out, err
}

// Query runs a statement of the adapter's that returns rows.
func (c *conn) Query(ctx context.Context, query string, args []any, scan func(dialect.Row) error) (n int, err error) {
	c.busy = true
	n, err = c.Conn.Query(ctx, query, args, scan)
	c.busy = err != nil
	return n, err
}

// tooManyPrepared is the number of the error for a server that keeps no more prepared
// statements.
const tooManyPrepared = 1461

func isFull(err error) bool {
	r, ok := report(err)
	return ok && r.number == tooManyPrepared
}

// Ahead runs a statement at once.
func (c *conn) Ahead(ctx context.Context, query string, args []any) error {
	_, err := c.Exec(ctx, query, args)
	return err
}

// ExecContext runs a statement for database/sql.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (res driver.Result, err error) {
	c.busy = true
	res, err = c.Conn.ExecContext(ctx, query, args)
	c.busy = err != nil
	return res, err
}

// QueryContext runs a query for database/sql, which reads its rows later.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.busy = true
	return c.Conn.QueryContext(ctx, query, args)
}

// Close closes the connection, and ends a statement that still runs in the server.
func (c *conn) Close() error {
	abandoned := c.busy && !c.IsValid()
	err := c.Conn.Close()
	if abandoned && c.name != "" {
		kill(c.bare, c.name)
	}
	return err
}
