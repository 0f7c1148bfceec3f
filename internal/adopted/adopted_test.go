package adopted

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/go-sql-driver/mysql"
	_ "modernc.org/sqlite"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/runtime"
)

const (
	core         = "use: [better-auth/core]"
	organization = "use: [better-auth/core, better-auth/organization, better-auth/organization-teams, better-auth/organization-roles, better-auth/rate-limit]"
	all          = "use: [better-auth/core, better-auth/organization, better-auth/organization-teams, better-auth/organization-roles, " +
		"better-auth/api-key, better-auth/oauth-provider, better-auth/rate-limit]"
	integers = "\ntables: {user: {times: integer}, session: {times: integer}, account: {times: integer}, verification: {times: integer}}"
)

// origins are programs that made tables, by the name of their SQL in testdata, and
// the schema that fits them.
var origins = []struct{ name, schema string }{
	{"better-auth.string", all},
	{"better-auth.serial", organization + "\nids: serial"},
	{"better-auth.uuid", organization + "\nids: uuid"},
	{"drizzle", core + "\nnaming: {columns: snake}" + integers},
	{"prisma", core + "\n"},
}

// databases open an empty database. On the server the collation is the one that
// it has by default, which compares by bytes nowhere.
var databases = map[string]func(t *testing.T) dialect.Database{
	"sqlite":   func(t *testing.T) dialect.Database { return sqlite.Open(filepath.Join(t.TempDir(), "app.db")) },
	"postgres": func(t *testing.T) dialect.Database { return postgres.Open(testdb.Postgres(t)) },
	"mysql":    func(t *testing.T) dialect.Database { return mysql.Open(testdb.MySQL(t)) },
}

func TestOpens(t *testing.T) {
	for kind, open := range databases {
		for _, o := range origins {
			t.Run(o.name+" on "+kind, func(t *testing.T) {
				database := open(t)
				t.Cleanup(func() { _ = database.Pool.Close() })
				run(t, database.Pool, script(t, o.name+"."+kind+".sql")...)
				err := opens(t, database, o.schema)
				if kind != "mysql" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				run(t, database.Pool, onlyCollations(t, err)...)
				if err := opens(t, database, o.schema); err != nil {
					t.Errorf("after the SQL of the first error: %v", err)
				}
			})
		}
	}
}

// A schema that does not fit is refused: times of another form, ids that are no
// UUIDs, columns named otherwise.
func TestRefuses(t *testing.T) {
	for _, c := range []struct{ origin, kind, schema, want string }{
		{"drizzle", "sqlite", core + "\nnaming: {columns: snake}", "session.expiresAt, createdAt, updatedAt: the columns hold times in another form than text of the layout 2006-01-02T15:04:05.000Z (times: text): they have integer milliseconds (times: integer)"},
		{"better-auth.uuid", "postgres", organization, "user.id: the column is uuid, and the ids that are made are not UUIDs"},
		{"better-auth.serial", "postgres", organization, "user.id: the column is integer, which does not hold every text"},
		{"prisma", "postgres", core + "\nnaming: {columns: snake}", "user.emailVerified: there is no column email_verified"},
	} {
		t.Run(c.origin+" on "+c.kind, func(t *testing.T) {
			database := databases[c.kind](t)
			t.Cleanup(func() { _ = database.Pool.Close() })
			run(t, database.Pool, script(t, c.origin+"."+c.kind+".sql")...)
			if err := opens(t, database, c.schema); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want %q", err, c.want)
			}
		})
	}
}

// The rows of a table tell what form its times have where its type does not.
func TestRefusesTimesOfRows(t *testing.T) {
	const insert = `INSERT INTO verification VALUES ('v', 'i', 'x', ?, ?, ?)`
	for name, c := range map[string]struct {
		value  any
		schema string
		fits   bool
	}{
		"text, as Better Auth writes it":            {"2026-01-01T00:00:00.000Z", core, true},
		"text, where integers are wanted":           {"2026-01-01T00:00:00.000Z", core + integers, false},
		"integers, where text is wanted":            {int64(1_767_225_600_000), core, false},
		"integers":                                  {int64(1_767_225_600_000), core + integers, true},
		"text of another layout, as SQLite's now()": {"2026-01-01 00:00:00", core, false},
	} {
		t.Run(name, func(t *testing.T) {
			database := databases["sqlite"](t)
			t.Cleanup(func() { _ = database.Pool.Close() })
			run(t, database.Pool, script(t, "prisma.sqlite.sql")...)
			if _, err := database.Pool.Exec(insert, c.value, c.value, c.value); err != nil {
				t.Fatal(err)
			}
			if err := opens(t, database, c.schema); (err == nil) != c.fits {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// A table may hold times of both forms, each in columns of its own.
func TestTimesOfBothForms(t *testing.T) {
	database := databases["sqlite"](t)
	t.Cleanup(func() { _ = database.Pool.Close() })
	run(t, database.Pool, script(t, "drizzle.sqlite.sql")...)
	run(t, database.Pool, "ALTER TABLE user ADD COLUMN seen_at text")
	of := func(seenAt string) error {
		return opens(t, database, core+"\nnaming: {columns: snake}"+strings.Replace(integers, "user: {", "user: {fields: {seenAt: "+seenAt+"}, ", 1))
	}
	if err := of("{type: time, times: text, nullable: true}"); err != nil {
		t.Error(err)
	}
	if err := of("{type: time, nullable: true}"); err == nil || !strings.Contains(err.Error(), "say times: text for the field in schema.yaml") {
		t.Errorf("error is %v", err)
	}
}

// opens returns the error of opening a database with the schema of a text.
func opens(t *testing.T, database dialect.Database, text string) error {
	t.Helper()
	database.Owned = false
	_, err := runtime.Open(t.Context(), database, described(t, text))
	return err
}

// onlyCollations returns the SQL of an error that is about collations, and nothing
// else.
func onlyCollations(t *testing.T, err error) (statements []string) {
	t.Helper()
	var seen *authgen.SchemaError
	if !errors.As(err, &seen) {
		t.Fatalf("error is %v, want one of the collations", err)
	}
	for _, d := range seen.Differences {
		if !strings.HasPrefix(d.What, "the collation utf8mb4_") {
			t.Errorf("%v", d)
		}
		statements = append(statements, d.SQL...)
	}
	return statements
}

func script(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(text), ";\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
}

func run(t *testing.T, pool *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := pool.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}
