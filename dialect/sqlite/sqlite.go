// Package sqlite lets a generated package use SQLite. The program imports a driver:
// modernc.org/sqlite, which needs no C compiler, or github.com/mattn/go-sqlite3.
package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/internal/direct"
)

// keptStatements is how many statements a connection keeps prepared. A schema of a dozen
// tables has a few hundred with constant text. Those with predicates come and go.
const keptStatements = 256

// New returns the database of a pool, which the program opens and closes. The generated
// Open refuses a pool whose connections would break the contract, and says what to add to
// its DSN.
func New(pool *sql.DB) dialect.Database {
	return dialect.Database{Pool: pool, Dialect: sqliteDialect{}}
}

// Open returns the database in a file. The DSN is that of the driver that the program
// imports. Whatever the DSN says, every connection gets foreign keys, a busy timeout of
// five seconds, a write-ahead log, and all else that the contract needs. The generated
// Close closes the pool.
//
// A database in memory, for example ":memory:", lives as long as its connection. So its
// pool has one connection, and a call waits for the transaction that uses it.
//
// The generated Open returns errors, for example if there is no driver.
func Open(dsn string) dialect.Database {
	name, err := driverName()
	if err != nil {
		return dialect.Database{Err: err}
	}
	probe, err := sql.Open(name, dsn)
	if err != nil {
		return dialect.Database{Err: fmt.Errorf("sqlite: %w", err)}
	}
	drv := probe.Driver()
	if err := probe.Close(); err != nil {
		return dialect.Database{Err: fmt.Errorf("sqlite: %w", err)}
	}
	connector, err := connectorOf(drv, dsn)
	if err != nil {
		return dialect.Database{Err: fmt.Errorf("sqlite: %w", err)}
	}
	pool := sql.OpenDB(naming{Wrap(connector), fileOf(dsn)})
	if inMemory(dsn) {
		pool.SetMaxOpenConns(1)
	}
	return dialect.Database{Pool: pool, Dialect: sqliteDialect{}, Owned: true}
}

// fileOf returns the name of the file in a DSN.
func fileOf(dsn string) string {
	name, _, _ := strings.Cut(dsn, "?")
	return strings.TrimPrefix(name, "file:")
}

// naming is a connector whose errors name the file that cannot be opened. SQLite's do not.
type naming struct {
	driver.Connector
	file string
}

func (c naming) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.file, err)
	}
	return conn, nil
}

// inMemory reports whether a DSN names a database in memory or a temporary one. Each
// connection has its own such database (sqlite.org/inmemorydb.html).
func inMemory(dsn string) bool {
	name, query, _ := strings.Cut(dsn, "?")
	name = strings.TrimPrefix(strings.TrimPrefix(name, "file:"), "//")
	if name == "" || name == ":memory:" {
		return true
	}
	params, err := url.ParseQuery(query)
	return err == nil && (params.Get("mode") == "memory" || params.Get("vfs") == "memdb")
}

// Wrap returns a connector for a program that opens its pool itself. Its connections have
// the settings of [Open], and keep statements prepared, which makes the generated package
// about twice as fast:
//
//	pool := sql.OpenDB(sqlite.Wrap(connector))
func Wrap(c driver.Connector) driver.Connector {
	return direct.Rewriting(c, keptStatements, bare, setup()...)
}

// driverName returns the name under which a SQLite driver is registered.
func driverName() (string, error) {
	for _, name := range []string{"sqlite", "sqlite3"} {
		if slices.Contains(sql.Drivers(), name) {
			return name, nil
		}
	}
	return "", errors.New(`sqlite: no driver is registered: import _ "modernc.org/sqlite" in package main`)
}

func connectorOf(drv driver.Driver, dsn string) (driver.Connector, error) {
	if d, ok := drv.(driver.DriverContext); ok {
		return d.OpenConnector(dsn)
	}
	return plainConnector{drv, dsn}, nil
}

// A plainConnector is a connector for a driver that does not have its own.
type plainConnector struct {
	drv driver.Driver
	dsn string
}

func (c plainConnector) Connect(context.Context) (driver.Conn, error) { return c.drv.Open(c.dsn) }

func (c plainConnector) Driver() driver.Driver { return c.drv }
