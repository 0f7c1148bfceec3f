package postgres

import (
	"context"

	"github.com/authgen/authgen/dialect"
)

// uniqueColumns finds the columns of a unique index. For an index on expressions these are
// all columns that it depends on. An index of the written table comes first.
const uniqueColumns = `
SELECT t.relname, a.attname
FROM pg_class x
JOIN pg_index i ON i.indexrelid = x.oid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND (a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]) OR 0 = ANY (i.indkey) AND EXISTS (
	SELECT FROM pg_depend d
	WHERE d.classid = 'pg_class'::regclass AND d.objid = x.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.refobjsubid = a.attnum))
WHERE x.relname = $1 AND i.indisunique AND pg_table_is_visible(t.oid)
ORDER BY t.relname <> $2, t.relname, array_position(i.indkey::int2[], a.attnum), a.attnum`

// constrainedColumns finds the referring columns of a foreign key, or the columns of a
// CHECK.
const constrainedColumns = `
SELECT t.relname, a.attname
FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (c.conkey)
WHERE c.conname = $1 AND c.contype IN ('c', 'f') AND pg_table_is_visible(t.oid)
ORDER BY t.relname <> $2, t.relname, array_position(c.conkey, a.attnum)`

// Constraint reads pg_index and pg_constraint.
func (postgresDialect) Constraint(ctx context.Context, conn dialect.Conn, fault dialect.Fault, written string) (table string, columns []string, err error) {
	query := constrainedColumns
	if fault.Kind == dialect.FaultUnique {
		query = uniqueColumns
	}
	return dialect.FirstTable(ctx, conn, query, fault.Constraint, written)
}
