package mysql

import (
	"context"
	"fmt"

	"github.com/authgen/authgen/dialect"
)

// uniqueColumns finds the columns of a unique index or the primary key, by its name on
// MariaDB, or by its name on MySQL, which begins with the table. Names of indexes are unique
// only within a table, so the written table comes first.
const uniqueColumns = `
SELECT table_name, column_name
FROM information_schema.statistics
WHERE table_schema = DATABASE() AND non_unique = 0 AND column_name IS NOT NULL AND ? IN (index_name, CONCAT(table_name, '.', index_name))
ORDER BY table_name <> ?, table_name, seq_in_index`

// foreignColumns finds the referring columns of a foreign key.
const foreignColumns = `
SELECT table_name, column_name
FROM information_schema.key_column_usage
WHERE constraint_schema = DATABASE() AND referenced_table_name IS NOT NULL AND constraint_name = ?
ORDER BY table_name <> ?, table_name, ordinal_position`

// checkedColumns finds the columns of a CHECK. Both servers show its condition with names in
// backquotes. It takes ofTheTable.
const checkedColumns = `
SELECT c.table_name, l.column_name
FROM information_schema.table_constraints c
JOIN information_schema.check_constraints k ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name%s
JOIN information_schema.columns l ON l.table_schema = c.table_schema AND l.table_name = c.table_name
	AND LOCATE(CONCAT(CHAR(96), REPLACE(l.column_name, CHAR(96), CHAR(96, 96)), CHAR(96)), k.check_clause) > 0
WHERE c.table_schema = DATABASE() AND c.constraint_type = 'CHECK' AND c.constraint_name = ?
ORDER BY c.table_name <> ?, c.table_name, l.ordinal_position`

// Constraint reads information_schema.
func (d *mysqlDialect) Constraint(ctx context.Context, conn dialect.Conn, fault dialect.Fault, written string) (table string, columns []string, err error) {
	query := uniqueColumns
	switch fault.Kind {
	case dialect.FaultForeignKey:
		query = foreignColumns
	case dialect.FaultData:
		query = fmt.Sprintf(checkedColumns, d.sameTable())
	}
	return dialect.FirstTable(ctx, conn, query, fault.Constraint, written)
}
