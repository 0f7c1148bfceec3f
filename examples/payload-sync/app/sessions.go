package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/authgen/authgen/examples/payload-sync/auth"
)

// sessionLife is how long a session lasts.
const sessionLife = 7 * 24 * time.Hour

// newSession is a session of a user on the device that a request came from.
func newSession(r *http.Request, user auth.UserID) auth.SessionCreate {
	return auth.SessionCreate{
		UserID:    user,
		Token:     auth.NewSecret(rand.Text()),
		ExpiresAt: time.Now().Add(sessionLife),
		UserAgent: new(r.UserAgent()),
	}
}

// signIn stores a session of a user.
func (s *server) signIn(ctx context.Context, r *http.Request) (any, error) {
	return s.db.Session.Create(ctx, newSession(r, auth.UserID(r.PathValue("id"))))
}

// signOut deletes a session.
func (s *server) signOut(ctx context.Context, r *http.Request) (any, error) {
	return nil, s.db.Session.Delete(ctx, auth.SessionID(r.PathValue("id")))
}
