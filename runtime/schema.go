package runtime

import (
	"context"
	"errors"
	"fmt"
)

// A Schema is what a generated package was made from: its tables, with the types
// of their fields, and the DDL. Generated code has one.
type Schema struct {
	Tables []*Table
	DDL    SQL // the script that creates what is missing
}

// Schema returns the schema that db was opened with. It is not to be changed.
func (db *DB) Schema() Schema { return db.schema }

// CreateTables creates the tables and indexes that are missing, each with a
// statement of its own. It never alters a table that exists; where one does not
// fit the schema the error is a [SchemaError] (S1).
func (db *DB) CreateTables(ctx context.Context) error {
	err := db.Exec(ctx, Statements(db.schema.DDL.For(db.Kind()))...)
	checked := db.checkSchema(ctx)
	if misfit := (*SchemaError)(nil); err == nil || errors.As(checked, &misfit) {
		err = checked // which says more than a statement that failed
	}
	if err != nil {
		return fmt.Errorf("create tables: %w", err)
	}
	return nil
}
