package runtime

import (
	"strconv"
	"strings"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// addColumn adds a column as CREATE TABLE would, as far as the rows that are there let
// it. On SQLite it adds the reference with the column, because SQLite cannot add a foreign
// key later.
func (m *mender) addColumn(p pair, f *dialect.Field) (sql []string, note string) {
	d := m.collated(p.Table, m.definition(p.Table, f))
	required := d.has("NOT") && !d.has("DEFAULT")
	switch {
	case m.kind() == dialect.SQLite:
		return m.addToSQLite(p.Table, f, d)
	case isIDField(p.Table, f) && p.Serial:
		return m.addCounted(p, f, d), ""
	case required && (m.kind() == dialect.MySQL || isIDField(p.Table, f) || foreignAt(p.Table, f.Column) != nil):
		return m.addFilled(p.Table, f, d.withoutKey()), "if the table has rows, fill the column with an UPDATE between the two statements"
	case required:
		note = "if the table has rows, they need a value: add a DEFAULT to the statement"
	}
	return []string{m.add(p.Table, f, d)}, note
}

func (m *mender) add(t *dialect.Table, f *dialect.Field, d definition) string {
	return m.alteration(t, "ADD COLUMN "+m.quote(f.Column)+" "+string(d))
}

// addFilled adds a column that is null until it is filled. Without that, MySQL would put an
// empty text or a zero into every row without a word. A DEFAULT cannot be a reference.
func (m *mender) addFilled(t *dialect.Table, f *dialect.Field, d definition) []string {
	add := m.add(t, f, definition(d.sqlType())+" NULL")
	if m.kind() == dialect.MySQL {
		return []string{add, m.alteration(t, "MODIFY COLUMN "+m.quote(f.Column)+" "+string(d))}
	}
	sql := []string{add, m.alteration(t, "ALTER COLUMN "+m.quote(f.Column)+" SET NOT NULL")}
	if check := d.check(); check != "" {
		sql[0] += " " + check
	}
	return sql
}

// addCounted adds the ids of a table, which the database fills in itself. A table
// has one primary key.
func (m *mender) addCounted(p pair, f *dialect.Field, d definition) []string {
	if len(p.live.Primary) > 0 {
		d = d.withoutKey()
		if m.kind() == dialect.MySQL { // MySQL counts only in a column that has an index
			d += " UNIQUE"
		}
	}
	return []string{m.add(p.Table, f, d)}
}

// addToSQLite adds a column with what SQLite takes: no key, no reference that has a
// value, no default that is computed.
func (m *mender) addToSQLite(t *dialect.Table, f *dialect.Field, d definition) (sql []string, note string) {
	if isIDField(t, f) {
		return nil, remake
	}
	if fk := foreignAt(t, f.Column); fk != nil {
		if d.has("NOT") {
			note = "SQLite adds a reference as a column that may be null only, which is no difference: fill it with an UPDATE in the rows that are there"
		}
		return []string{m.add(t, f, definition(d.sqlType())+" "+definition(m.reference(fk)))}, note
	}
	now := literal(m.now.Format(authgen.TimeLayout))
	if f.Millis {
		now = strconv.FormatInt(m.now.UnixMilli(), 10)
	}
	constant, isNow := d.constant(now)
	switch {
	case isNow:
		note = "SQLite adds no column that has the time of the database for a default: rows that are there get this time, and so do those that other programs store without one"
	case d.has("NOT") && !d.has("DEFAULT"):
		note = "if the table has rows, they need a value: add a DEFAULT to the statement"
	}
	return []string{m.add(t, f, constant)}, note
}

// literal returns a text in SQL.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
