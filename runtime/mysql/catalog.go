package mysql

import (
	"context"

	"github.com/authgen/authgen/runtime"
)

// uniqueColumns are those of a unique index, which is the primary key's too, by
// the name that MariaDB gives and by that of MySQL, with the table ahead. Index
// names are those of a table: that which was written comes first.
const uniqueColumns = `
SELECT table_name, column_name
FROM information_schema.statistics
WHERE table_schema = DATABASE() AND non_unique = 0 AND column_name IS NOT NULL AND ? IN (index_name, CONCAT(table_name, '.', index_name))
ORDER BY table_name <> ?, table_name, seq_in_index`

// foreignColumns are those of a foreign key that refer.
const foreignColumns = `
SELECT table_name, column_name
FROM information_schema.key_column_usage
WHERE constraint_schema = DATABASE() AND referenced_table_name IS NOT NULL AND constraint_name = ?
ORDER BY table_name <> ?, table_name, ordinal_position`

// Constraint reads information_schema.
func (*dialect) Constraint(ctx context.Context, conn runtime.Conn, fault runtime.Fault, written string) (table string, columns []string, err error) {
	query := uniqueColumns
	if fault.Kind == runtime.FaultForeignKey {
		query = foreignColumns
	}
	return runtime.FirstTable(ctx, conn, query, fault.Constraint, written)
}
