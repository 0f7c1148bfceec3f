package rowsql

import "strings"

// A Table is what the statements about its rows are made of, in one style.
type Table struct {
	Style
	Name    string
	ID      string   // the column of the primary key
	Columns []string // all of them, the id first
	Serial  bool     // the database counts the ids
}

// ColumnList returns the quoted names of all columns.
func (t Table) ColumnList() string { return t.Idents(t.Columns) }

// From returns what names the table behind a list of columns.
func (t Table) From() string { return " FROM " + t.Ident(t.Name) }

// Select returns the statement that reads every row.
func (t Table) Select() string { return "SELECT " + t.ColumnList() + t.From() }

// Find returns the statement that reads the rows in which the columns have the values that
// are its arguments.
func (t Table) Find(columns ...string) string { return t.Select() + t.where(columns) }

// where returns the condition of Find.
func (t Table) where(columns []string) string {
	terms := make([]string, len(columns))
	for i, c := range columns {
		terms[i] = t.Ident(c) + " = " + t.Placeholder(i+1)
	}
	return " WHERE " + strings.Join(terms, " AND ")
}

// Insert returns the statement that stores a row, whose values are its arguments in the
// order of the columns. Where only the statement can say which id the database counted, it
// gives that back.
func (t Table) Insert() string {
	values := make([]string, len(t.Columns))
	for i := range values {
		values[i] = t.Placeholder(i + 1)
	}
	back := ""
	if t.CountsBack() {
		// Unlike the other two, Postgres does not count where it is given null.
		sequence := "pg_get_serial_sequence(" + t.Literal(t.Ident(t.Name)) + ", " + t.Literal(t.ID) + ")"
		values[0] = "coalesce($1::bigint, nextval(" + sequence + "))"
		back = " RETURNING " + t.Ident(t.ID)
	}
	return "INSERT INTO " + t.Ident(t.Name) + " (" + t.ColumnList() + ") VALUES (" + strings.Join(values, ", ") + ")" + back
}

// CountsBack reports whether Insert gives back the id.
func (t Table) CountsBack() bool { return t.Serial && t.Sequences }

// InsertReturning returns Insert, giving back the row as it is stored.
func (t Table) InsertReturning() string {
	return strings.TrimSuffix(t.Insert(), " RETURNING "+t.Ident(t.ID)) + t.Returning()
}

// Delete returns the statement that deletes the row whose id is its argument.
func (t Table) Delete() string { return "DELETE" + t.From() + t.where([]string{t.ID}) }

// Returning returns what a statement that writes ends with, to give back the rows it wrote.
func (t Table) Returning() string { return " RETURNING " + t.ColumnList() }
