// Package sqlite lets a generated package use SQLite, through whichever driver
// the program has imported: modernc.org/sqlite, which needs no C compiler, or
// github.com/mattn/go-sqlite3.
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

// keptStatements is how many statements a connection keeps prepared. A schema
// of a dozen tables has a few hundred whose text is constant; those made of
// predicates come and go.
const keptStatements = 256

// New returns the database behind pool, which the program opened and will
// close. The generated Open refuses a pool whose connections would break the
// contract, and says what to add to its DSN.
func New(pool *sql.DB) dialect.Database {
	return dialect.Database{Pool: pool, Dialect: sqliteDialect{}}
}

// Open returns the database in the file that dsn names, in the words of the
// driver that the program imports. Every connection gets foreign keys, a busy
// timeout of five seconds, a write-ahead log, and what else the contract needs,
// whatever the DSN says. The generated Close closes it.
//
// A database in memory, ":memory:" for example, lives as long as its connection.
// So there is only one, and a call waits for the transaction that has it.
//
// An error, such as no driver, is returned by the generated Open.
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

// naming is a connector that says which file cannot be opened, which SQLite does
// not.
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

// inMemory reports whether a DSN names a database in memory, or a temporary one,
// of which each connection has its own (sqlite.org/inmemorydb.html).
func inMemory(dsn string) bool {
	name, query, _ := strings.Cut(dsn, "?")
	name = strings.TrimPrefix(strings.TrimPrefix(name, "file:"), "//")
	if name == "" || name == ":memory:" {
		return true
	}
	params, err := url.ParseQuery(query)
	return err == nil && (params.Get("mode") == "memory" || params.Get("vfs") == "memdb")
}

// Wrap returns a connector whose connections have the settings of [Open], and
// keep their statements prepared for the generated package, which makes it
// about twice as fast. It is for a program that opens its pool itself:
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

// A plainConnector connects with a driver that has no connectors of its own.
type plainConnector struct {
	drv driver.Driver
	dsn string
}

func (c plainConnector) Connect(context.Context) (driver.Conn, error) { return c.drv.Open(c.dsn) }

func (c plainConnector) Driver() driver.Driver { return c.drv }
