// Package sqlc writes table audit with code that sqlc generates for
// database/sql.
package sqlc

import (
	"context"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/interop/auth"
	"github.com/authgen/authgen/examples/interop/sqlc/mysql"
	"github.com/authgen/authgen/examples/interop/sqlc/postgres"
	"github.com/authgen/authgen/examples/interop/sqlc/sqlite"
)

//go:generate go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1 generate

// Triggers keep table audit.
type Triggers struct {
	Kind dialect.Kind // a program that knows its database does not need it
}

var _ auth.Triggers = (*Triggers)(nil)

// Queries returns the generated queries in the transaction tx. They have the same methods
// for every database.
func (t *Triggers) Queries(tx *auth.Tx) sqlite.Querier {
	switch t.Kind {
	case dialect.Postgres:
		return postgres.New(tx.SQL())
	case dialect.MySQL:
		return mysql.New(tx.SQL())
	}
	return sqlite.New(tx.SQL())
}

// OnCreateUser records the new user.
func (t *Triggers) OnCreateUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	return t.Queries(tx).Record(ctx, string(user.ID), "created")
}

// OnDeleteUser records that a user is gone.
func (t *Triggers) OnDeleteUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	return t.Queries(tx).Record(ctx, string(user.ID), "deleted")
}
