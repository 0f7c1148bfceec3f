package mysql

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"fmt"
	"time"
)

// When a context ends, the driver closes the socket. The server does not notice that while a
// statement waits for a lock: the statement and its transaction live on for as long as
// innodb_lock_wait_timeout allows. So authgen tells the server to end the connection.
//
// Each connection holds a named lock for as long as it lives, and authgen finds the
// connection by that lock. The number of the connection is not enough: it could belong to
// another one by then, if the server was started again or is behind a proxy.

// killPatience bounds how long that may take.
const killPatience = 2 * time.Second

// sign gives a connection its lock and returns the name, which is empty on a server without
// such locks.
func sign(ctx context.Context, c driver.QueryerContext) string {
	name := "authgen " + rand.Text()
	if got, err := ask(ctx, c, "SELECT GET_LOCK('"+name+"', 0)"); err != nil || got != "1" {
		return ""
	}
	return name
}

// kill opens a new connection, and ends the connection with that name in the server.
func kill(c driver.Connector, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), killPatience)
	defer cancel()
	conn, err := c.Connect(ctx)
	if err != nil {
		return // the server is gone, or too busy
	}
	defer func() { _ = conn.Close() }()
	queryer, ok := conn.(driver.QueryerContext)
	if !ok {
		return
	}
	if id, err := ask(ctx, queryer, "SELECT IS_USED_LOCK('"+name+"')"); err == nil && id != "" {
		_, _ = conn.(driver.ExecerContext).ExecContext(ctx, "KILL "+id, nil)
	}
}

// ask runs a query for one value and returns it as text. Null becomes empty.
func ask(ctx context.Context, c driver.QueryerContext, query string) (text string, err error) {
	rows, err := c.QueryContext(ctx, query, nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	values := make([]driver.Value, len(rows.Columns()))
	if err := rows.Next(values); err != nil {
		return "", err
	}
	switch v := values[0].(type) {
	case nil:
		return "", nil
	case []byte:
		return string(v), nil
	default:
		return fmt.Sprint(v), nil
	}
}
