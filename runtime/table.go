package runtime

import (
	"cmp"
	"time"
)

// A Table describes a table to the functions of this package: its names, and
// the statements whose text does not depend on a call. Generated code has one
// for each table.
type Table struct {
	Key    string  // the table's key in schema.yaml
	Name   string  // its SQL name
	ID     string  // the SQL name of its primary key
	Serial bool    // the database counts the ids
	IDs    string  // who makes them, as schema.yaml spells it
	Fields []Field // every field, the id first, in the order of scan

	Select    SQL // SELECT all columns FROM the table, without conditions
	ByID      SQL // Select, WHERE the id is the one argument
	Insert    SQL // every column an argument
	Delete    SQL // WHERE the id is the one argument
	Returning SQL // RETURNING all columns; on MySQL, after DELETE of MariaDB only

	Uniques []Unique // the primary key and every unique index

	Foreign []Foreign // its references to other tables

	// Beneath holds the keys of the tables whose rows the database itself may
	// delete or change when a row of this table is deleted.
	Beneath []string
	Endless bool // rows go with a row of this table in chains of any length
	Ring    bool // and the references by which they go lead from a table to others and back
}

// A SQL is one statement, a text for each dialect. The text of a dialect that
// schema.yaml leaves out is empty.
type SQL struct {
	SQLite, Postgres, MySQL string
}

// For returns the text for a dialect.
func (s SQL) For(k DialectKind) string {
	switch k {
	case SQLite:
		return s.SQLite
	case Postgres:
		return s.Postgres
	default:
		return s.MySQL
	}
}

// stored returns a value of a column as it is handed to the dialect.
func (t *Table) stored(column string, v any) any {
	switch v.(type) {
	case time.Time, *time.Time:
		if f := t.column(column); f != nil {
			return f.stored(v)
		}
	}
	return v
}

// storedAll is stored for several values.
func (t *Table) storedAll(column string, vs []any) []any {
	stored := make([]any, len(vs))
	for i, v := range vs {
		stored[i] = t.stored(column, v)
	}
	return stored
}

// column returns the field with that SQL name, or nil, also of a statement that
// is about no table of ours.
func (t *Table) column(name string) *Field {
	if t == nil {
		return nil
	}
	for i := range t.Fields {
		if t.Fields[i].Column == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// A Unique is a set of columns whose values no two rows share.
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
	Table, Target string // SQL names of the table and column referred to
	OnDelete      string // "CASCADE", "SET NULL" or "RESTRICT"
}

// Found returns the error of a call for one row of which it is known whether
// it was there: ErrNotFound if not.
func (t *Table) Found(found bool, err error) error {
	if err == nil && !found {
		return NotFound(t)
	}
	return err
}

// Still is Found for a row that was locked, so that only a trigger can have
// deleted it: its error is ErrDeletedByTrigger.
func (t *Table) Still(found bool, err error) error {
	if err == nil && !found {
		return DeletedByTrigger(t)
	}
	return err
}

// isID reports whether a field is the id of the table.
func (t *Table) isID(f *Field) bool { return f.Column == t.ID }

// foreign returns the reference of a column to another table, or nil.
func (t *Table) foreign(column string) *Foreign {
	for i := range t.Foreign {
		if t.Foreign[i].Column == column {
			return &t.Foreign[i]
		}
	}
	return nil
}

// key returns the key of the field with that SQL name, or the name.
func (t *Table) key(column string) string { return cmp.Or(t.fieldOf(column), column) }

// fieldOf returns the key of the field with that SQL name, or nothing.
func (t *Table) fieldOf(column string) string {
	if f := t.column(column); f != nil {
		return f.Key
	}
	return ""
}

// values returns a look-up of the arguments of Insert by SQL name.
func (t *Table) values(args []any) func(column string) (any, bool) {
	return func(column string) (any, bool) {
		for i, f := range t.Fields {
			if f.Column == column {
				return args[i], true
			}
		}
		return nil, false
	}
}
