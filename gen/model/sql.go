package model

import (
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// A SQL is one statement, a text for each dialect that is emitted.
type SQL struct{ SQLite, Postgres, MySQL Text }

// For returns the text for a dialect.
func (s *SQL) For(d schema.Dialect) *Text {
	switch d {
	case schema.SQLite:
		return &s.SQLite
	case schema.Postgres:
		return &s.Postgres
	}
	return &s.MySQL
}

// A Text is the text of a statement: Head, then what Part stands for, then
// Tail.
type Text struct {
	Head string
	Part Part
	Tail string
}

// A Part is what several statements of a table have in common. It is a
// constant of generated code.
type Part int

// The parts.
const (
	Nothing    Part = iota
	ColumnList      // the names of all columns
	SelectAll       // SELECT all columns FROM the table
)

// IsZero reports whether there is no text.
func (t Text) IsZero() bool { return t == Text{} }

// FullText returns a statement of the table in a dialect.
func (t *Table) FullText(s SQL, d schema.Dialect) string {
	text := s.For(d)
	switch text.Part {
	case ColumnList:
		return text.Head + t.ColumnList(d) + text.Tail
	case SelectAll:
		return text.Head + t.SelectAll(d) + text.Tail
	}
	return text.Head + text.Tail
}

// ident returns a quoted name. SQLite has backquotes too: it reads a name in
// double quotes that is no column as a string (sqlite.org/quirks.html, item 8).
func ident(d schema.Dialect, name string) string {
	quote := "`"
	if d == schema.Postgres {
		quote = `"`
	}
	return quote + strings.ReplaceAll(name, quote, quote+quote) + quote
}

// idents returns quoted names with commas between them.
func idents(d schema.Dialect, names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = ident(d, n)
	}
	return strings.Join(quoted, ", ")
}

// placeholder returns the n-th placeholder, counted from 1.
func placeholder(d schema.Dialect, n int) string {
	if d == schema.Postgres {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

// literal returns a string literal.
func literal(d schema.Dialect, s string) string {
	if d == schema.MySQL {
		s = strings.ReplaceAll(s, `\`, `\\`)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// columns returns the SQL names of all columns, the id first.
func (t *Table) columns() []string {
	names := make([]string, 0, len(t.Fields)+1)
	names = append(names, t.ID.Column)
	for _, f := range t.Fields {
		names = append(names, f.Column)
	}
	return names
}

// ColumnList returns the quoted names of all columns.
func (t *Table) ColumnList(d schema.Dialect) string { return idents(d, t.columns()) }

// SelectAll returns the statement that reads every row.
func (t *Table) SelectAll(d schema.Dialect) string {
	return "SELECT " + t.ColumnList(d) + t.FromClause(d)
}

// FromClause returns what names the table behind a list of columns.
func (t *Table) FromClause(d schema.Dialect) string { return " FROM " + ident(d, t.SQLName) }

// statements computes the statements whose text does not depend on a call.
func (t *Table) statements(dialects []schema.Dialect) {
	for _, d := range dialects {
		name := ident(d, t.SQLName)
		byID := " WHERE " + ident(d, t.ID.Column) + " = " + placeholder(d, 1)
		*t.All.For(d) = Text{Part: SelectAll}
		*t.ByID.For(d) = Text{Part: SelectAll, Tail: byID}
		*t.Insert.For(d) = Text{"INSERT INTO " + name + " (", ColumnList, ") VALUES (" + t.insertValues(d) + ")" + t.insertReturning(d)}
		*t.Delete.For(d) = Text{Head: "DELETE FROM " + name + byID}
		*t.Returning.For(d) = Text{Head: " RETURNING ", Part: ColumnList} // on MySQL: after DELETE, of MariaDB
		for _, f := range t.Finders {
			*f.SQL.For(d) = Text{Part: SelectAll, Tail: " WHERE " + f.condition(d)}
		}
	}
}

func (t *Table) insertValues(d schema.Dialect) string {
	values := make([]string, len(t.Fields)+1)
	for i := range values {
		values[i] = placeholder(d, i+1)
	}
	if t.ID.Serial && d == schema.Postgres {
		// Unlike the other two, Postgres does not count where it is given null.
		sequence := "pg_get_serial_sequence(" + literal(d, ident(d, t.SQLName)) + ", " + literal(d, t.ID.Column) + ")"
		values[0] = "coalesce($1::bigint, nextval(" + sequence + "))"
	}
	return strings.Join(values, ", ")
}

func (t *Table) insertReturning(d schema.Dialect) string {
	if t.ID.Serial && d == schema.Postgres {
		return " RETURNING " + ident(d, t.ID.Column)
	}
	return ""
}

// condition returns the condition of a finder.
func (f *Finder) condition(d schema.Dialect) string {
	terms := make([]string, len(f.Params))
	for i, column := range f.columns {
		terms[i] = ident(d, column) + " = " + placeholder(d, i+1)
	}
	return strings.Join(terms, " AND ")
}
