package runtime

import (
	"context"
	"log/slog"
	"time"
)

// defaultRetries is how often a unit runs again after a conflict.
const defaultRetries = 5

// An Option changes how a DB works.
type Option func(*DB)

// WithClock makes now the clock of timestamps. The default is [time.Now].
func WithClock(now func() time.Time) Option { return func(db *DB) { db.now = now } }

// WithRetry makes limit the number of times that a unit of work runs again
// after a serialization failure, a deadlock or a lock timeout (U5). The
// default is 5; 0 is never.
func WithRetry(limit int) Option { return func(db *DB) { db.retries = max(limit, 0) } }

// OnAfterError makes report the function that is told of entries of
// AfterCommit and AfterRollback that fail or panic (U4). The default logs
// them with log/slog.
func OnAfterError(report func(ctx context.Context, err error)) Option {
	return func(db *DB) { db.afterError = report }
}

// WithObserver makes o see every step of the adapter.
func WithObserver(o Observer) Option { return func(db *DB) { db.observer = o } }

func logAfterError(ctx context.Context, err error) {
	slog.ErrorContext(ctx, "authgen: an entry of AfterCommit or AfterRollback failed", "error", err)
}

// A TxOption changes how one transaction works (U10). Several are joined with |.
type TxOption uint8

const (
	// Serializable makes the transaction one of isolation SERIALIZABLE.
	// SQLite's always are.
	Serializable TxOption = 1 << iota
	// ReadOnly makes the transaction one that writes nothing, and, on SQLite,
	// one that does not wait for writers.
	ReadOnly
	// LazyWrite begins the transaction at its first write. Reads before it see
	// what is committed at their time.
	LazyWrite
	// NoRetry makes a conflict ErrConflict at once, for what must not run twice.
	NoRetry
	// Replan has statements planned for the tables as they are. It is for those
	// that are empty one minute and full the next, as the outbox's: Postgres keeps
	// the plans of prepared statements, and would go on reading a whole table that
	// was small once. On other databases it changes nothing.
	Replan
)

// consistent returns the options without those that others make idle.
func (o TxOption) consistent() TxOption {
	if o&ReadOnly != 0 {
		o &^= LazyWrite
	}
	return o
}

// Joined returns several options as one.
func Joined(options []TxOption) (all TxOption) {
	for _, o := range options {
		all |= o
	}
	return all
}
