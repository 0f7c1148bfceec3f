package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	mysqldriver "github.com/go-sql-driver/mysql"
	_ "modernc.org/sqlite" // registers sqlite

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/runtime"
)

// A source is a database with an outbox in it.
type source struct {
	name  string // to be shown
	db    *runtime.DB
	admin *admin.Admin
	pool  *sql.DB
}

// Close closes the connections.
func (s *source) Close() error { return s.pool.Close() }

// open connects and makes sure that the tables of the outbox are there. It
// changes nothing, and makes no file.
func (a *address) open(ctx context.Context) (*source, error) {
	database, err := a.database()
	if err != nil {
		return nil, fmt.Errorf("cannot open %s: %w", a.shown, err)
	}
	s := &source{name: a.shown, pool: database.Pool}
	if s.db, err = runtime.Open(ctx, database, runtime.Schema{}); err != nil {
		return nil, errors.Join(&openError{a.shown, err}, s.Close())
	}
	if err := s.complete(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.admin = admin.New(s.db)
	return s, nil
}

// An openError is a database that cannot be opened, in one line. A driver may have a
// line for each way that it tried to connect, which often say the same.
type openError struct {
	name  string
	cause error
}

func (e *openError) Error() string {
	text := "cannot open " + e.name + ":"
	var said []string
	for line := range strings.Lines(strings.TrimPrefix(e.cause.Error(), "open: ")) { // which is said here
		line = strings.TrimSpace(line)
		if line == "" || slices.Contains(said, line) {
			continue
		}
		said = append(said, line)
		if !strings.HasSuffix(text, ":") {
			text += ";"
		}
		text += " " + line
	}
	return text
}

func (e *openError) Unwrap() error { return e.cause }

// database returns the database without connecting. A SQLite file keeps its
// journal mode, which sqlite.Open would change.
func (a *address) database() (dialect.Database, error) {
	var d dialect.Database
	switch a.kind {
	case dialect.Postgres:
		d = postgres.Open(a.dsn)
	case dialect.MySQL:
		_ = mysqldriver.SetLogger(&mysqldriver.NopLogger{}) // it prints what it returns as well
		d = mysql.Open(a.dsn)
	default:
		pool, err := sql.Open("sqlite", a.dsn)
		if err != nil {
			return d, err
		}
		d = sqlite.New(pool)
	}
	return d, d.Err
}

// outboxTables are the tables of the outbox.
var outboxTables = []string{"authgen_event", "authgen_job", "authgen_delivery", "authgen_endpoint"}

// tableNames are the statements that list the tables that a connection sees.
var tableNames = map[dialect.Kind]string{
	dialect.SQLite:   `SELECT name FROM sqlite_master WHERE type = 'table'`,
	dialect.Postgres: `SELECT relname FROM pg_class WHERE relname LIKE 'authgen%' AND pg_table_is_visible(oid)`,
	dialect.MySQL:    `SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()`,
}

// complete returns an error that names the tables that are missing.
func (s *source) complete(ctx context.Context) error {
	rows, err := s.pool.QueryContext(ctx, tableNames[s.db.Kind()])
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", s.name, err)
	}
	defer func() { _ = rows.Close() }()
	missing := slices.Clone(outboxTables)
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return fmt.Errorf("cannot read %s: %w", s.name, err)
		}
		missing = slices.DeleteFunc(missing, func(m string) bool { return m == name })
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("cannot read %s: %w", s.name, err)
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf(`%s lacks %s: they are part of the generated schema (CreateTables, "authgen schema --dialect %s") where schema.yaml has events, or "outbox: true"`,
		s.name, joined(missing), s.db.Kind())
}

// joined returns "a, b and c".
func joined(words []string) string {
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " and " + words[last]
	}
	return strings.Join(words, "")
}
