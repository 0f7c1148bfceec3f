// Package mysql lets a generated package use MariaDB and MySQL. The program imports the
// driver, github.com/go-sql-driver/mysql.
package mysql

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/authgen/authgen/dialect"
)

// driverName is the name under which go-sql-driver registers itself.
const driverName = "mysql"

// New returns the database of a pool, which the program opens and closes. The generated
// Open refuses a pool whose connections would break the contract, and says what to add to
// its DSN.
func New(pool *sql.DB) dialect.Database {
	return dialect.Database{Pool: pool, Dialect: &mysqlDialect{}}
}

// Open returns the database that dsn names. The DSN is that of
// github.com/go-sql-driver/mysql. Open adds the parameters that the contract needs, and
// refuses a DSN that sets one of them to another value. There are at most 32 connections;
// call SetMaxOpenConns on the Pool of the result to change that. The generated Close closes
// them.
//
// The generated Open returns errors, for example if there is no driver.
func Open(dsn string) dialect.Database {
	connector, err := connectorOf(dsn)
	if err != nil {
		return dialect.Database{Err: fmt.Errorf("mysql: %w", err)}
	}
	pool := sql.OpenDB(Wrap(connector))
	pool.SetMaxOpenConns(maxConns)
	pool.SetMaxIdleConns(maxConns)
	pool.SetConnMaxIdleTime(idleTime)
	return dialect.Database{Pool: pool, Dialect: &mysqlDialect{opened: true}, Owned: true}
}

// How many connections Open has at most, and how long it keeps unused ones. If there were
// more than the server takes, calls would fail, and other programs could not connect. If
// unused ones were closed too soon, statements would be prepared again each time.
const (
	maxConns = 32
	idleTime = 5 * time.Minute
)

// connectorOf returns the driver's connector for a corrected DSN.
func connectorOf(dsn string) (driver.Connector, error) {
	if !slices.Contains(sql.Drivers(), driverName) {
		return nil, errors.New(`no driver is registered: import _ "github.com/go-sql-driver/mysql" in package main`)
	}
	dsn, err := corrected(dsn)
	if err != nil {
		return nil, err
	}
	probe, err := sql.Open(driverName, dsn)
	if err != nil {
		return nil, err
	}
	drv := probe.Driver()
	if err := probe.Close(); err != nil {
		return nil, err
	}
	d, ok := drv.(driver.DriverContext)
	if !ok {
		return nil, fmt.Errorf("the driver %T has no connectors: use github.com/go-sql-driver/mysql", drv)
	}
	return d.OpenConnector(dsn)
}
