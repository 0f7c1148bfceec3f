package model

import (
	"slices"
	"strconv"

	"github.com/authgen/authgen/gen/schema"
)

// SQL types by dialect. The type of text on MySQL depends on more than that.
var (
	sqliteTypes = map[schema.Type]string{
		schema.String: "TEXT", schema.Text: "TEXT", schema.Int: "INTEGER", schema.Bigint: "INTEGER", schema.Float: "REAL",
		schema.Bool: "INTEGER", schema.Time: "TEXT", schema.JSON: "TEXT", schema.Bytes: "BLOB", schema.Strings: "TEXT", schema.Ints: "TEXT",
	}
	postgresTypes = map[schema.Type]string{
		schema.String: "text", schema.Text: "text", schema.Int: "integer", schema.Bigint: "bigint", schema.Float: "double precision",
		schema.Bool: "boolean", schema.Time: "timestamptz(3)", schema.JSON: "jsonb", schema.Bytes: "bytea", schema.Strings: "jsonb", schema.Ints: "jsonb",
	}
	mysqlTypes = map[schema.Type]string{
		schema.Text: "longtext", schema.Int: "int", schema.Bigint: "bigint", schema.Float: "double",
		schema.Bool: "boolean", schema.Time: "datetime(3)", schema.JSON: "json", schema.Bytes: "longblob", schema.Strings: "json", schema.Ints: "json",
	}
)

// Lengths of text on MySQL, in characters. An index of InnoDB holds 3072
// bytes, four a character.
const (
	keyLength     = 191 // of what is indexed, refers or is referred to
	textLength    = 255
	longestString = 16000 // beyond, a row of several would exceed 65535 bytes
	longestKey    = 768
)

func (w *ddl) idType(t *Table) string {
	switch {
	case t.ID.Serial && w.dialect == schema.SQLite:
		return "INTEGER"
	case t.ID.Serial:
		return "bigint"
	case w.dialect == schema.MySQL:
		return "varchar(" + strconv.Itoa(keyLength) + ")"
	case w.dialect == schema.Postgres:
		return "text"
	}
	return "TEXT"
}

// fieldType returns the SQL type of a field.
func (w *ddl) fieldType(t *Table, f *Field) string {
	switch w.dialect {
	case schema.SQLite:
		return sqliteTypes[f.source.Type]
	case schema.Postgres:
		return postgresTypes[f.source.Type]
	}
	isText := f.source.Type == schema.String || f.source.Type == schema.Text
	limit, keyed := f.source.MaxLength, t.isKeyed(f)
	switch {
	case keyed && f.source.Type == schema.Bytes:
		return "varbinary(" + strconv.Itoa(longestKey) + ")"
	case keyed && isText && limit > 0 && limit <= longestKey:
		return "varchar(" + strconv.Itoa(limit) + ")"
	case keyed && isText:
		return "varchar(" + strconv.Itoa(keyLength) + ")"
	case f.source.Type != schema.String:
		return mysqlTypes[f.source.Type]
	case limit > longestString:
		return "longtext"
	case limit > 0:
		return "varchar(" + strconv.Itoa(limit) + ")"
	}
	return "varchar(" + strconv.Itoa(textLength) + ")"
}

// isKeyed reports whether a field is part of an index or refers to a row.
func (t *Table) isKeyed(f *Field) bool {
	return f.source.References != nil || slices.ContainsFunc(t.layout.indexes, func(i *index) bool { return slices.Contains(i.fields, f) })
}
