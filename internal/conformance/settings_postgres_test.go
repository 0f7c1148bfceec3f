package conformance

import (
	"net/url"
	"strings"
	"testing"

	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/internal/testdb"
)

// postgresSettings are the parameters of a session of Postgres that could break
// a rule, and some that look as if they could.
var postgresSettings = []setting{
	{"array_nulls", "off"},
	{"bytea_output", "escape"},
	{"client_encoding", "LATIN1"},
	{"client_encoding", "SQL_ASCII"},
	{"client_min_messages", "debug1"},
	{"DateStyle", "German, DMY"},
	{"DateStyle", "SQL, DMY"},
	{"default_transaction_deferrable", "on"},
	{"default_transaction_isolation", "serializable"},
	{"default_transaction_isolation", "repeatable read"},
	{"default_transaction_read_only", "on"},
	{"exit_on_error", "on"},
	{"extra_float_digits", "0"},
	{"extra_float_digits", "-15"},
	{"extra_float_digits", "3"},
	{"IntervalStyle", "sql_standard"},
	{"plan_cache_mode", "force_generic_plan"},
	{"quote_all_identifiers", "on"},
	{"row_security", "off"},
	{"session_replication_role", "replica"},
	{"session_replication_role", "local"},
	{"standard_conforming_strings", "off"},
	{"TimeZone", "Asia/Kolkata"},
	{"transform_null_equals", "on"},
}

// TestSettingsOfPostgres holds that a setting, of a DSN's, of a database's or of
// a role's in it, breaks no rule, or is refused by its name, in the query modes of
// pgx. Some columns of times have no time zone, as those of Drizzle's.
func TestSettingsOfPostgres(t *testing.T) {
	dsn := testdb.Postgres(t)
	admin := closing(t, postgres.Open(withSetting(dsn, setting{"default_transaction_read_only", "off"}))).Pool
	makeTables(t, postgres.Open(dsn))
	for _, statement := range []string{
		`ALTER TABLE sample ALTER COLUMN seen TYPE timestamp(3)`,
		`ALTER TABLE session ALTER COLUMN "expiresAt" TYPE timestamp, ALTER COLUMN "createdAt" TYPE timestamp`,
	} {
		if _, err := admin.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	var database, role string
	if err := admin.QueryRow("SELECT quote_ident(current_database()), quote_ident(current_user)").Scan(&database, &role); err != nil {
		t.Fatal(err)
	}
	settleIn := func(t *testing.T, s setting, dsn, mode string) {
		t.Run(mode, func(t *testing.T) { settle(t, s, postgres.Open(inMode(dsn, mode)), admin) })
	}
	for _, s := range postgresSettings {
		t.Run(s.name+"="+s.value, func(t *testing.T) {
			for _, mode := range []string{"cache_statement", "exec", "simple_protocol"} { // the others send as the first does
				settleIn(t, s, withSetting(dsn, s), mode)
			}
			if testing.Short() {
				return
			}
			settle(t, s, postgres.Open(withSetting(dsn, setting{"options", "-c " + s.name + "=" + strings.ReplaceAll(s.value, " ", `\ `)})), admin)
			for _, owner := range []string{"DATABASE " + database, "ROLE " + role + " IN DATABASE " + database} {
				if _, err := admin.Exec("ALTER " + owner + " SET " + s.name + " = " + quote(s.value)); err != nil {
					t.Fatal(err)
				}
				settle(t, s, postgres.Open(dsn), admin)
				settle(t, s, postgres.New(pool(t, "pgx", dsn)), admin)
				if _, err := admin.Exec("ALTER " + owner + " RESET " + s.name); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// withSetting returns a DSN that sets a parameter of the session.
func withSetting(dsn string, s setting) string {
	u, err := url.Parse(dsn)
	if err != nil {
		panic(err)
	}
	q := u.Query()
	q.Set(s.name, s.value)
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	return u.String()
}
