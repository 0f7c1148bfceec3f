package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/authgen/authgen/dialect/internal/direct"
)

// Check looks at two connections at once, if the pool has two. A program that sent a PRAGMA
// to its pool reached only one of them.
func (sqliteDialect) Check(ctx context.Context, pool *sql.DB) error {
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
		if len(conns) == 1 {
			err = checkDriver(ctx, conn)
		}
		if err == nil {
			err = checkConn(ctx, conn, limit)
		}
		if err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
	}
	return nil
}

// checkDriver refuses a driver whose errors have no codes, because a duplicate would look
// like any other failure. To find out, it makes a statement fail.
func checkDriver(ctx context.Context, conn *sql.Conn) error {
	_, failed := conn.ExecContext(ctx, "SELECT authgen_is_no_function()")
	if code, _ := codeOf(failed); code != 0 || ctx.Err() != nil { // any other code than that of an unknown function is an error that checkConn meets too
		return ctx.Err()
	}
	return conn.Raw(func(driverConn any) error {
		return fmt.Errorf("the driver %T reports errors in a form that is not known, so a duplicate could not be told from another failure: use modernc.org/sqlite or github.com/mattn/go-sqlite3", driverOf(driverConn))
	})
}

// checkConn refuses a connection that would break the contract. Limit is the size of its
// pool; 0: any size.
func checkConn(ctx context.Context, conn *sql.Conn, limit int) error {
	var file sql.NullString
	var encoding string
	values, dest := make([]string, len(settings)), []any{&file, &encoding}
	for i := range values {
		dest = append(dest, &values[i])
	}
	if err := conn.QueryRowContext(ctx, asking()).Scan(dest...); err != nil {
		return err
	}
	if encoding != "UTF-8" { // only in UTF-8 is the order of bytes that of characters
		return fmt.Errorf("the encoding of the database is %s, in which text does not compare by the bytes of UTF-8: dump it, and load the dump into a new file", encoding)
	}
	if file.String == "" && limit != 1 {
		return errors.New("the database is in memory, where each connection of the pool has one of its own: call SetMaxOpenConns(1) on the pool, or use a file")
	}
	for i, s := range settings {
		if err := s.check(values[i], limit); err != nil {
			return err
		}
	}
	return nil
}

// driverOf returns the driver's own connection.
func driverOf(driverConn any) any {
	if c, ok := driverConn.(*direct.Conn); ok {
		return c.Under()
	}
	return driverConn
}
