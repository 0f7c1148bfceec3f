package triggers

import (
	"context"
	"errors"
	"strings"

	"github.com/authgen/authgen/internal/cost/auth"
)

// Refused is the name of a user whom OnCreateUser refuses.
const Refused = "refused"

var errRefused = errors.New("refused")

// BeforeCreateUser sets two fields.
func (t *Triggers) BeforeCreateUser(_ context.Context, _ *auth.Tx, user *auth.User) error {
	name, _, _ := strings.Cut(user.Email, "@")
	user.Username, user.Role = &name, new("member")
	return nil
}

// OnCreateUser inserts a profile.
func (t *Triggers) OnCreateUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	if user.Name == Refused {
		return errRefused
	}
	_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: string(user.ID), Avatar: user.Image})
	return err
}

// OnUpdateUser copies a new image to the profile.
func (t *Triggers) OnUpdateUser(ctx context.Context, tx *auth.Tx, change auth.UserChange) error {
	if !change.Changed.Image {
		return nil
	}
	_, err := tx.Profile.UpdateMany(ctx, auth.ProfileCols.UserID.Eq(string(change.New.ID)), auth.ProfilePatch{Avatar: auth.Set(change.New.Image)})
	return err
}

// OnDeleteUser deletes the profile.
func (t *Triggers) OnDeleteUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	_, err := tx.Profile.DeleteMany(ctx, auth.ProfileCols.UserID.Eq(string(user.ID)))
	return err
}
