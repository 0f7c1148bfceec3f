package suite

import (
	"context"

	"github.com/authgen/authgen/examples/interop/auth"
)

// After goes on where the triggers of a library return.
type After struct {
	auth.Triggers
	Create, Delete Do // may be nil
}

// Do is what happens then. again does what the triggers did once more.
type Do func(ctx context.Context, tx *auth.Tx, again again) error

type again = func(context.Context, *auth.Tx) error

// OnCreateUser implements auth.Triggers.
func (a After) OnCreateUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	return a.Create.after(ctx, tx, user, a.Triggers.OnCreateUser)
}

// OnDeleteUser implements auth.Triggers.
func (a After) OnDeleteUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	return a.Delete.after(ctx, tx, user, a.Triggers.OnDeleteUser)
}

func (do Do) after(ctx context.Context, tx *auth.Tx, user auth.User, trigger func(context.Context, *auth.Tx, auth.User) error) error {
	if err := trigger(ctx, tx, user); err != nil || do == nil {
		return err
	}
	return do(ctx, tx, func(ctx context.Context, tx *auth.Tx) error { return trigger(ctx, tx, user) })
}

// Fails is a Do that returns ErrBoom.
func Fails(context.Context, *auth.Tx, again) error { return ErrBoom }
