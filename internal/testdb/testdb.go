// Package testdb makes databases for tests, each on a server that the
// environment names, and each for one test.
package testdb

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"
	"testing"

	_ "github.com/go-sql-driver/mysql" // registers mysql
	_ "github.com/jackc/pgx/v5/stdlib" // registers pgx
)

// The variables that name a server and a database on it to connect to.
const (
	PostgresVar = "AUTHGEN_TEST_POSTGRES" // postgres://root@127.0.0.1:5432/test
	MySQLVar    = "AUTHGEN_TEST_MYSQL"    // root@tcp(127.0.0.1:3306)/test
)

// Postgres makes a database and returns its DSN, or skips the test if the
// environment names no server. The database is dropped when the test is over.
func Postgres(t testing.TB) string {
	t.Helper()
	dsn := server(t, PostgresVar)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatalf("%s: %v", PostgresVar, err)
	}
	u.Path = "/" + newDatabase(t, "pgx", dsn, "CREATE DATABASE %s", "DROP DATABASE %s WITH (FORCE)")
	return u.String()
}

// MySQL is Postgres for MySQL and MariaDB.
func MySQL(t testing.TB) string {
	t.Helper()
	dsn := server(t, MySQLVar)
	slash := strings.LastIndex(dsn, "/")
	if slash < 0 {
		t.Fatalf("%s: no / in front of the database's name", MySQLVar)
	}
	_, params, _ := strings.Cut(dsn[slash:], "?")
	name := newDatabase(t, "mysql", dsn, "CREATE DATABASE %s", "DROP DATABASE %s")
	return strings.TrimSuffix(dsn[:slash+1]+name+"?"+params, "?")
}

func server(t testing.TB, variable string) string {
	t.Helper()
	dsn := os.Getenv(variable)
	if dsn == "" {
		t.Skipf("%s is not set", variable)
	}
	return dsn
}

// newDatabase makes a database and returns its name.
func newDatabase(t testing.TB, driver, dsn, create, drop string) string {
	t.Helper()
	admin, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("authgen_%d_%x", os.Getpid(), rand.Uint64())
	if _, err := admin.Exec(fmt.Sprintf(create, name)); err != nil {
		t.Fatalf("cannot make a database: %v", err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec(fmt.Sprintf(drop, name)); err != nil {
			t.Errorf("cannot drop the database: %v", err)
		}
		_ = admin.Close()
	})
	return name
}
