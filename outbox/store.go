package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/runtime"
)

// An Outbox runs the statements on the outbox's tables. All that it writes it
// writes in units of work of the database, so that on SQLite it queues with the
// program's own writers, and conflicts are retried. It may be used by several
// goroutines.
type Outbox struct {
	db     *runtime.DB
	logger *slog.Logger
	tracer Tracer
	grace  time.Duration
	turn   chan struct{} // holds a token while the store writes; nil where writers need no queue

	mu      sync.Mutex
	relays  map[*Relay]struct{} // those that run on this store, to be woken
	present map[string]bool     // names that authgen_endpoint is known to hold
	notes   map[note]int64      // when authgen_endpoint was told of an outcome
	health  map[string]health   // of endpoints, as the log was told
	ended   []*ended            // attempts that wait to be stored

	settling chan struct{} // holds a token for each goroutine that stores some
}

// An Option changes how a Store works.
type Option func(*Outbox)

// WithLogger makes logger the one that is told what an operator wants to know:
// a sink or an endpoint that begins to fail or works again, an endpoint that is
// disabled, a delivery that is exhausted. The default is [slog.Default].
func WithLogger(logger *slog.Logger) Option { return func(s *Outbox) { s.logger = logger } }

// WithTracer makes t see every span of the outbox and of its relays.
func WithTracer(t Tracer) Option { return func(s *Outbox) { s.tracer = t } }

// WithGrace makes d how long after its timeout an attempt to deliver, whose process
// says nothing, is taken for dead, and made again; 15 s is the default. In that time
// the outcome of an attempt must have been stored, by clocks that may differ.
func WithGrace(d time.Duration) Option { return func(s *Outbox) { s.grace = d } }

// New returns the outbox of a database. Its clock is that of the
// database, see [authgen.WithClock].
func New(db *runtime.DB, options ...Option) *Outbox {
	s := &Outbox{db: db, grace: graceful, relays: map[*Relay]struct{}{}, present: map[string]bool{}, notes: map[note]int64{}, health: map[string]health{}, settling: make(chan struct{}, settlers)}
	if db.Kind() == dialect.SQLite {
		s.turn, s.settling = make(chan struct{}, 1), make(chan struct{}, 1)
	}
	for _, option := range options {
		option(s)
	}
	return s
}

func (s *Outbox) log() *slog.Logger {
	if s.logger != nil {
		return s.logger
	}
	return slog.Default()
}

// now returns the time of the store's clock, in Unix milliseconds.
func (s *Outbox) now() int64 { return s.db.Now().UnixMilli() }

// write runs fn as a unit of work. It may run more than once.
//
// On SQLite the store's own writers wait for each other before they queue with
// the program's: else one of those would wait for every attempt that begins or
// ends just then, and not for one of them.
func (s *Outbox) write(ctx context.Context, fn func(context.Context, *statements) error) error {
	mine := false
	defer func() {
		if mine {
			<-s.turn
		}
	}()
	return s.unit(ctx, 0, func(ctx context.Context, tx *statements) error {
		if s.turn != nil && !mine {
			select {
			case s.turn <- struct{}{}:
				mine = true
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return fn(ctx, tx)
	})
}

// read runs fn as a unit that writes nothing, and on SQLite waits for no writer.
func (s *Outbox) read(ctx context.Context, fn func(context.Context, *statements) error) error {
	return s.unit(ctx, authgen.ReadOnly, fn)
}

func (s *Outbox) unit(ctx context.Context, options authgen.TxOption, fn func(context.Context, *statements) error) error {
	return s.db.Unit(ctx, options|authgen.Replan, func(ctx context.Context, tx *runtime.Tx) error {
		return fn(ctx, s.statements(tx))
	})
}

func (s *Outbox) statements(tx *runtime.Tx) *statements {
	return &statements{kind: s.db.Kind(), session: runtime.Session{DB: s.db, Tx: tx}}
}

// timeOf returns the time of Unix milliseconds, in UTC.
func timeOf(millis int64) time.Time { return time.UnixMilli(millis).UTC() }
