// Package ent writes table audit with ent.
package ent

import (
	"context"
	"errors"

	entdialect "entgo.io/ent/dialect"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/interop/auth"
	"github.com/authgen/authgen/examples/interop/ent/db"
)

//go:generate go run entgo.io/ent/cmd/ent@v0.14.6 generate --target ./db ./schema

// Triggers keep table audit.
type Triggers struct {
	// Dialect is what ent calls the database.
	Dialect string

	// Welcome, if not nil, welcomes a new user. If it returns
	// ErrUnwelcome, the user is stored, and no welcome is recorded.
	Welcome func(auth.User) error
}

// ErrUnwelcome is the error of Welcome for a user that it does not welcome.
var ErrUnwelcome = errors.New("unwelcome")

var _ auth.Triggers = (*Triggers)(nil)

// Dialects are ent's names of the databases.
var Dialects = map[dialect.Kind]string{
	dialect.SQLite:   entdialect.SQLite,
	dialect.Postgres: entdialect.Postgres,
	dialect.MySQL:    entdialect.MySQL,
}

// Client returns ent in the transaction tx.
func (t *Triggers) Client(tx *auth.Tx) *db.Client {
	return db.NewClient(db.Driver(newDriver(tx.SQL(), t.Dialect)))
}

// OnCreateUser records the new user, and whether there was a welcome.
func (t *Triggers) OnCreateUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	client := t.Client(tx)
	if err := record(ctx, client, user, "created"); err != nil || t.Welcome == nil {
		return err
	}
	part, err := client.Tx(ctx) // a savepoint
	if err != nil {
		return err
	}
	if err := record(ctx, part.Client(), user, "welcomed"); err != nil {
		return err
	}
	if err := t.Welcome(user); errors.Is(err, ErrUnwelcome) {
		return part.Rollback() // "welcomed" is undone, "created" is not
	} else if err != nil {
		return err
	}
	return part.Commit()
}

// OnDeleteUser records that a user is gone.
func (t *Triggers) OnDeleteUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	return record(ctx, t.Client(tx), user, "deleted")
}

func record(ctx context.Context, client *db.Client, user auth.User, action string) error {
	return client.Audit.Create().SetUserID(string(user.ID)).SetAction(action).Exec(ctx)
}
