package sqlc_test

import (
	"context"
	"slices"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/interop/auth"
	"github.com/authgen/authgen/examples/interop/internal/suite"
	"github.com/authgen/authgen/examples/interop/sqlc"
)

func TestSqlc(t *testing.T) {
	suite.Databases(t, func(t *testing.T, database dialect.Database) {
		triggers := &sqlc.Triggers{Kind: database.Dialect.Kind()}
		suite.Run(t, database, triggers)
		suite.Joined(t, database, triggers)
		t.Run("a query reads what the transaction wrote", func(t *testing.T) {
			e := suite.New(t, database, triggers)
			e.Is(e.DB.Tx(t.Context(), func(ctx context.Context, tx *auth.Tx) error {
				ada, err := tx.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "ada"})
				e.Must(err)
				queries := triggers.Queries(tx)
				e.Must(queries.Record(ctx, string(ada.ID), "seen"))
				actions, err := queries.Actions(ctx, string(ada.ID))
				e.Must(err)
				if !slices.Equal(actions, []string{"created", "seen"}) {
					t.Errorf("read %q", actions)
				}
				return suite.ErrBoom
			}), suite.ErrBoom)
			e.Stored(0)
		})
	})
}
