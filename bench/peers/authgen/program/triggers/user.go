package triggers

import (
	"context"
	"strings"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/authgen/program/generated/auth"
)

// BeforeCreateUser sets what W2 sets.
func (t *Triggers) BeforeCreateUser(ctx context.Context, tx *auth.Tx, user *auth.User) error {
	user.Username, user.Role = new(strings.ToLower(user.Name)), new(contest.Role)
	return nil
}

// OnCreateUser gives the user a profile (W2), or refuses it (W8).
func (t *Triggers) OnCreateUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	if user.Name == contest.Refused {
		return contest.ErrRefused
	}
	_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: string(user.ID), Avatar: user.Image})
	return err
}

// OnUpdateUser gives the profile the new picture (W3).
func (t *Triggers) OnUpdateUser(ctx context.Context, tx *auth.Tx, change auth.UserChange) error {
	if !change.Changed.Image {
		return nil
	}
	profile := auth.ProfileCols.UserID.Eq(string(change.New.ID))
	_, err := tx.Profile.UpdateMany(ctx, profile, auth.ProfilePatch{Avatar: auth.Set(change.New.Image)})
	return err
}

// OnDeleteUser deletes the profile (W4).
func (t *Triggers) OnDeleteUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	_, err := tx.Profile.DeleteMany(ctx, auth.ProfileCols.UserID.Eq(string(user.ID)))
	return err
}
