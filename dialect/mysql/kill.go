package mysql

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"fmt"
	"time"
)

// When a context ends, the driver closes the socket, which the server does not
// notice while a statement waits for a lock: it and its transaction live on,
// for as long as innodb_lock_wait_timeout allows. So the server is told.
//
// It finds the connection by a lock that the connection holds for as long as
// it lives. Its number alone could by then be another's, on a server that was
// started again, or behind a proxy.

// killPatience bounds how long the telling may take.
const killPatience = 2 * time.Second

// sign gives a connection a name, or none on a server without such locks.
func sign(ctx context.Context, c driver.QueryerContext) string {
	name := "authgen " + rand.Text()
	if got, err := ask(ctx, c, "SELECT GET_LOCK('"+name+"', 0)"); err != nil || got != "1" {
		return ""
	}
	return name
}

// kill ends the connection of that name in the server, through a new one.
func kill(c driver.Connector, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), killPatience)
	defer cancel()
	conn, err := c.Connect(ctx)
	if err != nil {
		return // the server is gone, or too busy to be told
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

// ask runs a query of one value and returns it as text; null is the empty one.
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
