package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/cost/auth"
)

// BeforeCreateGuest does what BeforeCreateUser does.
func (t *Triggers) BeforeCreateGuest(ctx context.Context, tx *auth.Tx, guest *auth.Guest) error {
	user := auth.User{Email: guest.Email}
	err := t.BeforeCreateUser(ctx, tx, &user)
	guest.Username, guest.Role = user.Username, user.Role
	return err
}

// OnCreateGuest does what OnCreateUser does.
func (t *Triggers) OnCreateGuest(ctx context.Context, tx *auth.Tx, guest auth.Guest) error {
	return t.OnCreateUser(ctx, tx, auth.User{ID: auth.UserID(guest.ID), Name: guest.Name, Image: guest.Image})
}

// OnUpdateGuest does what OnUpdateUser does.
func (t *Triggers) OnUpdateGuest(ctx context.Context, tx *auth.Tx, change auth.GuestChange) error {
	user := auth.UserChange{New: auth.User{ID: auth.UserID(change.New.ID), Image: change.New.Image}}
	user.Changed.Image = change.Changed.Image
	return t.OnUpdateUser(ctx, tx, user)
}

// OnDeleteGuest does what OnDeleteUser does.
func (t *Triggers) OnDeleteGuest(ctx context.Context, tx *auth.Tx, guest auth.Guest) error {
	return t.OnDeleteUser(ctx, tx, auth.User{ID: auth.UserID(guest.ID)})
}
