package conformance

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/testdb"
)

// The driver prints every connection that breaks, which here they are made to.
func init() { _ = mysqldriver.SetLogger(&mysqldriver.NopLogger{}) }

// A database is one that the suite runs on.
type database struct {
	name    string
	open    func(t *testing.T) dialect.Database // an empty one, gone when t is over
	another bool                                // another way to one above it, which -short leaves out
}

// databases are those that the suite runs on, each as authgen opens it, and by a
// pool of the program's own, on which no statement is kept prepared. Another
// one is one more line.
var databases = []database{
	{name: "sqlite", open: openSQLite},
	{name: "sqlite, a pool", another: true, open: func(t *testing.T) dialect.Database {
		return closing(t, sqlite.New(pool(t, driverName, poolDSN(sqliteFile(t)))))
	}},
	{name: "postgres", open: func(t *testing.T) dialect.Database { return closing(t, postgres.Open(testdb.Postgres(t))) }},
	inQueryMode("cache_describe"),
	inQueryMode("describe_exec"),
	inQueryMode("exec"),
	inQueryMode("simple_protocol"),
	{name: "mysql", open: func(t *testing.T) dialect.Database { return closing(t, mysql.Open(testdb.MySQL(t))) }},
	{name: "mysql, as without RETURNING", another: true, open: func(t *testing.T) dialect.Database {
		d := closing(t, mysql.Open(testdb.MySQL(t)))
		d.Dialect = returnless{d.Dialect}
		return d
	}},
	{name: "mysql, a pool", another: true, open: func(t *testing.T) dialect.Database {
		return closing(t, mysql.New(pool(t, "mysql", testdb.MySQL(t)+mysqlParams)))
	}},
}

// queryModes are the ways in which pgx sends a statement, the default first, as a
// DSN names them.
var queryModes = []string{"cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"}

// inQueryMode is Postgres with a query mode that is not the default.
func inQueryMode(mode string) database {
	return database{name: "postgres, " + mode, another: true, open: func(t *testing.T) dialect.Database {
		return closing(t, postgres.Open(inMode(testdb.Postgres(t), mode)))
	}}
}

// inMode returns a DSN of Postgres with a query mode.
func inMode(dsn, mode string) string {
	separator := "?"
	if strings.Contains(dsn, "?") {
		separator = "&"
	}
	return dsn + separator + "default_query_exec_mode=" + mode
}

// onEach runs a test on every database, on several at a time.
func onEach(t *testing.T, test func(t *testing.T, db database)) {
	t.Helper()
	inTurn(t, func(t *testing.T, db database) {
		t.Parallel()
		test(t, db)
	})
}

// inTurn runs a test on one database after the other, as it is about the process.
func inTurn(t *testing.T, test func(t *testing.T, db database)) {
	t.Helper()
	for _, db := range databases {
		t.Run(db.name, func(t *testing.T) {
			if db.another && testing.Short() {
				t.Skip("-short leaves out other ways to a database")
			}
			label(t)
			test(t, db)
		})
	}
}

// A returnless dialect uses no RETURNING, which MySQL lacks, on MariaDB.
type returnless struct{ dialect.Dialect }

func (returnless) Returns() dialect.Returning { return 0 }

// openSQLite opens a file of its own through the driver that the build names.
func openSQLite(t *testing.T) dialect.Database { return closing(t, sqlite.Open(sqliteFile(t))) }

func sqliteFile(t *testing.T) string { return filepath.Join(t.TempDir(), "test.db") }

// mysqlParams are what mysql.New wants of a DSN.
const mysqlParams = "?clientFoundRows=true&parseTime=true&charset=utf8mb4&time_zone=%27%2B00:00%27&max_sort_length=65536"

func pool(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	p, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// closing closes a database's pool when t is over.
func closing(t *testing.T, d dialect.Database) dialect.Database {
	t.Helper()
	if d.Err != nil {
		t.Fatal(d.Err)
	}
	t.Cleanup(func() { _ = d.Pool.Close() })
	return d
}

// A stock has an empty database for one case after the other. A server empties a database
// faster than it creates one.
type stock struct {
	t    *testing.T
	open func(t *testing.T) dialect.Database
	free []dialect.Database
}

// newStock returns a stock of databases that are gone when t is over.
func newStock(t *testing.T, db database) *stock {
	t.Helper()
	// The first is made here, as only t itself may say that there is no server.
	return &stock{t, db.open, []dialect.Database{db.open(t)}}
}

// take returns a database that is nobody else's.
func (s *stock) take() dialect.Database {
	if n := len(s.free); n > 0 {
		d := s.free[n-1]
		s.free = s.free[:n-1]
		return d
	}
	return s.open(s.t)
}

// giveBack empties the database of an env for the next case, unless a table was
// altered. A file is quicker made than emptied.
func (s *stock) giveBack(e *env) {
	if e.altered || e.Failed() || e.kind() == dialect.SQLite {
		_ = e.raw.Pool.Close()
		return
	}
	if err := empty(e); err == nil {
		s.free = append(s.free, e.raw)
	}
}

// tables are the tables of the schema, those that refer ahead of their targets.
var tables = []string{"authgen_event", "authgen_job", "reply", "shelf", "folder", "post", "thread", "remark", "ticket", "desk", "note", "lease", "sample", "essay", "counter", "tally", "page", "node", "member", "organization", "session", "profile", "user"}

// empty deletes every row, and begins to count ids anew.
func empty(e *env) error {
	ctx := context.Background()
	tx, err := e.raw.Pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if _, err := tx.ExecContext(ctx, e.sql(`DELETE FROM "`+table+`"`)); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	if e.kind() == dialect.MySQL {
		return countAnew(ctx, e)
	}
	_, err = e.raw.Pool.ExecContext(ctx, by(e, "", "ALTER SEQUENCE counter_id_seq RESTART", ""))
	return err
}

// countAnew begins to count ids anew on MariaDB and MySQL. That alters the table, for
// which the server waits for its disk, so it is done only where ids were counted.
func countAnew(ctx context.Context, e *env) error {
	var name, create string
	if err := e.raw.Pool.QueryRowContext(ctx, "SHOW CREATE TABLE counter").Scan(&name, &create); err != nil || !strings.Contains(create, " AUTO_INCREMENT=") {
		return err
	}
	_, err := e.raw.Pool.ExecContext(ctx, "ALTER TABLE counter AUTO_INCREMENT = 1")
	return err
}
