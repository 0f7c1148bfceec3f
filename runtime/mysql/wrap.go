package mysql

import (
	"context"
	"database/sql/driver"

	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/runtime/internal/direct"
)

// keptStatements is how many statements a connection keeps prepared. Servers
// keep 16,382 for all of their connections, 151 in number, unless told to take
// more (max_prepared_stmt_count, max_connections).
const keptStatements = 100

// setup is what each connection begins with. Messages are in English so that
// the name of a violated index can be found in them.
var setup = []string{
	"SET time_zone = '+00:00', lc_messages = 'en_US', sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES')",
	"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
}

// Wrap returns a connector whose connections are set up as those of [Open] are,
// keep their statements prepared for the generated package, and end a statement
// in the server too when its context ends. The DSN that c was made of must have
// clientFoundRows=true, parseTime=true, and no other loc than UTC. It is for a
// program that opens its pool itself:
//
//	pool := sql.OpenDB(mysql.Wrap(connector))
func Wrap(c driver.Connector) driver.Connector {
	return connector{direct.Wrap(c, keptStatements, setup...), c}
}

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
	conn.sign(ctx)
	return conn, nil
}

// A conn is a connection that is set up.
type conn struct {
	*direct.Conn
	bare driver.Connector
	signature
}

// Exec sends a statement without arguments as text: the statements of a
// transaction cannot be prepared on MySQL, and would gain nothing.
func (c *conn) Exec(ctx context.Context, query string, args []any) (runtime.Result, error) {
	if len(args) > 0 {
		return c.Conn.Exec(ctx, query, args)
	}
	res, err := c.ExecContext(ctx, query, nil)
	if err != nil {
		return runtime.Result{}, err
	}
	matched, err := res.RowsAffected()
	return runtime.Result{Matched: matched}, err
}

// Ahead runs a statement at once.
func (c *conn) Ahead(ctx context.Context, query string) error {
	_, err := c.Exec(ctx, query, nil)
	return err
}
