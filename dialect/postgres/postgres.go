// Package postgres lets a generated package use PostgreSQL through
// github.com/jackc/pgx/v5: by a pool of database/sql, so that every library
// that takes one fits in, with pgx's own connection below it, which sends BEGIN
// together with the first statement.
package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/authgen/authgen/dialect"
)

// Open returns the database that dsn names, a URL or key=value pairs as libpq
// takes them. The generated Close closes its connections, of which there are 32
// at most: call SetMaxOpenConns on the Pool of what it returns to have more, or
// fewer.
//
// An error, such as a DSN that is none, is returned by the generated Open.
func Open(dsn string) dialect.Database {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return dialect.Database{Err: fmt.Errorf("postgres: %w", err)}
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(maxConns)
	pool.SetMaxIdleConns(maxConns)
	pool.SetConnMaxIdleTime(idleTime)
	return dialect.Database{Pool: pool, Dialect: postgresDialect{}, Owned: true}
}

// How many connections Open has at most, and how long it keeps those that nobody
// uses. More than a server takes would make calls fail, and keep every other
// program out; those that are closed too soon have their statements prepared
// again each time.
const (
	maxConns = 32
	idleTime = 5 * time.Minute
)

// New returns the database behind pool, which the program opened with the
// stdlib package of pgx and will close.
func New(pool *sql.DB) dialect.Database {
	return dialect.Database{Pool: pool, Dialect: postgresDialect{}}
}

// FromPool returns the database behind a pool of pgx's own, which the program
// opened and will close.
func FromPool(pool *pgxpool.Pool) dialect.Database {
	return dialect.Database{Pool: stdlib.OpenDBFromPool(pool), Dialect: postgresDialect{}}
}

// Check connects, and refuses another driver than pgx, and sessions that would
// break the contract.
func (postgresDialect) Check(ctx context.Context, pool *sql.DB) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	defer func() { _ = conn.Close() }()
	err = conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the pool is one of the driver %T: open it with github.com/jackc/pgx/v5/stdlib, or use postgres.Open", driverConn)
		}
		return checkSession(ctx, c.Conn())
	})
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return nil
}

// checkSession refuses settings, and a pooler, that would break the contract.
func checkSession(ctx context.Context, conn *pgx.Conn) error {
	pid, err := checkSettings(ctx, conn)
	if err != nil {
		return err
	}
	return checkPooler(ctx, conn, pid)
}
