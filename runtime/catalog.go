package runtime

import (
	"context"
	"strings"
	"time"

	"github.com/authgen/authgen/dialect"
)

// catalogPatience bounds how long a failed call waits for the catalog. The connection of
// the call may be the last one of the pool, so that none is left for the catalog.
const catalogPatience = time.Second

// A catalogKey is a constraint as an error names it: its kind, its name, and the
// table that was written, because several tables may have a constraint of that name.
type catalogKey struct {
	kind          dialect.FaultKind
	name, written string
}

// A constraint is what the catalog says of a constraint.
type constraint struct {
	table   string // SQL name
	columns []string
}

// lookUp asks the catalog for a violated constraint that authgen did not name: the
// application made its index, or the index was there before. It asks once, on a
// connection of its own, because the transaction may take no more statements.
func (db *DB) lookUp(ctx context.Context, fault dialect.Fault, written *dialect.Table) (c constraint, ok bool) {
	if db.dialect.Kind() == dialect.SQLite {
		return undotted(fault.Constraint)
	}
	key := catalogKey{kind: fault.Kind, name: fault.Constraint}
	if written != nil {
		key.written = written.Name
	}
	if known, ok := db.catalog.Load(key); ok {
		c = known.(constraint)
		return c, len(c.columns) > 0
	}
	if stats := db.pool.Stats(); key.name == "" || stats.MaxOpenConnections > 0 && stats.InUse >= stats.MaxOpenConnections {
		return c, false
	}
	ctx, cancel := context.WithTimeout(ctx, catalogPatience)
	defer cancel()
	table, columns, err := db.dialect.Constraint(ctx, db.pool, fault, key.written)
	if err != nil {
		return c, false
	}
	c = constraint{table, columns}
	db.catalog.Store(key, c)
	return c, len(columns) > 0
}

// undotted returns the constraint that SQLite names by its columns.
func undotted(name string) (c constraint, ok bool) {
	for _, part := range strings.Split(name, ", ") {
		table, column, ok := strings.Cut(part, ".")
		if !ok {
			return constraint{}, false
		}
		c.table, c.columns = table, append(c.columns, column)
	}
	return c, true
}

// table returns the table with that SQL name, or nil.
func (db *DB) table(name string) *dialect.Table {
	for _, t := range db.tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// keys returns the table of a constraint and its fields by their names in schema.yaml. If
// schema.yaml does not have them, it returns the names of the database.
func (c constraint) keys(db *DB) (table string, fields []string) {
	t := db.table(c.table)
	if t == nil {
		return c.table, c.columns
	}
	for _, column := range c.columns {
		fields = append(fields, keyOf(t, column))
	}
	return t.Key, fields
}
