package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// A variable of the session that the contract needs to have one value, whoever
// set it: the DSN, the server's configuration or its init_connect.
type variable struct {
	name    string
	want    string // as a DSN and a SET write it
	shown   string // as the server shows it
	only    server // which has it
	because string // what another value does
}

// A server is MariaDB or MySQL, or both.
type server uint8

const (
	either server = iota
	onMariaDB
	onMySQL
)

var variables = []variable{
	{"autocommit", "1", "1", either, "a write of one statement would be reported as stored, and be lost"},
	{"completion_type", "0", "NO_CHAIN", either, "COMMIT would begin another transaction, or end the connection"},
	{"foreign_key_checks", "1", "1", either, "references would not be kept"},
	{"unique_checks", "1", "1", either, "a unique index could take the same value twice"},
	{"check_constraint_checks", "1", "1", onMariaDB, "values that a CHECK refuses would be stored"},
	{"sql_select_limit", "18446744073709551615", "18446744073709551615", either, "reads would leave rows out"},
	{"sql_auto_is_null", "0", "0", either, "a search for null would find the row that was created last"},
	{"sql_safe_updates", "0", "0", either, "updates and deletes of many rows would be refused"},
	{"sql_big_selects", "1", "1", either, "reads of many rows would be refused, as max_join_size has it"},
	{"system_versioning_asof", "DEFAULT", "DEFAULT", onMariaDB, "rows would be read as they were at another time"},
	{"tx_read_only", "0", "0", onMariaDB, "nothing could be written"},
	{"transaction_read_only", "0", "0", onMySQL, "nothing could be written"},
	{"max_sort_length", sortedBytes, sortedBytes, onMariaDB, "long texts would be sorted by their beginning, or not at all"},
}

// sortedBytes is how many bytes of a value MariaDB sorts by: no varchar has more.
// Its own 1,024 are 256 characters. MySQL sorts by all that a value has.
const sortedBytes = "65536"

// sortBuffer is how many bytes a session has for a sort, at least: MariaDB's own
// default, which 15 times sortedBytes have to fit into for each long text that is
// sorted by.
const sortBuffer = "2097152"

// modes are the parts of sql_mode that the contract cannot live with.
var modes = []struct{ name, because string }{
	{"EMPTY_STRING_IS_NULL", "an empty text would be stored as null"},
	{"NO_BACKSLASH_ESCAPES", "it changes what a text means"},
	{"ORACLE", "the server speaks another language then"},
	{"PAD_CHAR_TO_FULL_LENGTH", "texts would be read with spaces that were not stored"},
}

// on returns text as only one of the servers reads it. MariaDB passes over
// what is for MySQL 8.
func (s server) on(text string) string {
	switch s {
	case onMariaDB:
		return "/*M!" + text + " */"
	case onMySQL:
		return "/*!80000" + text + " */"
	}
	return text
}

// other returns text as only the other of the servers reads it.
func (s server) other(text string) string {
	switch s {
	case onMariaDB:
		return onMySQL.on(text)
	case onMySQL:
		return onMariaDB.on(text)
	}
	return ""
}

// setting returns the statement that gives the variables of a session their
// values. Messages are in English so that the name of a violated constraint can
// be found in them.
func setting() string {
	mode := "CONCAT_WS(',', @@sql_mode, 'STRICT_TRANS_TABLES')"
	for _, m := range modes {
		mode = "REPLACE(" + mode + ", '" + m.name + "', '')"
	}
	var b strings.Builder
	b.WriteString("SET time_zone = '+00:00', lc_messages = 'en_US', sql_mode = " + mode)
	b.WriteString(", sort_buffer_size = CAST(GREATEST(@@sort_buffer_size, " + sortBuffer + ") AS UNSIGNED)")
	for _, v := range variables {
		b.WriteString(v.only.on(", " + v.name + " = " + v.want))
	}
	return b.String()
}

// asking returns a query of one row: the sql_mode, and what the server shows of
// each variable, or what is wanted where it has no such variable.
func asking() string {
	var b strings.Builder
	b.WriteString("SELECT @@session.sql_mode")
	for _, v := range variables {
		b.WriteString(v.only.on(", @@session." + v.name))
		b.WriteString(v.only.other(", '" + v.shown + "'"))
	}
	return b.String()
}

// checkVariables asks a connection for its variables, and refuses one that has
// another value than is wanted.
func checkVariables(ctx context.Context, c *sql.Conn) error {
	var mode string
	shown, dest := make([]string, len(variables)), []any{&mode}
	for i := range shown {
		dest = append(dest, &shown[i])
	}
	if err := c.QueryRowContext(ctx, asking()).Scan(dest...); err != nil {
		return err
	}
	for i, v := range variables {
		if shown[i] != v.shown {
			return fmt.Errorf("%s is %s on a connection: %s: add %s=%s to the DSN, or use mysql.Open", v.name, shown[i], v.because, v.name, v.want)
		}
	}
	return checkMode(mode)
}

// checkMode takes the sql_mode of a session.
func checkMode(mode string) error {
	have := strings.Split(strings.ToUpper(mode), ",")
	if !slices.Contains(have, "STRICT_TRANS_TABLES") && !slices.Contains(have, "STRICT_ALL_TABLES") {
		return fmt.Errorf("values that do not fit would be cut off: add %s to the DSN, or use mysql.Open", strictMode)
	}
	for _, m := range modes {
		if slices.Contains(have, m.name) {
			return fmt.Errorf("the sql_mode of a connection has %s: %s: add %s to the DSN, or use mysql.Open", m.name, m.because, strictMode)
		}
	}
	return nil
}

// strictMode is what a DSN says of sql_mode.
const strictMode = "sql_mode=%27STRICT_TRANS_TABLES%27"
