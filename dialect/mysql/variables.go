package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// A variable is a variable of the session that must have a certain value, whether the DSN, the
// server's configuration or its init_connect sets it.
type variable struct {
	name    string
	want    string // the value, as a DSN and SET write it
	shown   string // the value, as the server shows it
	only    server // which servers have it
	because string // what another value would do
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
	{"sql_safe_updates", "0", "0", either, "updates and deletes of many rows would fail"},
	{"sql_big_selects", "1", "1", either, "reads of many rows would fail, because of max_join_size"},
	{"system_versioning_asof", "DEFAULT", "DEFAULT", onMariaDB, "rows would be read as they were at another time"},
	{"tx_read_only", "0", "0", onMariaDB, "nothing could be written"},
	{"transaction_read_only", "0", "0", onMySQL, "nothing could be written"},
	{"max_sort_length", sortedBytes, sortedBytes, onMariaDB, "long texts would be sorted by their beginning, or not at all"},
}

// sortedBytes is how many bytes of a value MariaDB sorts by. No varchar has more. MariaDB's
// default, 1,024, is 256 characters. MySQL always sorts by the whole value.
const sortedBytes = "65536"

// sortBuffer is the least number of bytes that a session has for a sort: MariaDB's default.
// For each long text in ORDER BY, 15 times sortedBytes have to fit into it.
const sortBuffer = "2097152"

// modes are the parts of sql_mode that break the contract.
var modes = []struct{ name, because string }{
	{"EMPTY_STRING_IS_NULL", "an empty text would be stored as null"},
	{"NO_BACKSLASH_ESCAPES", "the same literal would be another text"},
	{"ORACLE", "the server would read another dialect of SQL"},
	{"PAD_CHAR_TO_FULL_LENGTH", "texts would be read with spaces that were not stored"},
}

// on returns a comment with text that only one of the servers reads. MariaDB ignores
// comments for MySQL 8.
func (s server) on(text string) string {
	switch s {
	case onMariaDB:
		return "/*M!" + text + " */"
	case onMySQL:
		return "/*!80000" + text + " */"
	}
	return text
}

// other returns a comment with text that only the other server reads.
func (s server) other(text string) string {
	switch s {
	case onMariaDB:
		return onMySQL.on(text)
	case onMySQL:
		return onMariaDB.on(text)
	}
	return ""
}

// setting returns the statement that sets the variables of a session. It makes messages
// English, so that the name of a violated constraint can be found in them.
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

// asking returns a query for one row: the sql_mode, and the value of each variable. For a
// variable that the server lacks it returns the right value.
func asking() string {
	var b strings.Builder
	b.WriteString("SELECT @@session.sql_mode")
	for _, v := range variables {
		b.WriteString(v.only.on(", @@session." + v.name))
		b.WriteString(v.only.other(", '" + v.shown + "'"))
	}
	return b.String()
}

// checkVariables refuses a connection with a wrong value in one of the variables.
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

// checkMode refuses a sql_mode that breaks the contract.
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

// strictMode is the sql_mode that a DSN should set.
const strictMode = "sql_mode=%27STRICT_TRANS_TABLES%27"
