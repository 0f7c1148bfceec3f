package testdb

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"

	_ "github.com/go-sql-driver/mysql" // registers mysql
	_ "github.com/jackc/pgx/v5/stdlib" // registers pgx
)

// IsPostgres reports whether a DSN is a URL of Postgres. Otherwise it is a DSN of the driver
// of MySQL.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Make creates a database on the server of a DSN, which names another database to connect to.
// It returns the DSN of the new database, and a function that drops it.
func Make(dsn string) (made string, drop func() error, err error) {
	name := fmt.Sprintf("authgen_%d_%x", os.Getpid(), rand.Uint64())
	driver, making, dropping := "mysql", []string{"CREATE DATABASE " + name}, "DROP DATABASE "+name
	if IsPostgres(dsn) {
		driver, dropping = "pgx", dropping+" WITH (FORCE)"
		making = append(making, "ALTER DATABASE "+name+" SET synchronous_commit = off") // no test waits for the disk
		made, err = inURL(dsn, name)
	} else {
		made, err = inDSN(dsn, name)
	}
	if err != nil {
		return "", nil, err
	}
	admin, err := sql.Open(driver, dsn)
	if err != nil {
		return "", nil, err
	}
	for _, statement := range making {
		if _, err := admin.Exec(statement); err != nil {
			return "", nil, errors.Join(fmt.Errorf("cannot make a database: %w", err), admin.Close())
		}
	}
	return made, func() error {
		_, err := admin.Exec(dropping)
		return errors.Join(err, admin.Close())
	}, nil
}

// inURL returns a URL with another database.
func inURL(dsn, name string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// inDSN returns a DSN of MySQL with another database.
func inDSN(dsn, name string) (string, error) {
	slash := strings.LastIndex(dsn, "/")
	if slash < 0 {
		return "", errors.New("no / in front of the name of the database")
	}
	_, params, hasParams := strings.Cut(dsn[slash:], "?")
	made := dsn[:slash+1] + name
	if hasParams {
		made += "?" + params
	}
	return made, nil
}
