package runtime

import (
	"context"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// SetNull carries out a reference that is set to null because the row to which it
// refers is being deleted: update does it, with its triggers, and returns how many
// rows there were. A beforeUpdate that leaves the reference as it was would leave the
// null to the database, which fires no trigger and records no event; that is a
// [authgen.ForeignKeyError] (D3).
func SetNull[T any](ctx context.Context, s Handle, t *dialect.Table, where authgen.Predicate[T], update func(authgen.Predicate[T]) (int, error)) error {
	n, err := update(where)
	if err != nil || n == 0 {
		return err
	}
	kept, err := s.Exists(ctx, t, where.Expr())
	if err == nil && kept {
		err = &authgen.ForeignKeyError{Table: t.Key, Fields: []string{keyOf(t, where.Expr().Column)}, Kept: true}
	}
	return err
}
