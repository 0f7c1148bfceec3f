package model

import (
	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/internal/rowsql"
)

// styles are how the dialects write names, placeholders and literals.
var styles = map[schema.Dialect]rowsql.Style{
	schema.SQLite: rowsql.SQLite, schema.Postgres: rowsql.Postgres, schema.MySQL: rowsql.MySQL,
}

// ident returns a quoted name.
func ident(d schema.Dialect, name string) string { return styles[d].Ident(name) }

// idents returns quoted names with commas between them.
func idents(d schema.Dialect, names []string) string { return styles[d].Idents(names) }

// literal returns a string literal.
func literal(d schema.Dialect, s string) string { return styles[d].Literal(s) }

// Rows returns what the statements about the table's rows are made of.
func (t *Table) Rows(d schema.Dialect) rowsql.Table {
	r := rowsql.Table{Style: styles[d], Name: t.SQLName, ID: t.ID.Column, Serial: t.ID.Serial, Columns: []string{t.ID.Column}}
	for _, f := range t.Fields {
		r.Columns = append(r.Columns, f.Column)
	}
	return r
}
