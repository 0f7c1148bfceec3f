package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// The queries get the names of tables as a JSON list. They ignore tables that the
// search_path hides, because statements do not reach those.
const (
	wantedTables = `WITH w AS (
		SELECT c.* FROM json_array_elements_text($1::text::json) n(name)
		JOIN pg_class c ON c.relname = n.name AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(c.oid)) `

	liveColumns = wantedTables + `
SELECT w.relname, CASE WHEN w.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = w.oid) THEN 'inherited' ELSE w.relkind::text END, a.attname, format_type(a.atttypid, a.atttypmod), b.typname, b.typtype::text,
	CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END, NOT (a.attnotnull OR t.typnotnull),
	a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL, a.attgenerated <> '', a.attidentity::text,
	pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(w.relname), a.attname) IS NOT NULL,
	CASE WHEN l.collisdeterministic THEN NULL ELSE l.collname END,
	(SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum e WHERE e.enumtypid = b.oid)
FROM w
JOIN pg_namespace n ON n.oid = w.relnamespace
JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_collation l ON l.oid = a.attcollation
ORDER BY w.relname, a.attnum`

	liveKeys = wantedTables + `
SELECT t, what, name, col, parent, target, deletes, updates FROM (
	SELECT w.relname AS t, CASE WHEN i.indisprimary THEN 'primary' ELSE 'unique' END AS what, x.relname AS name,
		a.attname AS col, NULL AS parent, NULL AS target, NULL AS deletes, NULL AS updates, k.place
	FROM w JOIN pg_index i ON i.indrelid = w.oid JOIN pg_class x ON x.oid = i.indexrelid
	JOIN unnest(i.indkey[0:i.indnkeyatts - 1]::int2[]) WITH ORDINALITY k(attnum, place) ON true
	JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum = k.attnum
	WHERE i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
		AND NOT (COALESCE(to_jsonb(i) ->> 'indnullsnotdistinct', 'false')::boolean -- a column since Postgres 15
			AND EXISTS (SELECT FROM pg_attribute n WHERE n.attrelid = w.oid AND n.attnum = ANY (i.indkey) AND NOT n.attnotnull))
	UNION ALL
	SELECT w.relname, 'foreign', c.conname, a.attname, p.relname, b.attname,
		CASE c.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END,
		CASE c.confupdtype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END, k.place
	FROM w JOIN pg_constraint c ON c.conrelid = w.oid AND c.contype = 'f' JOIN pg_class p ON p.oid = c.confrelid
	JOIN unnest(c.conkey, c.confkey) WITH ORDINALITY k(attnum, target, place) ON true
	JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum = k.attnum
	JOIN pg_attribute b ON b.attrelid = p.oid AND b.attnum = k.target
	UNION ALL
	SELECT w.relname, 'check', c.conname, pg_get_expr(c.conbin, c.conrelid), NULL, NULL, NULL, NULL, 0
	FROM w JOIN pg_constraint c ON c.conrelid = w.oid AND c.contype = 'c'
	UNION ALL
	SELECT w.relname, 'trigger', r.tgname, CASE WHEN r.tgtype & 3 = 3 THEN NULL ELSE 'after' END, NULL, NULL, NULL, NULL, 0
	FROM w JOIN pg_trigger r ON r.tgrelid = w.oid OR r.tgrelid IN (SELECT relid FROM pg_partition_tree(w.oid))
	WHERE NOT r.tgisinternal AND r.tgenabled NOT IN ('D', 'R') AND r.tgtype & 28 <> 0
	UNION ALL
	SELECT w.relname, 'trigger', r.rulename, 'instead', NULL, NULL, NULL, NULL, 0
	FROM w JOIN pg_rewrite r ON r.ev_class = w.oid WHERE r.ev_enabled NOT IN ('D', 'R') AND r.ev_type <> '1'
) keys ORDER BY t, what, name, place`
)

