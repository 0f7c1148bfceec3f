package authgen

import (
	"context"
	"time"
)

// An Option changes how a DB works.
type Option func(*Options)

// Options are the options of a DB.
type Options struct {
	Now         func() time.Time
	Retries     int // after a conflict
	AfterError  func(ctx context.Context, err error)
	Observer    Observer // nil: none
	SchemaCheck SchemaCheck
}

// WithClock makes now the clock of timestamps. The default is [time.Now].
func WithClock(now func() time.Time) Option { return func(o *Options) { o.Now = now } }

// WithRetry sets how often a unit of work runs again after a serialization failure, a
// deadlock or a lock timeout (U5). The default is 5; 0 is never.
func WithRetry(limit int) Option { return func(o *Options) { o.Retries = max(limit, 0) } }

// WithAfterError sets the function that gets the errors and panics of functions given to
// AfterCommit and AfterRollback (U4). By default log/slog logs them.
func WithAfterError(report func(ctx context.Context, err error)) Option {
	return func(o *Options) { o.AfterError = report }
}

// WithObserver sets the Observer, which sees every step of the adapter.
func WithObserver(o Observer) Option { return func(options *Options) { options.Observer = o } }

// WithSchemaCheck says what to do about tables that differ from the schema. If Open goes on
// although they differ, the rules that the differences break do not hold.
func WithSchemaCheck(c SchemaCheck) Option { return func(o *Options) { o.SchemaCheck = c } }
