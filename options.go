package authgen

import (
	"context"
	"time"
)

// An Option changes how a DB works.
type Option func(*Options)

// Options are what the options of a DB say.
type Options struct {
	Now         func() time.Time
	Retries     int // after a conflict
	AfterError  func(ctx context.Context, err error)
	Observer    Observer // nil: nobody
	SchemaCheck SchemaCheck
}

// WithClock makes now the clock of timestamps. The default is [time.Now].
func WithClock(now func() time.Time) Option { return func(o *Options) { o.Now = now } }

// WithRetry makes limit the number of times that a unit of work runs again
// after a serialization failure, a deadlock or a lock timeout (U5). The
// default is 5; 0 is never.
func WithRetry(limit int) Option { return func(o *Options) { o.Retries = max(limit, 0) } }

// WithAfterError makes report the function that is told of entries of
// AfterCommit and AfterRollback that fail or panic (U4). The default logs
// them with log/slog.
func WithAfterError(report func(ctx context.Context, err error)) Option {
	return func(o *Options) { o.AfterError = report }
}

// WithObserver makes o see every step of the adapter.
func WithObserver(o Observer) Option { return func(options *Options) { options.Observer = o } }

// WithSchemaCheck says what to do about tables that differ from the schema. Where
// Open goes on all the same, the rules that the differences break are not kept.
func WithSchemaCheck(c SchemaCheck) Option { return func(o *Options) { o.SchemaCheck = c } }
