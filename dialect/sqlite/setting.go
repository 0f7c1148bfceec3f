package sqlite

import (
	"fmt"
	"strings"
)

// A setting is a pragma that the contract, or several writers on one file, need. Open sets
// it whatever the DSN says.
type setting struct {
	name    string
	want    string // the value that Open sets
	refused string // the value that Check refuses, as SQLite shows it; empty: none
	because string // what the refused value would do
	among   bool   // it only matters in a pool of several connections
	hook    bool   // mattn/go-sqlite3 has no parameter for it
}

// settings are in the order in which they are set. A connection that already is read-only
// could not change to a write-ahead log.
var settings = []setting{
	{name: "query_only", want: "0", refused: "1", because: "nothing could be written"},
	{name: "foreign_keys", want: "1", refused: "0", because: "references would not be kept"},
	{name: "defer_foreign_keys", want: "0", refused: "1", because: "a reference to a missing row would only fail at the end of the unit"},
	{name: "ignore_check_constraints", want: "0", refused: "1", because: "values that a CHECK refuses would be stored"},
	{name: "read_uncommitted", want: "0", refused: "1", because: "rows that are not committed would be read", hook: true},
	{name: "count_changes", want: "0", refused: "1", because: "writes would seem to change no rows", hook: true},
	{name: "busy_timeout", want: "5000", refused: "0", because: "a write would fail while another process writes"},
	{name: "locking_mode", want: "NORMAL", refused: "exclusive", because: "one connection would keep all others out", among: true},
	{name: "journal_mode", want: "WAL", refused: "off", because: "a unit that fails could not be undone"},
	{name: "synchronous", want: "NORMAL"},
}

// setup returns the statements that set them on a connection.
func setup() []string {
	statements := make([]string, len(settings))
	for i, s := range settings {
		statements[i] = "PRAGMA " + s.name + " = " + s.want
	}
	return statements
}

// asking returns a query for one row: the file of the database, its encoding, and the value
// of each setting.
func asking() string {
	var b strings.Builder
	b.WriteString("SELECT (SELECT file FROM pragma_database_list WHERE name = 'main'), (SELECT * FROM pragma_encoding)")
	for _, s := range settings {
		b.WriteString(", (SELECT * FROM pragma_" + s.name + ")")
	}
	return b.String()
}

// check returns an error if the value is refused.
func (s setting) check(value string, limit int) error {
	if value != s.refused || s.among && limit == 1 {
		return nil
	}
	mattn := fmt.Sprintf("_%s=%s", s.name, s.want)
	if s.hook {
		mattn = fmt.Sprintf("a ConnectHook that sends PRAGMA %s = %s", s.name, s.want)
	}
	return fmt.Errorf("%s is %s on a connection of the pool: %s: have _pragma=%s(%s) (modernc.org/sqlite) or %s (mattn/go-sqlite3) in the DSN, or use sqlite.Open",
		s.name, value, s.because, s.name, s.want, mattn)
}
