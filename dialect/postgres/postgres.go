// Package postgres lets a generated package use PostgreSQL through github.com/jackc/pgx/v5.
// It uses a pool of database/sql, which other libraries take too, and below that pgx's own
// connection, which sends BEGIN together with the first statement.
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

// Open returns the database that dsn names. The DSN is a URL or key=value pairs, as for
// libpq. There are at most 32 connections; call SetMaxOpenConns on the Pool of the result
// to change that. The generated Close closes them.
//
// The generated Open returns errors, for example if the DSN is wrong.
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

// How many connections Open has at most, and how long it keeps unused ones. If there were
// more than the server takes, calls would fail, and other programs could not connect. If
// unused ones were closed too soon, statements would be prepared again each time.
const (
	maxConns = 32
	idleTime = 5 * time.Minute
)

// New returns the database of a pool, which the program opens with the stdlib package of
// pgx, and closes.
func New(pool *sql.DB) dialect.Database {
	return dialect.Database{Pool: pool, Dialect: postgresDialect{}}
}

// FromPool returns the database of a pool of pgx's own, which the program opens and closes.
func FromPool(pool *pgxpool.Pool) dialect.Database {
	return dialect.Database{Pool: stdlib.OpenDBFromPool(pool), Dialect: postgresDialect{}}
}

// Check connects. It refuses any driver but pgx, and sessions that would break the
// contract.
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

// checkSession refuses settings and poolers that would break the contract.
func checkSession(ctx context.Context, conn *pgx.Conn) error {
	pid, err := checkSettings(ctx, conn)
	if err != nil {
		return err
	}
	return checkPooler(ctx, conn, pid)
}
