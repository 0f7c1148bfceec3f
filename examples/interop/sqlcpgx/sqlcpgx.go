// Package sqlcpgx writes table audit with code that sqlc generates for pgx.
package sqlcpgx

import (
	"context"

	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/examples/interop/auth"
	"github.com/authgen/authgen/examples/interop/sqlcpgx/queries"
)

//go:generate go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1 generate

// Triggers keep table audit.
type Triggers struct{}

var _ auth.Triggers = Triggers{}

// OnCreateUser records the new user.
func (Triggers) OnCreateUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	q := queries.New(postgres.Pgx(tx))
	return q.Record(ctx, queries.RecordParams{UserID: string(user.ID), Action: "created"})
}

// OnDeleteUser records with COPY that a user is gone.
func (Triggers) OnDeleteUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	_, err := queries.New(postgres.Pgx(tx)).RecordAll(ctx, []queries.RecordAllParams{
		{UserID: string(user.ID), Action: "deleted"},
	})
	return err
}
