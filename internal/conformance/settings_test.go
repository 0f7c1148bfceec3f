package conformance

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/conformance/triggers"
	"github.com/authgen/authgen/internal/testdb"
)

// A setting is one of a session's, which somebody set.
type setting struct{ name, value string }

// mysqlSettings are those of MariaDB and MySQL that could break a rule, and
// some that look as if they could.
var mysqlSettings = []setting{
	{"autocommit", "0"},
	{"completion_type", "1"},
	{"completion_type", "2"},
	{"foreign_key_checks", "0"},
	{"unique_checks", "0"},
	{"check_constraint_checks", "0"},
	{"sql_select_limit", "2"},
	{"sql_auto_is_null", "1"},
	{"sql_safe_updates", "1"},
	{"sql_big_selects", "0"},
	{"max_join_size", "1"},
	{"tx_read_only", "1"},
	{"transaction_read_only", "1"},
	{"tx_isolation", "'READ-UNCOMMITTED'"},
	{"transaction_isolation", "'SERIALIZABLE'"},
	{"time_zone", "'+05:00'"},
	{"lc_messages", "'de_DE'"},
	{"lc_time_names", "'de_DE'"},
	{"character_set_results", "'latin1'"},
	{"collation_connection", "'utf8mb4_general_ci'"},
	{"auto_increment_increment", "7"},
	{"div_precision_increment", "0"},
	{"group_concat_max_len", "4"},
	{"default_week_format", "3"},
	{"old_mode", "'ZERO_DATE_TIME_CAST'"},
	{"in_predicate_conversion_threshold", "2"},
	{"max_error_count", "0"},
	{"max_sort_length", "64"},
	{"max_sort_length", "8388608"},
	{"sql_buffer_result", "1"},
	{"sql_notes", "0"},
	{"big_tables", "1"},
	{"timestamp", "1000000000"},
	{"innodb_snapshot_isolation", "1"},
	{"sql_mode", "''"},
	{"sql_mode", "'ALLOW_INVALID_DATES'"},
	{"sql_mode", "'ANSI'"},
	{"sql_mode", "'ANSI_QUOTES'"},
	{"sql_mode", "'DB2'"},
	{"sql_mode", "'EMPTY_STRING_IS_NULL'"},
	{"sql_mode", "'HIGH_NOT_PRECEDENCE'"},
	{"sql_mode", "'IGNORE_SPACE'"},
	{"sql_mode", "'MAXDB'"},
	{"sql_mode", "'MSSQL'"},
	{"sql_mode", "'MYSQL40'"},
	{"sql_mode", "'NO_AUTO_VALUE_ON_ZERO'"},
	{"sql_mode", "'NO_BACKSLASH_ESCAPES'"},
	{"sql_mode", "'NO_UNSIGNED_SUBTRACTION'"},
	{"sql_mode", "'NO_ZERO_DATE,NO_ZERO_IN_DATE'"},
	{"sql_mode", "'ONLY_FULL_GROUP_BY'"},
	{"sql_mode", "'ORACLE'"},
	{"sql_mode", "'PAD_CHAR_TO_FULL_LENGTH'"},
	{"sql_mode", "'PIPES_AS_CONCAT'"},
	{"sql_mode", "'POSTGRESQL'"},
	{"sql_mode", "'REAL_AS_FLOAT'"},
	{"sql_mode", "'SIMULTANEOUS_ASSIGNMENT'"},
	{"sql_mode", "'TIME_ROUND_FRACTIONAL'"},
	{"sql_mode", "'TRADITIONAL'"},
}

// driverSettings are those of its driver.
var driverSettings = []setting{
	{"timeTruncate", "1s"},
	{"timeTruncate", "24h"},
	{"columnsWithAlias", "true"},
	{"multiStatements", "true"},
	{"collation", "utf8mb4_unicode_ci"},
	{"interpolateParams", "false"},
	{"rejectReadOnly", "true"},
	{"checkConnLiveness", "false"},
}

// TestSettingsOfADSN holds that a setting in a DSN of MariaDB's or MySQL's, of
// authgen's own pool or of another, breaks no rule, or is refused by its name.
func TestSettingsOfADSN(t *testing.T) {
	dsn := testdb.MySQL(t)
	makeTables(t, mysql.Open(dsn))
	for _, s := range append(mysqlSettings, driverSettings...) {
		query := s.name + "=" + url.QueryEscape(s.value)
		t.Run(s.name+"="+s.value, func(t *testing.T) {
			other := pool(t, "mysql", dsn+plainParams)
			settle(t, s, mysql.Open(dsn+"?"+query), other)
			settle(t, s, mysql.New(pool(t, "mysql", withParams(query)(dsn))), other)
		})
	}
}

