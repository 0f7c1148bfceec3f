package sqlite

import (
	"fmt"
	"strings"
)

// A setting is a pragma of a connection that the contract, and many writers on
// one file, need to have a certain value, whatever the DSN says.
type setting struct {
	name    string
	want    string // what Open sets
	refused string // what Check refuses, as SQLite shows it; empty: any value is right
	because string // what the refused value does
	among   bool   // it matters where the pool has several connections only
	hook    bool   // mattn/go-sqlite3 has no parameter for it
}

// settings are in the order in which they are set: a connection that only reads
// could not be given a log.
var settings = []setting{
	{name: "query_only", want: "0", refused: "1", because: "nothing could be written"},
	{name: "foreign_keys", want: "1", refused: "0", because: "references would not be kept"},
	{name: "defer_foreign_keys", want: "0", refused: "1", because: "a reference to no row would be found at the end of the unit only"},
	{name: "ignore_check_constraints", want: "0", refused: "1", because: "values that a CHECK refuses would be stored"},
	{name: "read_uncommitted", want: "0", refused: "1", because: "rows that are not committed would be read", hook: true},
	{name: "count_changes", want: "0", refused: "1", because: "writes would count as none", hook: true},
	{name: "busy_timeout", want: "5000", refused: "0", because: "another process that writes would be an error at once"},
	{name: "locking_mode", want: "NORMAL", refused: "exclusive", because: "one connection would keep all others out", among: true},
	{name: "journal_mode", want: "WAL", refused: "off", because: "a unit that fails could not be undone"},
	{name: "synchronous", want: "NORMAL"},
}

// setup returns the statements that give a connection its settings.
func setup() []string {
	statements := make([]string, len(settings))
	for i, s := range settings {
		statements[i] = "PRAGMA " + s.name + " = " + s.want
	}
	return statements
}

// asking returns a query of one row: the file of the database, its encoding, and
// the value of each setting.
func asking() string {
	var b strings.Builder
	b.WriteString("SELECT (SELECT file FROM pragma_database_list WHERE name = 'main'), (SELECT * FROM pragma_encoding)")
	for _, s := range settings {
		b.WriteString(", (SELECT * FROM pragma_" + s.name + ")")
	}
	return b.String()
}

// check returns an error if value is the one that is refused.
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
