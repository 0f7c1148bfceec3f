package conformance

import (
	"testing"

	"github.com/authgen/authgen/dialect/sqlite"
)

// sqliteSettings are the pragmas that could break a rule, and some that look as
// if they could.
var sqliteSettings = []setting{
	{"automatic_index", "0"},
	{"busy_timeout", "0"},
	{"case_sensitive_like", "1"},
	{"cell_size_check", "1"},
	{"checkpoint_fullfsync", "1"},
	{"count_changes", "1"},
	{"defer_foreign_keys", "1"},
	{"empty_result_callbacks", "1"},
	{"foreign_keys", "0"},
	{"full_column_names", "1"},
	{"ignore_check_constraints", "1"},
	{"journal_mode", "OFF"},
	{"journal_mode", "MEMORY"},
	{"journal_mode", "DELETE"},
	{"legacy_alter_table", "1"},
	{"locking_mode", "EXCLUSIVE"},
	{"query_only", "1"},
	{"read_uncommitted", "1"},
	{"recursive_triggers", "1"},
	{"reverse_unordered_selects", "1"},
	{"short_column_names", "0"},
	{"synchronous", "OFF"},
	{"temp_store", "MEMORY"},
	{"trusted_schema", "0"},
	{"writable_schema", "1"},
}

// TestSettingsOfSQLite holds that a pragma in a DSN, of authgen's own pool or of
// another, breaks no rule, or is refused by its name.
func TestSettingsOfSQLite(t *testing.T) {
	for _, s := range sqliteSettings {
		t.Run(s.name+"="+s.value, func(t *testing.T) {
			file := sqliteFile(t)
			makeTables(t, sqlite.Open(file))
			settle(t, s, sqlite.Open(file+"?"+pragma(s)), pool(t, driverName, file))
			settle(t, s, sqlite.New(pool(t, driverName, withPragma(file, s))), pool(t, driverName, file))
		})
	}
}
