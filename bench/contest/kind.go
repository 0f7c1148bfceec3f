package contest

import (
	"strconv"
	"strings"

	"github.com/authgen/authgen/bench/schema"
)

// A Kind is a database as contestants meet it.
type Kind string

// The kinds of database.
const (
	SQLiteFile   Kind = "SQLite file"
	SQLiteMemory Kind = "SQLite memory"
	Postgres     Kind = "Postgres"
	MariaDB      Kind = "MariaDB"
)

// kindFlags are their names on the command line.
var kindFlags = map[string]Kind{"file": SQLiteFile, "memory": SQLiteMemory, "postgres": Postgres, "mariadb": MariaDB}

// Slug returns the name of the kind for file names and flags.
func (k Kind) Slug() string {
	for name, kind := range kindFlags {
		if kind == k {
			return name
		}
	}
	return ""
}

// IsSQLite reports whether it is SQLite, in a file or in memory.
func (k Kind) IsSQLite() bool { return k == SQLiteFile || k == SQLiteMemory }

// SQL returns a query, written with "names" and ?, in the words of the kind.
func (k Kind) SQL(query string) string {
	switch k {
	case Postgres:
		var b strings.Builder
		for i, part := range strings.Split(query, "?") {
			if i > 0 {
				b.WriteString("$" + strconv.Itoa(i))
			}
			b.WriteString(part)
		}
		return b.String()
	case MariaDB:
		return strings.ReplaceAll(query, `"`, "`")
	}
	return query
}

// Lock is what a SELECT ends with whose rows will be written. SQLite has locked
// the whole database by then.
func (k Kind) Lock() string {
	if k.IsSQLite() {
		return ""
	}
	return " FOR UPDATE"
}

// tables returns the statements that create the tables.
func (c Course) tables() []string {
	text := map[Kind]string{Postgres: schema.Postgres, MariaDB: schema.MySQL}[c.Kind]
	if c.Kind.IsSQLite() {
		text = schema.SQLite
	}
	if c.Integers {
		text = strings.ReplaceAll(text, " datetime", " integer")
	}
	return strings.Split(strings.TrimSpace(text), "\n\n")
}
