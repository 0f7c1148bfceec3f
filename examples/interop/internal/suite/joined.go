package suite

import (
	"context"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/interop/auth"
)

// Joined checks that what triggers write goes with a transaction of the
// program's, which the generated package has joined.
func Joined(t *testing.T, database dialect.Database, triggers auth.Triggers) {
	t.Run("nothing survives the end of a transaction that was joined", func(t *testing.T) {
		e := New(t, database, triggers)
		tx, err := database.Pool.BeginTx(t.Context(), nil)
		e.Must(err)
		done, err := e.DB.Join(t.Context(), tx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "ada"})
			return err
		})
		e.Must(err)
		e.Must(tx.Rollback())
		done(false)
		e.Stored(0)
	})
}
