package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// The queries for the catalog. %s is a list of placeholders for the names of tables. MariaDB
// reads a view of information_schema again for each row that is joined to it, which takes
// tens of milliseconds for twenty tables; DISTINCT makes it read each view once. An index on
// the beginning of a text does not count as one on the column.
const (
	liveColumns = `
SELECT t.table_name, t.table_type, t.engine, c.column_name, c.column_type, c.data_type, c.character_maximum_length, c.datetime_precision,
	c.character_set_name, c.collation_name, c.is_nullable = 'YES', COALESCE(c.column_default, 'NULL') <> 'NULL', LOWER(c.extra), COALESCE(c.generation_expression, ''),
	@@lower_case_table_names <> 0, t.table_collation
FROM (
	SELECT DISTINCT table_name, table_type, engine, table_collation
	FROM information_schema.tables
	WHERE table_schema = DATABASE() AND table_name IN (%[1]s)
) AS t
JOIN information_schema.columns c ON c.table_name = t.table_name
WHERE c.table_schema = DATABASE() AND c.table_name IN (%[1]s)
ORDER BY t.table_name, c.ordinal_position`

	liveKeys = `
SELECT t, what, name, col, parent, target, deletes, updates FROM (
	SELECT table_name AS t, IF(index_name = 'PRIMARY', 'primary', 'unique') AS what, index_name AS name,
		IF(sub_part IS NULL, column_name, CONCAT(column_name, '(', sub_part, ')')) AS col,
		NULL AS parent, NULL AS target, NULL AS deletes, NULL AS updates, seq_in_index AS place
	FROM information_schema.statistics
	WHERE table_schema = DATABASE() AND table_name IN (%[1]s) AND non_unique = 0
	UNION ALL
	SELECT k.table_name, 'foreign', k.constraint_name, k.column_name, k.referenced_table_name, k.referenced_column_name, r.delete_rule, r.update_rule, k.ordinal_position
	FROM (
		SELECT DISTINCT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name, ordinal_position
		FROM information_schema.key_column_usage
		WHERE table_schema = DATABASE() AND table_name IN (%[1]s) AND referenced_table_name IS NOT NULL
	) AS k
	JOIN (
		SELECT DISTINCT table_name, constraint_name, delete_rule, update_rule
		FROM information_schema.referential_constraints
		WHERE constraint_schema = DATABASE()
	) AS r ON r.table_name = k.table_name AND r.constraint_name = k.constraint_name
	UNION ALL
	SELECT c.table_name, 'check', c.constraint_name, k.check_clause, NULL, NULL, NULL, NULL, 0
	FROM (
		SELECT DISTINCT table_name, constraint_name
		FROM information_schema.table_constraints
		WHERE table_schema = DATABASE() AND table_name IN (%[1]s) AND constraint_type = 'CHECK'
	) AS c
	JOIN (
		SELECT DISTINCT *
		FROM information_schema.check_constraints
		WHERE constraint_schema = DATABASE()
	) AS k ON k.constraint_name = c.constraint_name%[2]s
	UNION ALL
	SELECT event_object_table, 'trigger', trigger_name, NULL, NULL, NULL, NULL, NULL, 0
	FROM information_schema.triggers
	WHERE event_object_schema = DATABASE() AND event_object_table IN (%[1]s)%[3]s
) AS found ORDER BY t, what, name, place`

	// MySQL shows the triggers of a table only to users with the privilege TRIGGER. For other
	// users every table may have some.
	hiddenTriggers = `
	UNION ALL
	SELECT t.table_name, 'trigger', '', NULL, NULL, NULL, NULL, NULL, 0
	FROM information_schema.tables t
	WHERE t.table_schema = DATABASE() AND t.table_name IN (%[1]s)
		AND NOT EXISTS (SELECT 1 FROM information_schema.user_privileges p WHERE p.privilege_type = 'TRIGGER' AND p.grantee = %[2]s)
		AND NOT EXISTS (SELECT 1 FROM information_schema.schema_privileges p WHERE p.privilege_type = 'TRIGGER' AND p.grantee = %[2]s AND DATABASE() LIKE p.table_schema)
		AND NOT EXISTS (SELECT 1 FROM information_schema.table_privileges p WHERE p.privilege_type = 'TRIGGER' AND p.grantee = %[2]s AND p.table_schema = DATABASE() AND p.table_name = t.table_name)`
	grantee = `REGEXP_REPLACE(CONCAT('''', CURRENT_USER(), ''''), '@([^@]*)$', '''@''$1')`

	// names of constraints are those of a table on MariaDB.
	ofTheTable = ` AND k.table_name = c.table_name`
)

