// Package testdb creates databases on servers, each for one test or one run of an example.
package testdb

import (
	"database/sql"
	"os"
	"strings"
	"testing"

	"github.com/authgen/authgen/internal/testenv"
)

// The variables that name the servers for tests, with a database to connect to.
const (
	PostgresVar = "AUTHGEN_TEST_POSTGRES" // postgres://root@127.0.0.1:5432/test
	MySQLVar    = "AUTHGEN_TEST_MYSQL"    // root@tcp(127.0.0.1:3306)/test
)

// Postgres makes a database and returns its DSN, or skips the test if the
// environment names no server, see [testenv.Missing]. The database is dropped when the test is over.
func Postgres(t testing.TB) string {
	t.Helper()
	return forTest(t, PostgresVar)
}

// MySQL is Postgres for MySQL and MariaDB.
func MySQL(t testing.TB) string {
	t.Helper()
	return forTest(t, MySQLVar)
}

// IsMariaDB reports whether the server that MySQLVar names is a MariaDB.
func IsMariaDB(t testing.TB) bool {
	t.Helper()
	db, err := sql.Open("mysql", os.Getenv(MySQLVar))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var version string
	if err := db.QueryRow("SELECT VERSION()").Scan(&version); err != nil {
		testenv.Missing(t, "%s: %v", MySQLVar, err)
	}
	return strings.Contains(version, "MariaDB")
}

func forTest(t testing.TB, variable string) string {
	t.Helper()
	server := os.Getenv(variable)
	if server == "" {
		testenv.Missing(t, "%s is not set", variable)
	}
	dsn, drop, err := Make(server)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Errorf("cannot drop the database: %v", err)
		}
	})
	return dsn
}
