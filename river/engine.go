package river

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	riverqueue "github.com/riverqueue/river"

	"github.com/authgen/authgen/outbox"
)

// An Engine takes jobs and attempts to deliver from the outbox, and runs them.
// It is an outbox.Sink, and may be used by several goroutines.
type Engine struct {
	config Config
	db     backend
	client client

	mu     sync.Mutex
	queues map[string]riverqueue.QueueConfig // those that the client works
}

// Open returns an engine whose tables are in another database than the outbox.
// What is handed over is taken at least once, and run once at least.
//
// It does not look for River's tables, so that [Engine.Migrate] can make them.
func Open(ctx context.Context, db Database, config Config) (*Engine, error) {
	config = config.withDefaults()
	if err := config.validate(); err != nil {
		return nil, err
	}
	if db.of == nil {
		return nil, errors.New("river: there is no database: pass what Postgres or SQLite returns")
	}
	if err := db.of.check(ctx); err != nil {
		return nil, err
	}
	e := &Engine{config: config, db: db.of, queues: config.queues()}
	var err error
	e.client, err = e.db.client(config.river(maps.Clone(e.queues), e.workers()))
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Migrate makes River's tables, or brings them up to date. It does nothing where
// they are. Processes that start together may all call it.
func (e *Engine) Migrate(ctx context.Context) error {
	return e.db.migrate(ctx, e.config.Schema, e.config.Logger)
}

// Start begins to run what is there, and what comes, until Stop: the end of ctx
// stops nothing. It returns an error if River's tables are missing or old. An
// engine with neither Handlers nor Deliver runs nothing, and leaves it to other
// processes.
func (e *Engine) Start(ctx context.Context) error {
	if err := e.db.migrated(ctx, e.config.Schema, e.config.Logger); err != nil {
		return err
	}
	if !e.runs() {
		return nil
	}
	if err := e.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("river: cannot start: %w", err)
	}
	return nil
}

// afterCancel is how long Stop waits for jobs after it has cancelled them.
const afterCancel = 5 * time.Second

// Stop takes up nothing more and waits for what is running. When ctx ends it
// cancels what still runs, waits a little for it to return, and returns the
// error of ctx. What was cancelled so is run again, here or in another process,
// and the attempt does not count. An engine that was stopped may be started
// again.
func (e *Engine) Stop(ctx context.Context) error {
	if !e.runs() {
		return nil
	}
	err := e.client.Stop(ctx)
	if err == nil {
		return nil
	}
	cancelled, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterCancel)
	defer cancel()
	if e.client.StopAndCancel(cancelled) != nil {
		return fmt.Errorf("river: jobs were still running %v after they were cancelled; they are run again after Config.Rescue: %w", afterCancel, err)
	}
	return fmt.Errorf("river: jobs were running until they were cancelled: %w", err)
}

// runs reports whether this process runs something, or only takes it.
func (e *Engine) runs() bool { return e.config.Handlers != nil || e.config.Deliverer != nil }

// Send takes jobs and deliveries, those whose id River has already excepted. It
// refuses events.
func (e *Engine) Send(ctx context.Context, due []outbox.Entry) error {
	return e.take(ctx, due, nil)
}

// take inserts entries, first in the quickest way, and if the database refuses
// that in one that it takes.
func (e *Engine) take(ctx context.Context, due []outbox.Entry, removal *outbox.Ack) error {
	if len(due) == 0 {
		return nil
	}
	fast, asText := true, false
	for {
		jobs, err := e.insertions(due, asText, removal != nil)
		if err != nil {
			return err
		}
		err = e.client.insert(ctx, jobs, fast, removal)
		why := another
		if err != nil {
			why = e.db.refusal(err)
		}
		switch {
		case why == taken && fast:
			fast = false
		case why == notJSON && !asText:
			asText = true
		default:
			return err
		}
	}
}

func (e *Engine) insertions(due []outbox.Entry, asText, known bool) ([]riverqueue.InsertManyParams, error) {
	jobs := make([]riverqueue.InsertManyParams, len(due))
	for i, entry := range due {
		var err error
		jobs[i], err = insertion(entry, e.config.MaxAttempts, asText, known)
		if err == nil && entry.Kind == outbox.KindDelivery {
			err = e.workEndpoint(entry.Endpoint)
		}
		if err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// workEndpoint makes this process run the deliveries of an endpoint that was
// added since Open.
func (e *Engine) workEndpoint(endpoint string) error {
	if e.config.Deliverer == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	name := EndpointQueue(endpoint)
	if _, worked := e.queues[name]; worked {
		return nil
	}
	queue, ok := e.config.queues()[name]
	if !ok {
		return nil
	}
	if err := e.client.Queues().Add(name, queue); err != nil {
		return fmt.Errorf("river: cannot work the queue of endpoint %s: %w", endpoint, err)
	}
	e.queues[name] = queue
	return nil
}
