package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Check looks at two connections at once, where the pool has as many: a PRAGMA
// sent to a pool reaches one of them only.
func (dialect) Check(ctx context.Context, pool *sql.DB) error {
	limit := pool.Stats().MaxOpenConnections
	var conns []*sql.Conn
	defer func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}()
	for len(conns) < 2 && (limit == 0 || len(conns) < limit) {
		conn, err := pool.Conn(ctx)
		if err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
		conns = append(conns, conn)
		if err := checkConn(ctx, conn, limit); err != nil {
			return err
		}
	}
	return nil
}

func checkConn(ctx context.Context, conn *sql.Conn, limit int) error {
	on, timeout, encoding, err := settings(ctx, conn)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	if !on {
		return errors.New("sqlite: foreign keys are off on a connection of the pool: add _pragma=foreign_keys(1) (modernc.org/sqlite) or _foreign_keys=1 (mattn/go-sqlite3) to the DSN, or use sqlite.Open")
	}
	if timeout == 0 {
		return errors.New("sqlite: busy_timeout is 0 on a connection of the pool: add _pragma=busy_timeout(5000) (modernc.org/sqlite) or _busy_timeout=5000 (mattn/go-sqlite3) to the DSN, or use sqlite.Open")
	}
	if encoding != "UTF-8" { // in which alone the order of bytes is that of characters
		return fmt.Errorf("sqlite: the encoding of the database is %s, in which text does not compare by the bytes of UTF-8: dump it, and load the dump into a new file", encoding)
	}
	if limit == 1 {
		return nil
	}
	var seq, name, file sql.NullString
	if err := conn.QueryRowContext(ctx, "PRAGMA database_list").Scan(&seq, &name, &file); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	if file.String == "" {
		return errors.New("sqlite: the database is in memory, where each connection of the pool has one of its own: call SetMaxOpenConns(1) on the pool, or use a file")
	}
	return nil
}

func settings(ctx context.Context, conn *sql.Conn) (foreignKeys bool, timeout int, encoding string, err error) {
	for pragma, to := range map[string]any{"foreign_keys": &foreignKeys, "busy_timeout": &timeout, "encoding": &encoding} {
		if err == nil {
			err = conn.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(to)
		}
	}
	return foreignKeys, timeout, encoding, err
}
