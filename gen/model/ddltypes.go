package model

import (
	"slices"

	"github.com/authgen/authgen/gen/schema"
)

// postgresText is the type of text on Postgres. Text compares and sorts by its bytes (W8).
// SQLite does so by itself. On MySQL the collation of the table does it.
const postgresText = `text COLLATE "C"`

// SQL types by dialect. For those of MySQL see mysqlTypes.
var (
	sqliteTypes = map[schema.Type]string{
		schema.String: "TEXT", schema.Text: "TEXT", schema.Int: "INTEGER", schema.Bigint: "INTEGER", schema.Float: "REAL",
		schema.Bool: "INTEGER", schema.Time: "TEXT", schema.JSON: "TEXT", schema.Bytes: "BLOB", schema.Strings: "TEXT", schema.Ints: "TEXT",
	}
	postgresTypes = map[schema.Type]string{
		schema.String: postgresText, schema.Text: postgresText, schema.Int: "integer", schema.Bigint: "bigint", schema.Float: "double precision",
		schema.Bool: "boolean", schema.Time: "timestamptz(3)", schema.JSON: "jsonb", schema.Bytes: "bytea", schema.Strings: "jsonb", schema.Ints: "jsonb",
	}
)

func (w *ddl) idType(t *Table) string {
	switch {
	case w.dialect == schema.MySQL:
		return t.mysqlID().sql
	case t.ID.Serial && w.dialect == schema.SQLite:
		return "INTEGER"
	case t.ID.Serial:
		return "bigint"
	case w.dialect == schema.Postgres:
		return postgresText
	}
	return "TEXT"
}

// fieldType returns the SQL type of a field.
func (w *ddl) fieldType(t *Table, f *Field) string {
	switch w.dialect {
	case schema.SQLite:
		if f.Millis {
			return "INTEGER"
		}
		return sqliteTypes[f.source.Type]
	case schema.Postgres:
		return postgresTypes[f.source.Type]
	}
	return t.mysqlField(f).sql
}

// isKeyed reports whether a field is part of an index or refers to a row.
func (t *Table) isKeyed(f *Field) bool {
	return f.source.References != nil || slices.ContainsFunc(t.layout.indexes, func(i *index) bool { return slices.Contains(i.fields, f) })
}
