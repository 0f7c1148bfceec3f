package model

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// defaultClause returns the DEFAULT of a column, or nothing. Create gives every
// column a value. The DEFAULT is for other programs that write to the table, for example
// Better Auth, which knows only its own fields. A Go type of the user gets no DEFAULT,
// because its values may be stored in another form than the literal in the schema.
func (w *ddl) defaultClause(t *Table, f *Field) string {
	d := f.source.Default
	if d == nil || f.source.GoType != "" {
		return ""
	}
	value := w.now(f)
	if !d.Now {
		value = w.defaultLiteral(d.Value)
	}
	// For a column of longtext or json, MySQL takes a literal only as an expression.
	if w.dialect == schema.MySQL && t.mysqlField(f).isBlob() {
		value = "(" + value + ")"
	}
	return " DEFAULT " + value
}

// now returns the time of the database in the form in which the column has its
// times. SQLite has a function for milliseconds only from 3.42 on. The current_timestamp of
// MySQL is in the time zone of the connection.
func (w *ddl) now(f *Field) string {
	switch {
	case w.dialect == schema.Postgres:
		return "now()"
	case w.dialect == schema.MySQL:
		return "(utc_timestamp(3))"
	case f.Millis:
		return "(CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER))"
	}
	return "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
}

// defaultLiteral returns a default of the schema as the adapter stores it.
func (w *ddl) defaultLiteral(value any) string {
	switch v := value.(type) {
	case string:
		return w.oneLine(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return w.boolean(v)
	case json.RawMessage:
		return w.oneLine(string(v))
	}
	list, _ := json.Marshal(value) // never fails: the values are texts and whole numbers
	return w.oneLine(string(list))
}

func (w *ddl) boolean(v bool) string {
	if w.dialect != schema.SQLite {
		return strconv.FormatBool(v)
	}
	if v {
		return "1"
	}
	return "0"
}

// oneLine returns a string literal without line breaks, at which scripts are cut.
func (w *ddl) oneLine(s string) string {
	text := literal(w.dialect, s)
	if !strings.ContainsAny(s, "\r\n") {
		return text
	}
	switch w.dialect {
	case schema.SQLite:
		return "(" + strings.NewReplacer("\n", "' || char(10) || '", "\r", "' || char(13) || '").Replace(text) + ")"
	case schema.Postgres:
		text = "E" + strings.ReplaceAll(text, `\`, `\\`)
	}
	return strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(text)
}
