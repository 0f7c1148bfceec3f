package adopted

import (
	"errors"
	"strings"
	"testing"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/runtime"
)

// own are tables and fields that an application adds to those it adopted: a table
// of its own that refers to theirs, one that refers to it in turn, and references
// of theirs to both.
const own = `
tables:
  device: {fields: {userId: {references: {table: user, onDelete: cascade}, unique: true}, label: {type: string, unique: true}, since: {type: time, default: now}}}
  reading: {fields: {ownerId: {references: {table: device, field: userId, onDelete: cascade}}, value: {type: int, default: 0}}}
  session: {fields: {deviceId: {references: {table: device, onDelete: cascade}, nullable: true}, byId: {references: {table: user, onDelete: cascade}, nullable: true}}}
  user: {fields: {plan: {type: string, default: free}, seenAt: {type: time, default: now, onUpdate: now}, lastId: {references: {table: device, onDelete: setNull}, nullable: true}}}`

// extended are the origins whose schema takes own as it stands.
var extended = []struct{ name, schema string }{
	{"better-auth.string", all + own},
	{"better-auth.serial", organization + "\nids: serial" + own},
	{"better-auth.uuid", organization + "\nids: uuid" + own},
	{"prisma", core + own},
}

// TestCreatesTables holds that CreateTables makes tables that refer to theirs,
// whatever the type and the collation are there.
func TestCreatesTables(t *testing.T) {
	for kind, open := range databases {
		for _, o := range extended {
			t.Run(o.name+" on "+kind, func(t *testing.T) {
				database := open(t)
				t.Cleanup(func() { _ = database.Pool.Close() })
				run(t, database.Pool, script(t, o.name+"."+kind+".sql")...)
				text, _, _ := strings.Cut(o.schema, "\n  session:")
				database.Owned = false
				db, err := runtime.Open(t.Context(), database, described(t, text), authgen.WithSchemaCheck(authgen.WarnOfDifferences))
				if err != nil {
					t.Fatal(err)
				}
				if err := db.CreateTables(t.Context()); err != nil {
					t.Fatal(err)
				}
				if seen := (*authgen.SchemaError)(nil); errors.As(opens(t, database, text), &seen) {
					for _, d := range seen.Differences {
						if !strings.HasPrefix(d.What, "the collation utf8mb4_") {
							t.Errorf("%v", d)
						}
						run(t, database.Pool, d.SQL...)
					}
				}
				if err := opens(t, database, text); err != nil {
					t.Errorf("after the SQL of the first error: %v", err)
				}
			})
		}
	}
}

// TestMends holds that the SQL of the error makes of their tables, with rows in
// them, what an extended schema asks for, in one round.
func TestMends(t *testing.T) {
	for kind, open := range databases {
		for _, o := range extended {
			for _, charset := range charsets[kind] {
				t.Run(o.name+" on "+kind+charset, func(t *testing.T) {
					database := open(t)
					t.Cleanup(func() { _ = database.Pool.Close() })
					if charset != "" {
						run(t, database.Pool, "ALTER DATABASE CHARACTER SET "+charset)
					}
					statements := script(t, o.name+"."+kind+".sql")
					for i := range statements {
						statements[i] = strings.ReplaceAll(statements[i], " DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", "")
					}
					run(t, database.Pool, statements...)
					insert := map[string]string{"mysql": "INSERT INTO `user` (id, name, email, `emailVerified`, `updatedAt`) VALUES (%, 'n', 'e', true, '2026-01-01')"}[kind]
					if insert == "" {
						insert = `INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt") VALUES (%, 'n', 'e', true, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')`
					}
					id := "'00000000-0000-0000-0000-000000000001'"
					if strings.Contains(o.schema, "serial") {
						id = "1"
					}
					run(t, database.Pool, strings.Replace(insert, "%", id, 1))
					var seen *authgen.SchemaError
					if err := opens(t, database, o.schema); !errors.As(err, &seen) {
						t.Fatalf("error is %v, want a SchemaError", err)
					}
					for _, d := range seen.Differences {
						run(t, database.Pool, d.SQL...)
					}
					if err := opens(t, database, o.schema); err != nil {
						t.Fatalf("after the SQL of\n%v\n%v", seen, err)
					}
					database.Owned = false
					db, err := runtime.Open(t.Context(), database, described(t, o.schema))
					if err == nil {
						err = db.CreateTables(t.Context())
					}
					if err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

// charsets are the character sets that databases have by default.
var charsets = map[string][]string{"sqlite": {""}, "postgres": {""}, "mysql": {"", "latin1", "utf8mb3"}}
