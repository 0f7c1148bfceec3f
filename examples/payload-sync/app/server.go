package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/authgen/authgen/examples/payload-sync/auth"
)

// maxBody is how many bytes a request may have.
const maxBody = 1 << 20

// A server is the HTTP side of the auth system. It is a stand-in for Better Auth: it writes
// the same tables, but does not check who asks.
type server struct {
	db     *auth.DB
	logger *slog.Logger
}

// routes returns the handler of all requests.
func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, call := range map[string]call{
		"POST /sign-up":                    s.signUp,
		"PATCH /users/{id}":                s.updateUser,
		"PUT /users/{id}/password":         s.changePassword,
		"DELETE /users/{id}":               s.deleteUser,
		"POST /users/{id}/sessions":        s.signIn,
		"DELETE /sessions/{id}":            s.signOut,
		"POST /users/{id}/accounts":        s.linkAccount,
		"DELETE /accounts/{id}":            s.unlinkAccount,
		"POST /oauth-clients":              s.registerClient,
		"PATCH /oauth-clients/{id}":        s.updateClient,
		"POST /oauth-clients/{id}/secrets": s.rotateClient,
		"DELETE /oauth-clients/{id}":       s.removeClient,
	} {
		mux.Handle(pattern, s.answer(call))
	}
	return mux
}

// A call does what a request asks for. Its result is the answer as JSON; nil is an empty
// answer.
type call func(ctx context.Context, r *http.Request) (any, error)

// answer returns the handler of a call. Events of its writes carry what is known about the
// request.
func (s *server) answer(call call) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		result, err := call(auth.WithRequest(r.Context(), auth.Request{Path: auth.Set(r.URL.Path)}), r)
		status := statusOf(err)
		switch {
		case status == http.StatusInternalServerError:
			s.logger.ErrorContext(r.Context(), "a request failed", "request", r.Pattern, "error", err)
			http.Error(w, "something went wrong", status)
		case err != nil:
			http.Error(w, err.Error(), status)
		case result == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(result) // the client is gone if this fails
		}
	})
}

// An unfitError says that the body does not fit the call.
type unfitError struct{ cause error }

func (e *unfitError) Error() string { return "the body does not fit: " + e.cause.Error() }

// statusOf returns the status of an answer.
func statusOf(err error) int {
	var unfit *unfitError
	switch {
	case err == nil:
		return http.StatusOK
	case errors.As(err, &unfit), errors.Is(err, auth.ErrValidation):
		return http.StatusBadRequest
	case errors.Is(err, auth.ErrNotFound), errors.Is(err, auth.ErrForeignKey):
		return http.StatusNotFound
	case errors.Is(err, auth.ErrUnique):
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

// body reads the body of a request.
func body[T any](r *http.Request) (in T, err error) {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return in, &unfitError{err}
	}
	return in, nil
}
