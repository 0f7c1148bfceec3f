package runtime

import (
	"context"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// SetNull sets a reference to null because the row to which it refers is being deleted.
// It calls update, which does it with its triggers and returns how many rows there were. A
// beforeUpdate may leave the reference as it was. The database would then set it to null
// without a trigger and without an event, so the error is an [authgen.ForeignKeyError] (D3).
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
