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
	on, timeout, err := settings(ctx, conn)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	if !on {
		return errors.New("sqlite: foreign keys are off on a connection of the pool: add _pragma=foreign_keys(1) (modernc.org/sqlite) or _foreign_keys=1 (mattn/go-sqlite3) to the DSN, or use sqlite.Open")
	}
	if timeout == 0 {
		return errors.New("sqlite: busy_timeout is 0 on a connection of the pool: add _pragma=busy_timeout(5000) (modernc.org/sqlite) or _busy_timeout=5000 (mattn/go-sqlite3) to the DSN, or use sqlite.Open")
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

func settings(ctx context.Context, conn *sql.Conn) (foreignKeys bool, timeout int, err error) {
	err = conn.QueryRowContext(ctx, "PRAGMA foreign_keys").Scan(&foreignKeys)
	if err == nil {
		err = conn.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&timeout)
	}
	return foreignKeys, timeout, err
}
