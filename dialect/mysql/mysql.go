// Package mysql lets a generated package use MariaDB and MySQL, through
// github.com/go-sql-driver/mysql, which the program imports.
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

// New returns the database behind pool, which the program opened and will
// close. The generated Open refuses a pool whose connections would break the
// contract, and says what to add to its DSN.
func New(pool *sql.DB) dialect.Database {
	return dialect.Database{Pool: pool, Dialect: &mysqlDialect{}}
}

// Open returns the database that dsn names, in the words of
// github.com/go-sql-driver/mysql. What the contract needs is added to the DSN;
// one that asks for the contrary is an error. The generated Close closes the
// connections, of which there are 32 at most: call SetMaxOpenConns on the Pool
// of what it returns to have more, or fewer.
//
// An error, such as no driver, is returned by the generated Open.
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

// How many connections Open has at most, and how long it keeps those that nobody
// uses. More than a server takes would make calls fail, and keep every other
// program out; those that are closed too soon have their statements prepared
// again each time.
const (
	maxConns = 32
	idleTime = 5 * time.Minute
)

// connectorOf returns the driver's connector for a DSN that is put right.
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
