package dialect

import (
	"context"
	"database/sql"
	"strings"
)

// A LiveReader collects rows of a catalog into tables. Names that the database takes for
// the same as those of the schema are spelled as in the schema.
type LiveReader struct {
	Wanted                  []*Table // the tables to read
	FoldTables, FoldColumns bool     // whether the database ignores the case of their names

	tables []*LiveTable
	begun  map[liveKey]bool
}

// A liveKey is one key of a table.
type liveKey struct{ table, what, name string }

// Tables returns the tables that were found.
func (l *LiveReader) Tables() []*LiveTable { return l.tables }

// Table returns the table with that name, and adds it if it is new. It returns nil for a
// table that is not in Wanted.
func (l *LiveReader) Table(name string) *LiveTable {
	wanted := l.wanted(name)
	if wanted == nil {
		return nil
	}
	if t := l.found(name); t != nil {
		return t
	}
	t := &LiveTable{Name: wanted.Name}
	l.tables = append(l.tables, t)
	return t
}

// found returns the table with that name, or nil if it was not added.
func (l *LiveReader) found(name string) *LiveTable {
	wanted := l.wanted(name)
	for _, t := range l.tables {
		if wanted != nil && t.Name == wanted.Name {
			return t
		}
	}
	return nil
}

func (l *LiveReader) wanted(name string) *Table {
	for _, t := range l.Wanted {
		if t.Name == name || l.FoldTables && strings.EqualFold(t.Name, name) {
			return t
		}
	}
	return nil
}

// FieldsOf returns the fields that the schema has of a table.
func (l *LiveReader) FieldsOf(t *LiveTable) []Field { return l.wanted(t.Name).Fields }

// Column adds a column to its table.
func (l *LiveReader) Column(t *LiveTable, c LiveColumn) {
	c.Name = l.column(l.wanted(t.Name), c.Name)
	t.Columns = append(t.Columns, c)
}

// column returns the name of a column as the schema spells it.
func (l *LiveReader) column(t *Table, name string) string {
	if t == nil || !l.FoldColumns {
		return name
	}
	for _, f := range t.Fields {
		if strings.EqualFold(f.Column, name) {
			return f.Column
		}
	}
	return name
}

// Keys reads the keys of the tables that have columns. Each row of the query is one column
// of a key: the table; "primary", "unique", "foreign", "check" or "trigger"; the name; the
// column; and for a foreign key the table and column that it refers to, and its rules for
// deletes and updates. For a check, the column is its condition. For a trigger, the column
// says when it may change a row after the write or prevent the write, and is null if it
// never does.
func (l *LiveReader) Keys(ctx context.Context, conn Conn, query string, args ...any) error {
	l.begun = map[liveKey]bool{}
	return EachRow(ctx, conn, func(rows *sql.Rows) error {
		var key liveKey
		var column, table, target, onDelete, onUpdate sql.NullString
		if err := rows.Scan(&key.table, &key.what, &key.name, &column, &table, &target, &onDelete, &onUpdate); err != nil {
			return err
		}
		if t := l.found(key.table); t != nil {
			foreign := LiveForeign{Name: key.name, Table: table.String, OnDelete: onDelete.String, OnUpdate: onUpdate.String}
			l.key(t, key, column.String, foreign, target.String)
		}
		return nil
	}, query, args...)
}

// key adds a row of Keys. The columns of a key are in successive rows.
func (l *LiveReader) key(t *LiveTable, key liveKey, column string, foreign LiveForeign, target string) {
	first := !l.begun[key]
	l.begun[key] = true
	name := l.column(l.wanted(t.Name), column)
	switch key.what {
	case "primary":
		t.Primary = append(t.Primary, name)
	case "unique":
		if first {
			t.Uniques = append(t.Uniques, LiveUnique{Name: key.name})
		}
		u := &t.Uniques[len(t.Uniques)-1]
		u.Columns = append(u.Columns, name)
	case "foreign":
		if first {
			t.Foreign = append(t.Foreign, foreign)
		}
		f := &t.Foreign[len(t.Foreign)-1]
		f.Columns = append(f.Columns, name)
		parent := l.wanted(f.Table)
		if parent != nil {
			f.Table = parent.Name
		}
		if target != "" {
			f.Targets = append(f.Targets, l.column(parent, target))
		}
	case "check":
		t.Checks = append(t.Checks, LiveCheck{Name: key.name, Condition: column})
	case "trigger":
		t.Triggered = true
		t.Rewritten = t.Rewritten || column != ""
	}
}

// EachRow runs a query and calls scan for each row. It is for dialects.
func EachRow(ctx context.Context, conn Conn, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// TableNames returns the SQL names of tables. It is for dialects.
func TableNames(tables []*Table) []string {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.Name
	}
	return names
}

// FirstTable runs a query of tables and columns, and returns the first table and
// its columns. It is for dialects.
func FirstTable(ctx context.Context, conn Conn, query string, args ...any) (table string, columns []string, err error) {
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var t, column string
		if err := rows.Scan(&t, &column); err != nil {
			return "", nil, err
		}
		if table == "" {
			table = t
		}
		if t == table {
			columns = append(columns, column)
		}
	}
	return table, columns, rows.Err()
}
