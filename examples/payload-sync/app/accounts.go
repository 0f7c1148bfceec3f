package main

import (
	"context"
	"crypto/rand"
	"net/http"

	"github.com/authgen/authgen/examples/payload-sync/auth"
)

// linkAccount gives a user another way to sign in, with tokens such as a provider issues.
func (s *server) linkAccount(ctx context.Context, r *http.Request) (any, error) {
	in, err := body[struct {
		ProviderID, AccountID string
		Scope                 *string
	}](r)
	if err != nil {
		return nil, err
	}
	return s.db.Account.Create(ctx, auth.AccountCreate{
		UserID:      auth.UserID(r.PathValue("id")),
		ProviderID:  in.ProviderID,
		AccountID:   in.AccountID,
		Scope:       in.Scope,
		AccessToken: new(auth.NewSecret(rand.Text())),
	})
}

// unlinkAccount removes a user's way to sign in.
func (s *server) unlinkAccount(ctx context.Context, r *http.Request) (any, error) {
	return nil, s.db.Account.Delete(ctx, auth.AccountID(r.PathValue("id")))
}
