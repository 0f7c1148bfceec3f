package cost

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/internal/testenv"
)

// A database is one that costs are counted on.
type database struct {
	name string
	dsn  func(testing.TB) string
	open func(dsn string) dialect.Database
	// through returns the DSN by way of a proxy, and the proxy; nil: it has no
	// server.
	through func(testing.TB, string) (string, *proxy)
}

var databases = []database{
	{"sqlite", func(t testing.TB) string { return filepath.Join(t.TempDir(), "test.db") }, sqlite.Open, nil},
	{"postgres", testdb.Postgres, postgres.Open, throughPostgres},
	{"mysql", testdb.MySQL, mysql.Open, throughMySQL},
}

func throughPostgres(t testing.TB, dsn string) (string, *proxy) {
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, u.Host)
	u.Host = p.addr
	return u.String(), p
}

func throughMySQL(t testing.TB, dsn string) (string, *proxy) {
	before, rest, ok := strings.Cut(dsn, "tcp(")
	addr, after, closed := strings.Cut(rest, ")")
	if !ok || !closed {
		testenv.Missing(t, "the server is not reached by TCP")
	}
	p := newProxy(t, addr)
	return before + "tcp(" + p.addr + ")" + after, p
}
