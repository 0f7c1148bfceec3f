package dialect

// A Table describes a table: its names, its fields and their rules, its indexes and its
// references. Generated code has one for each table.
type Table struct {
	Key    string  // the table's key in schema.yaml
	Name   string  // its SQL name
	ID     string  // the SQL name of its primary key
	Serial bool    // the database counts the ids
	IDs    string  // who makes the ids, as in schema.yaml
	Fields []Field // every field, the id first, in the order in which rows are read

	Uniques []Unique // the primary key and every unique index

	Foreign []Foreign // its references to other tables

	// Beneath has the keys of the tables whose rows the database itself may delete or
	// change when a row of this table is deleted.
	Beneath []string
	Endless bool // a delete may cascade over chains of any length
	Ring    bool // such a chain may lead to other tables and back
}

// A SQL is one statement, or several, with a text for each dialect. The text is empty for a
// dialect that schema.yaml does not name.
type SQL struct {
	SQLite, Postgres, MySQL string
}

// For returns the text for a dialect.
func (s SQL) For(k Kind) string {
	switch k {
	case SQLite:
		return s.SQLite
	case Postgres:
		return s.Postgres
	default:
		return s.MySQL
	}
}

// A Unique is a set of columns in which no two rows have the same values.
type Unique struct {
	Index  string   // its SQL name; empty for the primary key
	Fields []string // keys in schema.yaml
	// Columns are the SQL names of the fields, in the order of the index.
	Columns []string
}

// A Foreign is a reference to a row of another table.
type Foreign struct {
	Constraint    string // SQL name of the foreign key
	Field, Column string // the field that refers, and its SQL name
	Table, Target string // SQL names of the table and column that it refers to
	OnDelete      string // "CASCADE", "SET NULL" or "RESTRICT"
}
