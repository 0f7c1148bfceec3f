package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// The queries get the names of tables as a JSON list.
const (
	ofTables = ` FROM sqlite_master m, json_each(?1) w `
	named    = ` WHERE m.type IN ('table', 'view') AND m.name = w.value COLLATE NOCASE `

	liveColumns = `SELECT m.name, m.type, m.sql, c.name, c.type, c."notnull", c.dflt_value IS NOT NULL, c.pk, c.hidden` +
		ofTables + `JOIN pragma_table_xinfo(m.name) c` + named + `ORDER BY m.name, c.cid`

	liveKeys = `SELECT t, what, name, col, parent, target, deletes, updates FROM (
		SELECT m.name AS t, 'unique' AS what, i.name AS name, x.name AS col, NULL AS parent, NULL AS target, NULL AS deletes, NULL AS updates, x.seqno AS place` +
		ofTables + `JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) x` + named + `
			AND i."unique" AND NOT i.partial AND i.origin <> 'pk' AND NOT EXISTS (SELECT 1 FROM pragma_index_info(i.name) WHERE cid < 0)
		UNION ALL SELECT m.name, 'foreign', f.id, f."from", f."table", f."to", f.on_delete, f.on_update, f.seq` +
		ofTables + `JOIN pragma_foreign_key_list(m.name) f` + named + `
		UNION ALL SELECT m.name, 'trigger', r.name, 'after', NULL, NULL, NULL, NULL, 0` +
		ofTables + `JOIN sqlite_master r ON r.type = 'trigger' AND r.tbl_name = m.name COLLATE NOCASE` + named + `)
	ORDER BY t, what, name, place`
)

// Inspect reads sqlite_master and pragmas. Only the text of CREATE TABLE has collations and
// conditions. For the form of times it reads rows, which tell more than the type.
func (sqliteDialect) Inspect(ctx context.Context, conn dialect.Conn, tables []*dialect.Table) ([]*dialect.LiveTable, error) {
	names, err := json.Marshal(dialect.TableNames(tables))
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	i := &inspection{
		LiveReader:  dialect.LiveReader{Wanted: tables, FoldTables: true, FoldColumns: true},
		conn:        conn,
		definitions: map[string]*definition{},
	}
	for _, read := range []func(context.Context, string) error{i.readColumns, i.readKeys, i.sampleTimes} {
		if err := read(ctx, string(names)); err != nil {
			return nil, fmt.Errorf("sqlite: %w", err)
		}
	}
	return i.Tables(), nil
}

// An inspection is one call of Inspect.
type inspection struct {
	dialect.LiveReader
	conn        dialect.Conn
	definitions map[string]*definition // by table
}

func (i *inspection) readColumns(ctx context.Context, names string) error {
	return dialect.EachRow(ctx, i.conn, func(rows *sql.Rows) error {
		var table, kind, name, declared string
		var text sql.NullString
		var notNull, hasDefault bool
		var key, hidden int
		if err := rows.Scan(&table, &kind, &text, &name, &declared, &notNull, &hasDefault, &key, &hidden); err != nil {
			return err
		}
		t := i.Table(table)
		if i.definitions[t.Name] == nil {
			i.definitions[t.Name] = define(text.String)
		}
		d := i.definitions[t.Name]
		t.Unfit, t.Checks = d.unfit(kind), d.checks
		c := columnOf(declared, d.strict)
		c.Name, c.Default, c.Generated, c.Folding = name, hasDefault, hidden != 0, d.folding(name)
		c.Pads = strings.EqualFold(c.Folding, "RTRIM")
		c.Nullable = !notNull && (key == 0 || !d.rowless)
		i.Column(t, c)
		if key > 0 {
			t.Primary = append(t.Primary, t.Columns[len(t.Columns)-1].Name)
		}
		return nil
	}, liveColumns, names)
}

func (i *inspection) readKeys(ctx context.Context, names string) error {
	err := i.Keys(ctx, i.conn, liveKeys, names)
	for _, t := range i.Tables() {
		for n := range t.Foreign {
			t.Foreign[n].Name = "" // until here it was the number of the foreign key
		}
		if d := i.definitions[t.Name]; len(t.Primary) != 1 || d.rowless || d.descending {
			continue
		}
		if c := t.Column(t.Primary[0]); strings.EqualFold(c.Type, "INTEGER") { // an alias of the rowid
			c.Counted, c.Default, c.Nullable = true, true, false
		}
	}
	return err
}

// sampleTimes looks at the first and the last row of each table with times.
func (i *inspection) sampleTimes(ctx context.Context, _ string) error {
	for _, t := range i.Tables() {
		if t.Unfit != "" {
			continue
		}
		var columns []*dialect.LiveColumn
		for _, f := range i.FieldsOf(t) {
			if c := t.Column(f.Column); c != nil && f.Type == dialect.TypeTime {
				columns = append(columns, c)
			}
		}
		if len(columns) == 0 {
			continue
		}
		if err := i.sample(ctx, t, columns); err != nil {
			return err
		}
	}
	return nil
}

// timeForm is an expression for the TimeForms of a value. Null has all forms.
const timeForm = `CASE typeof(%[1]s) WHEN 'null' THEN 3 WHEN 'integer' THEN 2 WHEN 'real' THEN 2
	WHEN 'text' THEN %[1]s GLOB '????-??-??T??:??:??.???Z' ELSE 0 END`

func (i *inspection) sample(ctx context.Context, t *dialect.LiveTable, columns []*dialect.LiveColumn) error {
	forms, scanned := make([]dialect.TimeForms, len(columns)), make([]any, len(columns))
	exprs := make([]string, len(columns))
	for n, c := range columns {
		exprs[n], scanned[n] = fmt.Sprintf(timeForm, quoted(c.Name)), &forms[n]
	}
	first, last := " ORDER BY rowid LIMIT 1", " ORDER BY rowid DESC LIMIT 1"
	if i.definitions[t.Name].rowless {
		first, last = " LIMIT 1", " LIMIT 1"
	}
	from := "SELECT " + strings.Join(exprs, ", ") + " FROM (SELECT * FROM " + quoted(t.Name)
	return dialect.EachRow(ctx, i.conn, func(rows *sql.Rows) error {
		if err := rows.Scan(scanned...); err != nil {
			return err
		}
		for n, c := range columns {
			c.Times &= forms[n]
		}
		return nil
	}, from+first+") UNION ALL "+from+last+")")
}

func quoted(name string) string { return string(sqliteDialect{}.AppendIdent(nil, name)) }
