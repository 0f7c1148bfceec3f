package model_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/internal/testdb"
)

// fields returns a schema with n fields of one kind.
func fields(n int, kind string) string {
	var b strings.Builder
	b.WriteString("tables:\n  user:\n    fields:\n")
	for i := range n {
		fmt.Fprintf(&b, "      f%d: %s\n", i, kind)
	}
	return b.String()
}

func TestLimitsOfMySQL(t *testing.T) {
	cases := []struct{ name, schema, want string }{
		{"key", "tables: {user: {fields: {a: {type: string, maxLength: 768, unique: true}}}}", ""},
		{"key too long", "tables:\n  user: {fields: {a: {type: text, maxLength: 769, unique: true}}}",
			`4:19: table "user": the index on a takes 3076 bytes, and MySQL's take 3072; give the text in it a smaller "maxLength", a character of which takes four, or leave mysql out of "dialects"`},
		{"composite key", "tables: {user: {fields: {a: {type: string, maxLength: 384}, b: {type: string, maxLength: 384}}, indexes: [{fields: [a, b]}]}}", ""},
		{"composite key too long", "tables: {user: {fields: {a: {type: string, maxLength: 384}, b: {type: string, maxLength: 384}, c: bool}, indexes: [{fields: [a, b, c]}]}}",
			`the index on a, b, c takes 3073 bytes`},
		{"key of bytes", "tables: {user: {fields: {a: {type: bytes, index: true}}}}", ""},
		{"key with the id", "tables: {user: {fields: {a: {type: string, maxLength: 600}}, indexes: [{fields: [a, id]}]}}", `the index on a, id takes 3420 bytes`},
		{"row", fields(63, "string"), ""},
		{"row too long", fields(64, "string"), `4:3: table "user": its rows take 66430 bytes, and MySQL's take 65535; give strings, of which a character takes four, a smaller "maxLength", or make them texts, which do not count, or leave mysql out of "dialects"`},
		{"texts", fields(196, "text"), ""},
		{"page too full", fields(197, "text"), `4:3: table "user": its rows take 8136 bytes beside what MySQL can store elsewhere, and there is room for 8126; put some of the 197 fields into another table, or make them one of type json, or leave mysql out of "dialects"`},
		{"page of short strings", fields(33, "{type: string, maxLength: 63}"), `its rows take 8408 bytes beside`},
		{"numbers", fields(1000, "bigint"), ""},
		{"many keys", fields(64, "{type: int, index: true}"), `4:3: table "user": its id, indexes and references make 65 keys, and MySQL takes 64; remove some, or leave mysql out of "dialects"`},
		{"references make keys", fields(64, "{references: user, nullable: true}"), `table "user": its id, indexes and references make 65 keys`},
		{"without mysql", "dialects: [sqlite, postgres]\n" + fields(300, "text"), ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, problems := load(c.schema)
			switch got := schema.Report("schema.yaml", problems); {
			case c.want == "" && len(problems) > 0:
				t.Errorf("problems: %s", got)
			case !strings.Contains(got, c.want):
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestMySQLTakesWhatIsAllowed creates the fullest tables that are allowed.
func TestMySQLTakesWhatIsAllowed(t *testing.T) {
	conn := connect(t, "mysql", testdb.MySQL(t))
	for _, kind := range []string{
		"string", "'string?'", "text", "'json?'", "{type: string, maxLength: 10}", "{type: string, maxLength: 63, nullable: true}",
		"{type: string, maxLength: 64}", "bigint", "time", "{type: text, unique: true}", "{references: user, nullable: true}",
	} {
		least, most := 1, 1000 // fields that are allowed
		for least < most {
			n := (least + most + 1) / 2
			if _, problems := load(fields(n, kind)); len(problems) == 0 {
				least = n
			} else {
				most = n - 1
			}
		}
		for _, statement := range script(build(t, fields(least, kind)), schema.MySQL).Statements {
			if _, err := conn.ExecContext(t.Context(), statement); err != nil {
				t.Errorf("%d fields of %s: %v", least, kind, err)
			}
		}
		if _, err := conn.ExecContext(t.Context(), "DROP TABLE `user`"); err != nil {
			t.Error(err)
		}
	}
}
