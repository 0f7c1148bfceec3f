package contest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // registers pgx
	_ "modernc.org/sqlite"             // registers sqlite
)

// A Place is an empty database that one contestant has for itself.
type Place struct {
	Kind Kind
	DSN  string
	drop func() error
}

// Drop removes the database. Its pool must be closed.
func (p Place) Drop() error { return p.drop() }

// drivers are the names under which database/sql knows the drivers; the same
// for all contestants.
var drivers = map[Kind]string{SQLiteFile: "sqlite", SQLiteMemory: "sqlite", Postgres: "pgx", MariaDB: "mysql"}

// Connections is how many a pool has and keeps. The contestants make one call
// at a time; more than one connection shows what a pool costs.
const Connections = 4

// Pool opens a pool with the settings of every contestant.
func (p Place) Pool() (*sql.DB, error) {
	db, err := sql.Open(drivers[p.Kind], p.DSN)
	if err != nil {
		return nil, err
	}
	Limit(db, p.Kind)
	return db, nil
}

// Open opens a pool and creates the tables.
func (p Place) Open(ctx context.Context) (*sql.DB, error) {
	db, err := p.Pool()
	if err != nil {
		return nil, err
	}
	for _, statement := range p.Kind.tables() {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", statement, err), db.Close())
		}
	}
	return db, nil
}

// Limit sets the number of connections.
func Limit(db *sql.DB, kind Kind) {
	n := Connections
	if kind == SQLiteMemory {
		n = 1 // each connection would have a database of its own
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
}

// pragmas are what authgen sets on SQLite, whatever the DSN says, and so what
// everybody gets. The driver writes times as SQLite's own functions do, rather
// than as Go prints them, which is what it does unless told.
const pragmas = "_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_txlock=immediate&_time_format=sqlite"

// Ground makes places on one kind of database.
type Ground struct {
	Kind Kind
	DSN  string // of the server
	Dir  string // for files
	made int
}

// The variables with the DSNs of the servers, and their defaults.
const (
	PostgresVariable = "AUTHGEN_TEST_POSTGRES"
	MySQLVariable    = "AUTHGEN_TEST_MYSQL"
	postgresDefault  = "postgres://root@127.0.0.1:5432/test?sslmode=disable"
	mysqlDefault     = "root@tcp(127.0.0.1:3306)/test"
)

// NewGround returns the ground of a kind; files go to dir.
func NewGround(kind Kind, dir string) *Ground {
	g := &Ground{Kind: kind, Dir: dir}
	switch kind {
	case Postgres:
		g.DSN = or(os.Getenv(PostgresVariable), postgresDefault)
	case MariaDB:
		g.DSN = or(os.Getenv(MySQLVariable), mysqlDefault)
	}
	return g
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Place makes an empty database for a contestant.
func (g *Ground) Place(ctx context.Context, contestant string) (Place, error) {
	g.made++
	name := fmt.Sprintf("authgen_bench_%d_%d_%s", os.Getpid(), g.made, strings.ToLower(strings.ReplaceAll(contestant, "-", "_")))
	switch g.Kind {
	case Postgres:
		return g.postgres(ctx, name)
	case MariaDB:
		return g.mariadb(ctx, name)
	case SQLiteMemory:
		return Place{Kind: g.Kind, DSN: "file::memory:?" + pragmas, drop: func() error { return nil }}, nil
	}
	dir := filepath.Join(g.Dir, name)
	if err := os.Mkdir(dir, 0o777); err != nil {
		return Place{}, err
	}
	dsn := "file:" + filepath.ToSlash(filepath.Join(dir, "bench.db")) + "?" + pragmas
	return Place{Kind: g.Kind, DSN: dsn, drop: func() error { return os.RemoveAll(dir) }}, nil
}

// postgres creates a database on the server. It does not wait for the disk at
// each commit, as SQLite does not with synchronous=normal: the disk would take
// most of the time, and hide what the contestants take.
func (g *Ground) postgres(ctx context.Context, name string) (Place, error) {
	u, err := url.Parse(g.DSN)
	if err != nil {
		return Place{}, fmt.Errorf("%s: %w", PostgresVariable, err)
	}
	u.Path = "/" + name
	return g.server(ctx, u.String(),
		"DROP DATABASE "+name+" WITH (FORCE)",
		"CREATE DATABASE "+name,
		"ALTER DATABASE "+name+" SET synchronous_commit = off")
}

// mariadb creates a database on the server.
func (g *Ground) mariadb(ctx context.Context, name string) (Place, error) {
	config, err := mysql.ParseDSN(g.DSN)
	if err != nil {
		return Place{}, fmt.Errorf("%s: %w", MySQLVariable, err)
	}
	config.DBName = name
	config.ParseTime = true                                       // else a time is bytes
	config.InterpolateParams = true                               // else what is not prepared costs three round trips
	config.ClientFoundRows = true                                 // authgen asks for it: an update counts the rows that it finds
	config.Params = map[string]string{"max_sort_length": "65536"} // and for this: long texts are sorted whole
	return g.server(ctx, config.FormatDSN(), "DROP DATABASE "+name, "CREATE DATABASE "+name)
}

// server runs statements on the server, and returns the place that they made,
// which the statement undo removes.
func (g *Ground) server(ctx context.Context, dsn, undo string, statements ...string) (Place, error) {
	run := func(ctx context.Context, statements ...string) error {
		db, err := sql.Open(drivers[g.Kind], g.DSN)
		if err != nil {
			return err
		}
		defer db.Close()
		for _, statement := range statements {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	}
	if err := run(ctx, statements...); err != nil {
		return Place{}, err
	}
	drop := func() error { return run(context.WithoutCancel(ctx), undo) }
	return Place{Kind: g.Kind, DSN: dsn, drop: drop}, nil
}
