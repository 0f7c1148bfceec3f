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
	"modernc.org/sqlite"               // registers sqlite
)

// A Place is an empty database that one contestant has for itself.
type Place struct {
	Course
	DSN  string
	drop func() error
}

// Drop removes the database. Its pool must be closed.
func (p Place) Drop() error { return p.drop() }

// drivers are the names under which database/sql knows the drivers; the same
// for all contestants.
var drivers = map[Kind]string{SQLiteFile: "sqlite", SQLiteMemory: "sqlite", Postgres: "pgx", MariaDB: "mysql"}

// Pool opens a pool with the settings of every contestant.
func (p Place) Pool() (*sql.DB, error) {
	db, err := p.open()
	if err != nil {
		return nil, err
	}
	p.Limit(db)
	return db, nil
}

func (p Place) open() (*sql.DB, error) {
	if !p.Cached {
		return sql.Open(drivers[p.Kind], p.DSN)
	}
	connector, err := sqlite.NewConnector(p.DSN)
	return sql.OpenDB(cache{connector}), err
}

// Open opens a pool and creates the tables.
func (p Place) Open(ctx context.Context) (*sql.DB, error) {
	db, err := p.Pool()
	if err != nil {
		return nil, err
	}
	for _, statement := range p.tables() {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", statement, err), db.Close())
		}
	}
	return db, nil
}

// Limit sets the number of connections.
func (p Place) Limit(db *sql.DB) {
	db.SetMaxOpenConns(p.connections())
	db.SetMaxIdleConns(p.connections())
}

// pragmas are what authgen sets on SQLite, whatever the DSN says, and so what
// everybody gets. The driver writes times as SQLite's own functions do, rather
// than as Go prints them, which is what it does unless told.
const pragmas = "_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_txlock=immediate&_time_format=sqlite"

// Ground makes places for the races on one course.
type Ground struct {
	Course
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

// NewGround returns the ground of a course; files go to dir.
func NewGround(course Course, dir string) *Ground {
	g := &Ground{Course: course, Dir: dir}
	switch course.Kind {
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
		return Place{Course: g.Course, DSN: "file::memory:?" + pragmas, drop: func() error { return nil }}, nil
	}
	dir := filepath.Join(g.Dir, name)
	if err := os.Mkdir(dir, 0o777); err != nil {
		return Place{}, err
	}
	dsn := "file:" + filepath.ToSlash(filepath.Join(dir, "bench.db")) + "?" + pragmas
	return Place{Course: g.Course, DSN: dsn, drop: func() error { return os.RemoveAll(dir) }}, nil
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
	return Place{Course: g.Course, DSN: dsn, drop: drop}, nil
}
