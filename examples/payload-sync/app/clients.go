package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/authgen/authgen/examples/payload-sync/auth"
)

// registered is the answer to the registration of a client. It is the only time that the
// secret is shown, because only its hash is stored.
type registered struct {
	Client auth.OAuthClient `json:"client"`
	Secret string           `json:"secret"`
}

// registerClient stores an OAuth client.
func (s *server) registerClient(ctx context.Context, r *http.Request) (any, error) {
	in, err := body[struct {
		Name         *string
		RedirectURIs []string
		Scopes       *[]string
		UserID       *auth.UserID
	}](r)
	if err != nil {
		return nil, err
	}
	secret, hash := newClientSecret()
	client, err := s.db.OAuthClient.Create(ctx, auth.OAuthClientCreate{
		ClientID:     rand.Text(),
		ClientSecret: &hash,
		Name:         in.Name,
		RedirectURIs: in.RedirectURIs,
		Scopes:       in.Scopes,
		UserID:       in.UserID,
		UpdatedAt:    new(time.Now()),
	})
	return registered{client, secret}, err
}

// updateClient renames an OAuth client, or disables it, or both.
func (s *server) updateClient(ctx context.Context, r *http.Request) (any, error) {
	in, err := body[struct {
		Name     auth.Opt[*string]
		Disabled auth.Opt[*bool]
	}](r)
	if err != nil {
		return nil, err
	}
	return s.patchClient(ctx, r, auth.OAuthClientPatch{Name: in.Name, Disabled: in.Disabled})
}

// rotateClient gives an OAuth client another secret.
func (s *server) rotateClient(ctx context.Context, r *http.Request) (any, error) {
	secret, hash := newClientSecret()
	client, err := s.patchClient(ctx, r, auth.OAuthClientPatch{ClientSecret: auth.Set(&hash)})
	return registered{client, secret}, err
}

// removeClient deletes an OAuth client.
func (s *server) removeClient(ctx context.Context, r *http.Request) (any, error) {
	return nil, s.db.OAuthClient.Delete(ctx, auth.OAuthClientID(r.PathValue("id")))
}

// patchClient updates the OAuth client of a request. It sets updatedAt, because the table
// does not do so by itself; in Better Auth the plugin does.
func (s *server) patchClient(ctx context.Context, r *http.Request, patch auth.OAuthClientPatch) (auth.OAuthClient, error) {
	patch.UpdatedAt = auth.Set(new(time.Now()))
	return s.db.OAuthClient.Update(ctx, auth.OAuthClientID(r.PathValue("id")), patch)
}

// newClientSecret returns a secret of a client and its hash. The secret is
// random and long, so that a fast hash is enough.
func newClientSecret() (secret string, hash auth.Secret) {
	secret = rand.Text() + rand.Text()
	sum := sha256.Sum256([]byte(secret))
	return secret, auth.NewSecret(base64.RawURLEncoding.EncodeToString(sum[:]))
}
