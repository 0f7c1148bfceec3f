package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// A Schema is the schema of a generated package: its tables, with the types
// of their fields, and the DDL. Generated code has one.
type Schema struct {
	Tables []*dialect.Table
	DDL    dialect.SQL // the script that creates what is missing
}

// Schema returns the schema that db was opened with. The caller must not change it.
func (db *DB) Schema() Schema { return db.schema }

// tableOf returns the table with that SQL name.
func tableOf(s Schema, name string) *dialect.Table {
	return s.Tables[slices.IndexFunc(s.Tables, func(t *dialect.Table) bool { return t.Name == name })]
}

// CreateTables creates the tables and indexes that are missing, each with a
// statement of its own. It never alters a table that exists. If such a table does not
// fit the schema, the error is an [authgen.SchemaError] (S1). A column that refers to a table
// of another program gets the type of the column there, because the foreign key asks for
// that. CreateTables makes no unique index if the table has one of another name on the same
// columns.
func (db *DB) CreateTables(ctx context.Context) error {
	err := db.Exec(ctx, db.suited(ctx, Statements(db.schema.DDL.For(db.Kind())))...)
	checked := db.checkSchema(ctx)
	if misfit := (*authgen.SchemaError)(nil); err == nil || errors.As(checked, &misfit) {
		err = checked // it says more than the error of the statement
	}
	if err != nil {
		return fmt.Errorf("create tables: %w", err)
	}
	return nil
}

// suited adapts the DDL to the tables that exist: to the types of the columns to which
// others refer, and to unique indexes to which another program gave another name. Only the
// DDL of MySQL can look for such an index by itself.
func (db *DB) suited(ctx context.Context, statements []string) []string {
	live, err := db.dialect.Inspect(ctx, db.pool, db.tables)
	if err != nil {
		return statements // the statements will fail, and say what is wrong
	}
	m := newMender(db.dialect, db.schema, live)
	m.asIs = true
	for _, t := range db.tables {
		l := liveTable(live, t.Name)
		if l == nil {
			if i := slices.IndexFunc(statements, func(s string) bool { return m.creates(s, t) }); i >= 0 {
				statements[i] = m.suit(t, statements[i])
			}
			continue
		}
		for _, u := range t.Uniques {
			if hasUnique(l, u) {
				statements = slices.DeleteFunc(statements, func(s string) bool { return strings.HasPrefix(strings.TrimSpace(s), db.createUnique(u)) })
			}
		}
	}
	return statements
}

// createUnique returns the beginning of the statement that makes a unique index.
func (db *DB) createUnique(u dialect.Unique) string {
	return "CREATE UNIQUE INDEX IF NOT EXISTS " + string(db.dialect.AppendIdent(nil, u.Index)) + " ON "
}

// hasUnique reports whether the table has a unique index on exactly the columns of u.
func hasUnique(t *dialect.LiveTable, u dialect.Unique) bool {
	return slices.ContainsFunc(t.Uniques, func(l dialect.LiveUnique) bool { return slices.Equal(l.Columns, u.Columns) })
}
