package plain_test

import (
	"context"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/interop/auth"
	"github.com/authgen/authgen/examples/interop/internal/suite"
	"github.com/authgen/authgen/examples/interop/plain"
)

func TestPlain(t *testing.T) {
	suite.Databases(t, func(t *testing.T, database dialect.Database) {
		triggers := plain.New(database.Dialect.Kind())
		suite.Run(t, database, triggers)
		suite.Joined(t, database, triggers)
		t.Run("a table that a trigger creates", func(t *testing.T) {
			create := func(ctx context.Context, tx *auth.Tx, _ func(context.Context, *auth.Tx) error) error {
				_, err := tx.SQL().ExecContext(ctx, "CREATE TABLE more (id integer)")
				return err
			}
			e := suite.New(t, database, auth.Chain(
				suite.After{Triggers: triggers, Create: create},
				suite.After{Triggers: auth.NoTriggers{}, Create: suite.Fails},
			))
			if _, err := e.Create(t.Context(), "ada"); err == nil {
				t.Error("the trigger's error is gone")
			}
			_, err := database.Pool.Exec("SELECT id FROM more")
			if database.Dialect.Kind() == dialect.MySQL {
				e.Must(err)
				e.Stored(1, "created") // CREATE TABLE has committed
				return
			}
			if err == nil {
				t.Error("the table survived")
			}
			e.Stored(0)
		})
	})
}
