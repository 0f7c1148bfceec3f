package rowsql

import "strings"

// A Table holds the names from which the statements about its rows are made, in one style.
type Table struct {
	Style
	Name    string
	ID      string   // the column of the primary key
	Columns []string // all of them, the id first
	Serial  bool     // the database counts the ids
}

// ColumnList returns the quoted names of all columns.
func (t Table) ColumnList() string { return t.Idents(t.Columns) }

// From returns the FROM clause, which names the table behind a list of columns.
func (t Table) From() string { return " FROM " + t.Ident(t.Name) }

// Select returns the statement that reads every row.
func (t Table) Select() string { return "SELECT " + t.ColumnList() + t.From() }

// Find returns the statement that reads the rows with given values in these columns. The
// values are its arguments.
func (t Table) Find(columns ...string) string { return t.Select() + t.where(columns) }

// where returns the condition of Find.
func (t Table) where(columns []string) string {
	terms := make([]string, len(columns))
	for i, c := range columns {
		terms[i] = t.Ident(c) + " = " + t.Placeholder(i+1)
	}
	return " WHERE " + strings.Join(terms, " AND ")
}

// Insert returns the statement that stores a row. Its arguments are the values of the row, in
// the order of the columns. If only the statement can say which id the database counted, it
// returns the id.
func (t Table) Insert() string {
	values := make([]string, len(t.Columns))
	for i := range values {
		values[i] = t.Placeholder(i + 1)
	}
	back := ""
	if t.CountsBack() {
		// Unlike the other two, Postgres does not count if it is given null.
		sequence := "pg_get_serial_sequence(" + t.Literal(t.Ident(t.Name)) + ", " + t.Literal(t.ID) + ")"
		values[0] = "coalesce($1::bigint, nextval(" + sequence + "))"
		back = " RETURNING " + t.Ident(t.ID)
	}
	return "INSERT INTO " + t.Ident(t.Name) + " (" + t.ColumnList() + ") VALUES (" + strings.Join(values, ", ") + ")" + back
}

// CountsBack reports whether the statement of Insert returns the id.
func (t Table) CountsBack() bool { return t.Serial && t.Sequences }

// InsertReturning is Insert with a statement that returns the row as it is stored.
func (t Table) InsertReturning() string {
	return strings.TrimSuffix(t.Insert(), " RETURNING "+t.Ident(t.ID)) + t.Returning()
}

// Delete returns the statement that deletes a row. Its argument is the id of the row.
func (t Table) Delete() string { return "DELETE" + t.From() + t.where([]string{t.ID}) }

// Returning returns the clause that ends a statement which returns the rows it wrote.
func (t Table) Returning() string { return " RETURNING " + t.ColumnList() }
