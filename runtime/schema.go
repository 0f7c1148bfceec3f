package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
// fit the schema the error is a [SchemaError] (S1). An index of another name that
// keeps the same columns unique serves as well as its own.
func (db *DB) CreateTables(ctx context.Context) error {
	err := db.Exec(ctx, db.lacking(ctx, Statements(db.schema.DDL.For(db.Kind())))...)
	checked := db.checkSchema(ctx)
	if misfit := (*SchemaError)(nil); err == nil || errors.As(checked, &misfit) {
		err = checked // which says more than a statement that failed
	}
	if err != nil {
		return fmt.Errorf("create tables: %w", err)
	}
	return nil
}

// lacking leaves out of the DDL the unique indexes that tables have under another
// name, which another program gave them. SQL can say that on MySQL only.
func (db *DB) lacking(ctx context.Context, statements []string) []string {
	live, err := db.dialect.Inspect(ctx, db.pool, db.tables)
	if err != nil {
		return statements // what is wrong, the statements say
	}
	for _, t := range db.tables {
		l := liveTable(live, t.Name)
		if l == nil {
			continue
		}
		for _, u := range t.Uniques {
			if l.has(u) {
				statements = slices.DeleteFunc(statements, func(s string) bool { return strings.HasPrefix(strings.TrimSpace(s), db.createUnique(u)) })
			}
		}
	}
	return statements
}

// createUnique returns how the statement of the DDL begins that makes an index.
func (db *DB) createUnique(u Unique) string {
	return "CREATE UNIQUE INDEX IF NOT EXISTS " + string(db.dialect.AppendIdent(nil, u.Index)) + " ON "
}

// has reports whether an index of a table is on the very columns of u.
func (t *LiveTable) has(u Unique) bool {
	return slices.ContainsFunc(t.Uniques, func(l LiveUnique) bool { return slices.Equal(l.Columns, u.Columns) })
}