// plainParams give a session of MariaDB's or MySQL's what a look at rows needs.
const plainParams = "?autocommit=1&sql_big_selects=1"

// withParams returns what adds to a DSN what mysql.New wants, and a setting,
// which goes ahead of all else.
func withParams(query string) func(dsn string) string {
	name, _, _ := strings.Cut(query, "=")
	return func(dsn string) string {
		all := []string{query}
		for _, p := range strings.Split(mysqlParams[1:], "&") {
			if !strings.HasPrefix(p, name+"=") {
				all = append(all, p)
			}
		}
		return dsn + "?" + strings.Join(all, "&")
	}
}

// TestSettingsOfAServer is TestSettingsOfADSN for the configuration of a server,
// and for its init_connect, which the sessions of ordinary users begin with.
func TestSettingsOfAServer(t *testing.T) {
	if testing.Short() {
		t.Skip("-short starts no server")
	}
	server := testdb.OwnMariaDB(t)
	admin := pool(t, "mysql", server.DSN)
	t.Cleanup(func() { _ = admin.Close() })
	for _, statement := range []string{"CREATE USER app@localhost", "GRANT SELECT, INSERT, UPDATE, DELETE ON app.* TO app@localhost"} {
		if _, err := admin.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	makeTables(t, mysql.Open(server.DSN))
	dsn := strings.Replace(server.DSN, "root@", "app@", 1)
	for _, s := range mysqlSettings {
		t.Run(s.name+"="+s.value, func(t *testing.T) {
			before, known := global(t, server.DSN, s.name)
			if !known {
				t.Skip("the server has no such setting")
			}
			for _, way := range []struct{ name, value, before string }{
				{s.name, s.value, before},
				{"init_connect", quote("SET " + s.name + " = " + s.value), "''"},
			} {
				alter(t, server.DSN, way.name, way.value)
				other := pool(t, "mysql", server.DSN+plainParams)
				settle(t, s, mysql.Open(dsn), other)
				settle(t, s, mysql.New(pool(t, "mysql", dsn+mysqlParams)), other)
				alter(t, server.DSN, way.name, way.before)
			}
		})
	}
}

// global returns the value of a server's variable, as SET takes it.
func global(t *testing.T, dsn, name string) (value string, known bool) {
	t.Helper()
	admin := pool(t, "mysql", dsn)
	defer func() { _ = admin.Close() }()
	if err := admin.QueryRow("SELECT @@global." + name).Scan(&value); err != nil {
		return "", false
	}
	if _, err := fmt.Sscan(value, new(float64)); err != nil {
		value = quote(value)
	}
	return value, true
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// alter sets a variable of the server, for the sessions that begin from then on.
// What only a session has stays as it is.
func alter(t *testing.T, dsn, name, value string) {
	t.Helper()
	admin := pool(t, "mysql", dsn+"?autocommit=1&sql_mode=''")
	defer func() { _ = admin.Close() }()
	if _, err := admin.Exec("SET GLOBAL " + name + " = " + value); err != nil {
		t.Log(err)
	}
}

func makeTables(t *testing.T, d dialect.Database) {
	t.Helper()
	newEnv(t, closing(t, d))
	_ = d.Pool.Close()
}

// settle opens a database whose sessions somebody set something of, and fails
// the test unless that is refused by its name, or all is as it should be, for
// another session too, of the pool other.
func settle(t *testing.T, s setting, d dialect.Database, other *sql.DB) {
	t.Helper()
	other.SetMaxIdleConns(0)
	db, err := auth.Open(t.Context(), d, &triggers.Triggers{})
	if d.Pool != nil {
		defer func() { _ = d.Pool.Close() }()
	}
	if err == nil {
		err = promises(t.Context(), db)
		if err = errors.Join(err, d.Pool.Close(), lasting(other)); err != nil {
			t.Error(err)
		}
		return
	}
	if unknown := "Unknown system variable '" + s.name + "'"; strings.Contains(err.Error(), unknown) || strings.Contains(err.Error(), "can't be set to the value of") {
		return // the server has no such setting
	}
	if !strings.Contains(err.Error(), s.name) {
		t.Errorf("the error does not name the setting: %v", err)
	}
}

// lasting returns an error unless a session finds what promises left behind.
func lasting(session *sql.DB) error {
	var counters, sessions, desks int
	err := session.QueryRow("SELECT (SELECT count(*) FROM counter), (SELECT count(*) FROM session), (SELECT count(*) FROM desk)").Scan(&counters, &sessions, &desks)
	if err != nil || counters != 1 || sessions != 0 || desks != 1 {
		return fmt.Errorf("another session finds %d, %d and %d rows, not 1, 0 and 1: %v", counters, sessions, desks, err)
	}
	return nil
}
