package conformance

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// kind returns which family of databases the env's is of.
func (e *env) kind() dialect.Kind { return e.raw.Dialect.Kind() }

// sql returns a statement, with names in double quotes and a question mark for
// each value, in the words of the env's database.
func (e *env) sql(query string) string {
	var b strings.Builder
	placeholders, text := 0, false
	for _, r := range query {
		switch {
		case r == '\'':
			text = !text
		case text:
		case r == '"' && e.kind() != dialect.Postgres:
			r = '`'
		case r == '?' && e.kind() == dialect.Postgres:
			placeholders++
			b.WriteString("$" + strconv.Itoa(placeholders))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// by returns what belongs to the env's database.
func by[T any](e *env, sqlite, postgres, mysql T) T {
	return [...]T{dialect.SQLite: sqlite, dialect.Postgres: postgres, dialect.MySQL: mysql}[e.kind()]
}

// exec runs a statement past the adapter.
func (e *env) exec(query string, args ...any) sql.Result {
	e.Helper()
	switch verb, _, _ := strings.Cut(query, " "); verb {
	case "ALTER", "CREATE", "DROP":
		e.altered = true
	}
	res, err := e.raw.Pool.ExecContext(context.Background(), e.sql(query), args...)
	e.must(err)
	return res
}

// count fails the test unless the table has n rows, by a look that is not the
// adapter's.
func (e *env) count(table string, n int) {
	e.Helper()
	var got int
	e.must(e.raw.Pool.QueryRowContext(context.Background(), e.sql(`SELECT count(*) FROM "`+table+`"`)).Scan(&got))
	if got != n {
		e.Errorf("table %s has %d rows, want %d", table, got, n)
	}
}

// loosen makes a column one of text, in which another program may then store
// what does not fit the schema.
func (e *env) loosen(table, column string) {
	e.Helper()
	switch e.kind() {
	case dialect.Postgres:
		e.exec(fmt.Sprintf(`ALTER TABLE "%s" ALTER COLUMN "%s" TYPE text USING "%[2]s"::text`, table, column))
	case dialect.MySQL:
		e.exec(fmt.Sprintf(`ALTER TABLE "%s" MODIFY "%s" text`, table, column))
	}
}

// endless returns a statement that writes, and runs until it is interrupted, or
// for as long as a server may take to notice that nobody waits for it.
func (e *env) endless() string {
	return `INSERT INTO note (id, text) ` + by(e,
		`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'n' || i, 'x' FROM n`,
		`SELECT 'n' || i, pg_sleep(2)::text FROM generate_series(1, 100) AS i`,
		`SELECT 'n', sleep(2)`)
}

// updatedOne returns the statements of an update that gives back its row, on a
// table without triggers.
func updatedOne(e *env) string { return by(e, "UPDATE", "UPDATE", "BEGIN UPDATE SELECT COMMIT") }

// deletesBlind reports whether the database does not give back what it deletes.
func (e *env) deletesBlind() bool {
	return e.kind() == dialect.MySQL && e.raw.Dialect.Returns()&dialect.ReturnsDeleted == 0
}

// connections takes n connections of the pool.
func (e *env) connections(n int) []*sql.Conn {
	e.Helper()
	conns := make([]*sql.Conn, n)
	for i := range conns {
		var err error
		conns[i], err = e.raw.Pool.Conn(e.ctx)
		e.must(err)
	}
	return conns
}
