package outbox

import (
	"context"
	"log/slog"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox/internal/queue"
	"github.com/authgen/authgen/runtime"
)

// An Outbox is the outbox of one database, in one process: relays and engines are made
// with it. All that it writes it writes in units of work of the database, so that on
// SQLite it queues with the program's own writers, and conflicts are retried. It may be
// used by several goroutines.
type Outbox struct {
	db       *runtime.DB
	queue    *queue.DB
	events   *queue.Events
	outcomes *queue.Outcomes
	logger   *slog.Logger
	tracer   Tracer
	grace    time.Duration
	relays   relays
	health   *health
}

// An Option changes how an Outbox works.
type Option func(*Outbox)

// WithLogger makes logger the one that is told what an operator wants to know: that a
// sink or an endpoint begins to fail or works again, that an endpoint is disabled, that
// a delivery is exhausted. The default is [slog.Default].
func WithLogger(logger *slog.Logger) Option { return func(o *Outbox) { o.logger = logger } }

// WithTracer makes t see every span of the outbox and of its relays.
func WithTracer(t Tracer) Option { return func(o *Outbox) { o.tracer = t } }

// defaultGrace is the default of WithGrace.
const defaultGrace = 15 * time.Second

// WithGrace makes d the time after the timeout of an attempt to deliver at which the
// attempt counts as dead, if its process says nothing, and is made again; the default is
// 15 s. In that time the outcome of an attempt must have been stored, by clocks that may
// differ.
func WithGrace(d time.Duration) Option { return func(o *Outbox) { o.grace = d } }

// New returns the outbox of a database, which is db.Outbox() of the generated package.
// Its clock is that of the database, see [authgen.WithClock].
func New(db *runtime.DB, options ...Option) *Outbox {
	q := queue.Open(db)
	o := &Outbox{db: db, queue: q, events: q.Events(), outcomes: q.Outcomes(), grace: defaultGrace, health: newHealth()}
	for _, option := range options {
		option(o)
	}
	return o
}

func (o *Outbox) log() *slog.Logger {
	if o.logger != nil {
		return o.logger
	}
	return slog.Default()
}

// Emit records events as a transaction does, for every destination, and returns when
// they are stored. The database gives them their Sequence. An empty ID and a zero
// Timestamp are set. A receiver takes an id that it has had for a duplicate, so an event
// that is to have an effect needs a new one.
func (o *Outbox) Emit(ctx context.Context, events ...authgen.Event) error {
	err := o.events.Record(ctx, events)
	o.relays.wake((*Relay).Wake)
	return err
}

// EmitTo is Emit for one webhook endpoint alone, whether or not it wants events of the
// type. The event goes into the endpoint's queue at once, and so past events of the same
// document that no relay has put there yet, even of an ordered endpoint: package
// outbox/admin tells whether there are some, in LastDelivery.Waiting.
func (o *Outbox) EmitTo(ctx context.Context, endpoint string, events ...authgen.Event) error {
	return o.db.Unit(ctx, 0, func(ctx context.Context, tx *runtime.Tx) error {
		return o.EmitToTx(ctx, tx, endpoint, events...)
	})
}

// EmitToTx is EmitTo as a part of a unit of work on the outbox's database. Of rows that
// the unit has locked, what it emits comes after everything that was written before.
func (o *Outbox) EmitToTx(ctx context.Context, unit *runtime.Tx, endpoint string, events ...authgen.Event) error {
	some, err := o.events.RecordFor(ctx, unit, endpoint, events)
	if some && err == nil {
		unit.AfterCommit(func(context.Context) error { o.relays.wake((*Relay).Wake); return nil })
	}
	return err
}
