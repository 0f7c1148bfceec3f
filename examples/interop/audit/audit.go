// Package audit is the application's own table, which is not in schema.yaml. It records
// what happened to which user.
package audit

import (
	"context"
	"embed"

	"github.com/authgen/authgen/dialect"
)

//go:embed *.sql
var files embed.FS

// Create creates the table.
func Create(ctx context.Context, database dialect.Database) error {
	ddl, err := files.ReadFile(database.Dialect.Kind().String() + ".sql")
	if err != nil {
		return err
	}
	_, err = database.Pool.ExecContext(ctx, string(ddl))
	return err
}
