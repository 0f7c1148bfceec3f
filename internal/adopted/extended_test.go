package adopted

import (
	"errors"
	"strings"
	"testing"

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
				db, err := runtime.Open(t.Context(), database, described(t, text), runtime.WithSchemaCheck(runtime.WarnOfDifferences))
				if err != nil {
					t.Fatal(err)
				}
				if err := db.CreateTables(t.Context()); err != nil {
					t.Fatal(err)
				}
				if seen := (*runtime.SchemaError)(nil); errors.As(opens(t, database, text), &seen) {
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
