package suite

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/interop/auth"
)

// An Env is a database whose tables are empty, with triggers on it.
type Env struct {
	*testing.T
	DB       *auth.DB
	database dialect.Database
}

// New empties the tables of a database and opens it with triggers.
func New(t *testing.T, database dialect.Database, triggers auth.Triggers) *Env {
	t.Helper()
	e := &Env{T: t, DB: Open(t, database, triggers), database: database}
	_, err := Open(t, database, auth.NoTriggers{}).User.DeleteMany(t.Context(), auth.All[auth.User]())
	e.Must(err)
	_, err = database.Pool.ExecContext(t.Context(), "DELETE FROM audit")
	e.Must(err)
	return e
}

// Is ends the test unless err is target.
func (e *Env) Is(err, target error) {
	e.Helper()
	if !errors.Is(err, target) {
		e.Fatalf("the error is %v, want %v", err, target)
	}
}

// Panics reports whether fn panics.
func (e *Env) Panics(fn func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	fn()
	return false
}

// Must ends the test if err is one.
func (e *Env) Must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

// Create creates a user with that name.
func (e *Env) Create(ctx context.Context, name string) (auth.User, error) {
	return e.DB.User.Create(ctx, auth.UserCreate{Name: name, Email: name + "@example.com"})
}

// Stored fails the test unless there are so many users, and these entries of
// table audit.
func (e *Env) Stored(users int, actions ...string) {
	e.Helper()
	n, err := e.DB.User.Count(context.Background(), auth.All[auth.User]())
	e.Must(err)
	if n != users {
		e.Errorf("%d users are stored, want %d", n, users)
	}
	if got := e.actions(); !slices.Equal(got, actions) {
		e.Errorf("audit holds %q, want %q", got, actions)
	}
}

// actions returns what table audit holds, in order.
func (e *Env) actions() []string {
	e.Helper()
	rows, err := e.database.Pool.QueryContext(context.Background(), "SELECT action FROM audit ORDER BY id")
	e.Must(err)
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var action string
		e.Must(rows.Scan(&action))
		all = append(all, action)
	}
	e.Must(rows.Err())
	return all
}
