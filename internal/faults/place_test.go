package faults

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/testdb"
)

// A place is where the databases of a test are: that of the application, and
// that of the receiver, which may be the same. It travels to child processes.
type place struct {
	App, Receiver data
}

// data names a database.
type data struct {
	Kind dialect.Kind
	DSN  string // of SQLite the path of the file
}

// opened returns the database as an application opens it.
func (d data) opened() dialect.Database {
	switch d.Kind {
	case dialect.Postgres:
		return postgres.Open(d.DSN)
	case dialect.MySQL:
		return mysql.Open(d.DSN)
	}
	return sqlite.Open(d.DSN)
}

// pool returns the database as a program opens it that knows nothing of authgen.
func (d data) pool() (*sql.DB, error) {
	switch d.Kind {
	case dialect.Postgres:
		return sql.Open("pgx", d.DSN)
	case dialect.MySQL:
		return sql.Open("mysql", d.DSN)
	}
	return sql.Open("sqlite", "file:"+d.DSN+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate")
}

// places are those that everything is tested in.
var places = []struct {
	name string
	make func(t testing.TB) place
}{
	{"sqlite", func(t testing.TB) place { return place{file(t, "app"), file(t, "receiver")} }},
	{"postgres", func(t testing.TB) place {
		d := data{dialect.Postgres, testdb.Postgres(t)}
		return place{d, d}
	}},
	{"mariadb", func(t testing.TB) place {
		d := data{dialect.MySQL, testdb.MySQL(t)}
		return place{d, d}
	}},
}

func file(t testing.TB, name string) data {
	return data{dialect.SQLite, filepath.Join(t.TempDir(), name+".db")}
}

// everywhere runs a test in each place, with all the tables made, at once: most
// of the time it waits.
func everywhere(t *testing.T, test func(t *testing.T, s *site)) {
	t.Parallel()
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			test(t, prepared(t, p.make(t)))
		})
	}
}