// Inspect reads pg_attribute, pg_index, pg_constraint, pg_trigger and pg_rewrite. A trigger
// that runs for each row before its write also changes the row that the statement returns.
// All other triggers and rules may change a row without that.
func (postgresDialect) Inspect(ctx context.Context, conn dialect.Conn, tables []*dialect.Table) ([]*dialect.LiveTable, error) {
	names, err := json.Marshal(dialect.TableNames(tables))
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	l := &dialect.LiveReader{Wanted: tables}
	err = dialect.EachRow(ctx, conn, func(rows *sql.Rows) error { return readColumn(l, rows) }, liveColumns, string(names))
	if err == nil {
		err = l.Keys(ctx, conn, liveKeys, string(names))
	}
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return l.Tables(), nil
}

// unfit says why a relation cannot be used as a table.
var unfit = map[string]string{"v": "is a view", "m": "is a materialized view", "f": "is a foreign table", "inherited": "is a table that others inherit from"}

func readColumn(l *dialect.LiveReader, rows *sql.Rows) error {
	var table, kind, base, class, identity string
	var modifier int32
	var folding, labels sql.NullString
	var c dialect.LiveColumn
	err := rows.Scan(&table, &kind, &c.Name, &c.Type, &base, &class, &modifier, &c.Nullable, &c.Default, &c.Generated, &identity, &c.Counted, &folding, &labels)
	if err != nil {
		return err
	}
	c.Counted = c.Counted && identity != "a"
	c.Folding, c.Times = folding.String, dialect.TimesText|dialect.TimesInteger
	if labels.Valid {
		if err := json.Unmarshal([]byte(labels.String), &c.Values); err != nil {
			return err
		}
	}
	c.Holds, c.Length = holds(base, class, modifier)
	c.Cuts.Limit = c.Length
	c.UUIDs, c.Rewrites = base == "uuid", rewrites[base]
	if c.Folding != "" {
		c.Bytewise = `"C"`
	}
	c.Micros = strings.HasPrefix(base, "timestamp") && (modifier == -1 || modifier > 3)
	t := l.Table(table)
	t.Unfit = unfit[kind]
	l.Column(t, c)
	return nil
}

// The types of fields whose values a type keeps unchanged, by its name in pg_type.
var (
	integers = dialect.TypesOf(dialect.TypeInt, dialect.TypeBigint)
	texts    = dialect.TypesOf(dialect.TypeString, dialect.TypeText, dialect.TypeJSON, dialect.TypeStrings, dialect.TypeInts)
	held     = map[string]dialect.FieldTypes{
		"text": texts, "varchar": texts,
		"int4": dialect.TypesOf(dialect.TypeInt), "int8": integers,
		"float8": dialect.TypesOf(dialect.TypeFloat),
		"bool":   dialect.TypesOf(dialect.TypeBool),
		"json":   dialect.TypesOf(dialect.TypeJSON, dialect.TypeStrings, dialect.TypeInts),
		"jsonb":  dialect.TypesOf(dialect.TypeJSON, dialect.TypeStrings, dialect.TypeInts),
		"bytea":  dialect.TypesOf(dialect.TypeBytes),
		"uuid":   dialect.TypesOf(dialect.TypeString),
	}
)

// rewrites has the types of fields whose values a type keeps in another form.
var rewrites = map[string]dialect.FieldTypes{"jsonb": dialect.TypesOf(dialect.TypeJSON), "uuid": dialect.TypesOf(dialect.TypeString)}

// holds returns the types of fields whose values a type keeps, and how many characters it
// takes. A modifier of -1 means none; that of varchar includes a header of four bytes.
func holds(base, class string, modifier int32) (types dialect.FieldTypes, length int) {
	switch {
	case class == "e":
		return dialect.TypesOf(dialect.TypeString, dialect.TypeText), 0
	case strings.HasPrefix(base, "timestamp"): // with the digits of its seconds
		if modifier == -1 || modifier >= 3 {
			return dialect.TypesOf(dialect.TypeTime), 0
		}
		return 0, 0
	case base == "varchar" && modifier > 4:
		return held[base], int(modifier) - 4
	}
	return held[base], 0
}
