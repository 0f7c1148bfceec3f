package runtime

import "context"

// A Schema is what a generated package was made from: its tables, with the types
// of their fields, and the DDL. Generated code has one.
type Schema struct {
	Tables []*Table
	DDL    SQL // the script that creates what is missing
}

// Schema returns the schema that db was opened with. It is not to be changed.
func (db *DB) Schema() Schema { return db.schema }

// CreateTables creates the tables and indexes that are missing, each with a
// statement of its own. It never alters a table that exists.
func (db *DB) CreateTables(ctx context.Context) error {
	return db.Exec(ctx, Statements(db.schema.DDL.For(db.Kind()))...)
}
