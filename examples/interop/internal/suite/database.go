// Package suite is what every example must pass: what a library wrote in the
// transaction of a trigger is stored together with the user, or not at all.
package suite

import (
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // the driver

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/examples/interop/audit"
	"github.com/authgen/authgen/examples/interop/auth"
	"github.com/authgen/authgen/internal/testdb"
)

// Databases calls test with an empty database of each kind. Those on a server
// are skipped unless the environment names it.
func Databases(t *testing.T, test func(t *testing.T, database dialect.Database)) {
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
	t.Run("mysql", func(t *testing.T) { test(t, MySQL(t)) })
}

// SQLite returns an empty database for one test.
func SQLite(t *testing.T) dialect.Database {
	return ready(t, sqlite.Open(filepath.Join(t.TempDir(), "app.db")))
}

// Postgres is SQLite for Postgres.
func Postgres(t *testing.T) dialect.Database { return ready(t, postgres.Open(testdb.Postgres(t))) }

// MySQL is SQLite for MySQL and MariaDB.
func MySQL(t *testing.T) dialect.Database { return ready(t, mysql.Open(testdb.MySQL(t))) }

// ready creates the tables, and closes the database when t is over.
func ready(t *testing.T, database dialect.Database) dialect.Database {
	t.Helper()
	if database.Err != nil {
		t.Fatal(database.Err)
	}
	t.Cleanup(func() { _ = database.Pool.Close() })
	if err := Open(t, database, auth.NoTriggers{}).CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := audit.Create(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	return database
}

// Open opens the generated package on a database.
func Open(t *testing.T, database dialect.Database, triggers auth.Triggers) *auth.DB {
	t.Helper()
	db, err := auth.Open(t.Context(), database, triggers)
	if err != nil {
		t.Fatal(err)
	}
	return db
}