// Inspect reads information_schema.
func (d *mysqlDialect) Inspect(ctx context.Context, conn dialect.Conn, tables []*dialect.Table) ([]*dialect.LiveTable, error) {
	names := make([]any, len(tables))
	for i, t := range tables {
		names[i] = t.Name
	}
	list := strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ")
	l := &dialect.LiveReader{Wanted: tables, FoldColumns: true}
	err := dialect.EachRow(ctx, conn, func(rows *sql.Rows) error { return d.readColumn(l, rows) }, fmt.Sprintf(liveColumns, list), slices.Repeat(names, 2)...)
	if err == nil {
		query := fmt.Sprintf(liveKeys, list, d.sameTable(), d.hidden(list))
		err = l.Keys(ctx, conn, query, slices.Repeat(names, strings.Count(query, "?")/len(names))...)
	}
	if !d.mariaDB.Load() {
		unescape(l.Tables())
	}
	if err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	return l.Tables(), nil
}

// sameTable joins a CHECK to its table, on a server where its name need not be unique in the
// database.
func (d *mysqlDialect) sameTable() string {
	if d.mariaDB.Load() {
		return ofTheTable
	}
	return ""
}

// hidden finds the tables whose triggers the catalog may hide.
func (d *mysqlDialect) hidden(list string) string {
	if d.mariaDB.Load() {
		return ""
	}
	return fmt.Sprintf(hiddenTriggers, list, grantee)
}

func (d *mysqlDialect) readColumn(l *dialect.LiveReader, rows *sql.Rows) error {
	var table, kind, extra, computed string
	var engine, charset, collation, usual sql.NullString
	var length, digits sql.NullInt64
	var of declared
	var c dialect.LiveColumn
	err := rows.Scan(&table, &kind, &engine, &c.Name, &c.Type, &of.data, &length, &digits, &charset, &collation, &c.Nullable, &c.Default, &extra, &computed, &l.FoldTables, &usual)
	if err != nil {
		return err
	}
	t := l.Table(table)
	if t == nil {
		return nil // of a name that differs only in case
	}
	t.Unfit = unfit[kind]
	if !transacted[strings.ToLower(engine.String)] {
		t.Engine = engine.String
	}
	if wanted := d.bytewise(); usual.String != wanted {
		t.Collate = wanted
	}
	of.full, of.length, of.digits = c.Type, length.Int64, digits.Int64
	of.charset, of.collation, of.bytewise = charset.String, collation.String, d.bytewise()
	of.describe(&c)
	c.Counted = strings.Contains(extra, "auto_increment")
	c.Default = c.Default || c.Counted
	c.Generated = computed != "" || strings.Contains(extra, "virtual generated") || strings.Contains(extra, "stored generated")
	c.Moved = strings.Contains(extra, "on update")
	l.Column(t, c)
	return nil
}

// unescape makes SQL of the conditions that MySQL shows with escaped quotes.
func unescape(tables []*dialect.LiveTable) {
	for _, t := range tables {
		for i := range t.Checks {
			t.Checks[i].Condition = strings.ReplaceAll(t.Checks[i].Condition, `\'`, "'")
		}
	}
}

// transacted are the engines that have transactions.
var transacted = map[string]bool{"innodb": true, "rocksdb": true, "ndbcluster": true, "ndb": true, "tokudb": true}

// unfit says why a relation cannot be used as a table.
var unfit = map[string]string{"VIEW": "is a view", "SYSTEM VIEW": "is a view", "SEQUENCE": "is a sequence"}

// bytewise returns the collation that compares by bytes without padding.
func (d *mysqlDialect) bytewise() string {
	if d.mariaDB.Load() {
		return "utf8mb4_nopad_bin"
	}
	return "utf8mb4_0900_bin"
}
