// Package contest holds what every contestant does alike: the workloads, the
// databases, the rows before and after, and the race itself.
package contest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// A Contestant does the operation of every workload in the way of its library.
// Its triggers are those that the method names say; Base holds what they saw.
type Contestant interface {
	// CreateUser stores a user; nothing else happens (W1).
	CreateUser(ctx context.Context, in NewUser) error
	// CreateUserTriggered stores a user. Before, username and role are set;
	// after, a profile with its picture is stored (W2). It returns ErrRefused,
	// and stores nothing, if the trigger that runs after it returns that (W8).
	CreateUserTriggered(ctx context.Context, in NewUser) error
	// UpdateUser sets name and image. A trigger with the old and the new row
	// gives the profile the picture if it changed (W3).
	UpdateUser(ctx context.Context, id, name, image string) error
	// DeleteUser deletes the user. A trigger with the old row deletes the
	// profile (W4).
	DeleteUser(ctx context.Context, id string) error
	// FindUser reads the whole row of the user with that email (W5).
	FindUser(ctx context.Context, email string) (Found, error)
	// ExtendSessions sets when the sessions of a user expire. A trigger gets
	// the old and the new row of each (W6).
	ExtendSessions(ctx context.Context, userID string, until time.Time) error
	// EndSessions deletes the sessions of a user. A trigger gets each row (W7).
	EndSessions(ctx context.Context, userID string) error

	Close() error
	Common() *Base
}

// NewUser is what a program gives to store a user.
type NewUser struct{ Name, Email, Image string }

// Found is what a program takes from a user that it read.
type Found struct {
	ID, Name  string
	CreatedAt time.Time
}

// ErrRefused is the error of the trigger in W8.
var ErrRefused = errors.New("refused by a trigger")

// Refused is the name of a user whom the trigger refuses.
const Refused = "refused"

// Role is what the before trigger of W2 makes a user.
const Role = "member"

// Base is what every contestant embeds.
type Base struct {
	DB   *sql.DB
	Kind Kind
	Seen Seen

	// Time makes of a time what the contestant stores; nil: the driver does.
	Time func(time.Time) any
}

// Close closes the pool.
func (b *Base) Close() error { return b.DB.Close() }

// Common returns what every contestant has, which is b.
func (b *Base) Common() *Base { return b }

// Seen is what the triggers on sessions were given. A trigger that is skipped,
// or gets the wrong row, leaves another sum.
type Seen struct {
	mu               sync.Mutex
	updated, deleted int
	moved            time.Duration
	agents           int // characters
}

// String returns all of it.
func (s *Seen) String() string {
	return fmt.Sprintf("%d updates of %v, %d deletes of %d characters", s.updated, s.moved, s.deleted, s.agents)
}

// Update is the work of the trigger of W6.
func (s *Seen) Update(old, extended time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updated++
	s.moved += extended.Sub(old)
}

// Delete is the work of the trigger of W7.
func (s *Seen) Delete(userAgent string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deleted++
	s.agents += len(userAgent)
}

// A Library is how contestants of one kind are made.
type Library struct {
	Name string
	// About says what is run, for those who read the result.
	About string
	// Hooks says that the library has triggers of its own, which makes it one
	// that authgen is measured against.
	Hooks bool
	// Open opens the database at a place and creates its tables.
	Open func(ctx context.Context, at Place) (Contestant, error)
	// Skip says why the library does not run on a kind of database.
	Skip map[Kind]string
	// Integers says that it can store times as integers.
	Integers bool
}

// Missing returns why the library does not run on a course; empty: it does.
func (l Library) Missing(on Course) string {
	if on.Integers && !l.Integers {
		return "only L1 and authgen-program store times so here"
	}
	return l.Skip[on.Kind]
}
