package main

import (
	"context"
	"net/http"

	"github.com/authgen/authgen/examples/payload-sync/auth"
)

// signedUp are the ids of what a sign-up stores.
type signedUp struct {
	User    auth.UserID    `json:"user"`
	Account auth.AccountID `json:"account"`
	Session auth.SessionID `json:"session"`
}

// signUp stores a user with a password and a session, and their events, in one
// transaction.
func (s *server) signUp(ctx context.Context, r *http.Request) (any, error) {
	in, err := body[struct{ Name, Email, Password string }](r)
	if err != nil {
		return nil, err
	}
	hash, err := hashPassword(in.Password)
	if err != nil {
		return nil, err
	}
	var made signedUp
	return &made, s.db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		user, err := tx.User.Create(ctx, auth.UserCreate{Name: in.Name, Email: in.Email})
		if err != nil {
			return err
		}
		account, err := tx.Account.Create(ctx, auth.AccountCreate{
			UserID:     user.ID,
			AccountID:  string(user.ID),
			ProviderID: "credential",
			Password:   &hash,
		})
		if err != nil {
			return err
		}
		session, err := tx.Session.Create(ctx, newSession(r, user.ID))
		if err != nil {
			return err
		}
		made = signedUp{user.ID, account.ID, session.ID}
		return nil
	})
}

// updateUser changes the name of a user, or the email address, or both.
func (s *server) updateUser(ctx context.Context, r *http.Request) (any, error) {
	in, err := body[struct{ Name, Email auth.Opt[string] }](r)
	if err != nil {
		return nil, err
	}
	return s.db.User.Update(ctx, auth.UserID(r.PathValue("id")), auth.UserPatch{Name: in.Name, Email: in.Email})
}

// changePassword gives a user another password.
func (s *server) changePassword(ctx context.Context, r *http.Request) (any, error) {
	in, err := body[struct{ Password string }](r)
	if err != nil {
		return nil, err
	}
	hash, err := hashPassword(in.Password)
	if err != nil {
		return nil, err
	}
	n, err := s.db.Account.UpdateMany(ctx, auth.And(
		auth.AccountCols.UserID.Eq(auth.UserID(r.PathValue("id"))),
		auth.AccountCols.ProviderID.Eq("credential"),
	), auth.AccountPatch{Password: auth.Set(&hash)})
	if err == nil && n == 0 {
		err = auth.ErrNotFound
	}
	return nil, err
}

// deleteUser deletes a user and, by cascades, everything that belongs to the user.
func (s *server) deleteUser(ctx context.Context, r *http.Request) (any, error) {
	return nil, s.db.User.Delete(ctx, auth.UserID(r.PathValue("id")))
}
