package main

import (
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/testdb"
)

// newDatabase returns an empty database, in a SQLite file or on a server, and a function
// that removes it once the adapter is closed.
func newDatabase(server string) (dialect.Database, func() error, error) {
	if server == "" {
		dir, err := os.MkdirTemp("", "authgen-quickstart-")
		return sqlite.Open(filepath.Join(dir, "app.db")), func() error { return os.RemoveAll(dir) }, err
	}
	dsn, drop, err := testdb.Make(server)
	if testdb.IsPostgres(server) {
		return postgres.Open(dsn), drop, err
	}
	return mysql.Open(dsn), drop, err
}
