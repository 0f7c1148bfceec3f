package receivers

import (
	"context"
	"database/sql"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// A process is what one of a program that sends has: a pool, a sender and a
// relay of its own. Of others it knows what is in the database.
type process struct {
	*env
	db    *auth.DB
	pool  *sql.DB
	steps *steps    // of db
	tries *attempts // of the relay
	// stop ends the process when its attempts have ended, kill gives them up.
	stop, kill func()
	killed     bool
}

// process runs one until the test ends, or it is stopped.
func (e *env) process(endpoints ...webhook.Endpoint) *process {
	e.Helper()
	p := &process{env: e, steps: &steps{}, tries: &attempts{}}
	p.db, p.pool = e.adapter(auth.WithObserver(p.steps))
	sender, err := webhook.New(endpoints, webhook.WithClock(e.clock.now))
	e.must(err)
	store := outbox.New(p.db.Outbox(), outbox.WithLogger(slog.New(slog.DiscardHandler)), outbox.WithTracer(p.tries))
	engine := outbox.Direct(store, 1, store.Runner(nil, sender))
	relay := outbox.NewRelay(store, outbox.Config{Router: sender, Deliverer: sender, Engine: engine, Poll: 5 * time.Millisecond})
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- relay.Run(ctx) }()
	end := sync.OnceFunc(func() {
		cancel()
		e.must(<-ran)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if p.killed {
			cancel()
		}
		_ = engine.Close(ctx) // an error says that it was killed
		sender.Close()
	})
	p.stop = end
	p.kill = func() { p.killed = true; end() }
	e.Cleanup(p.kill)
	return p
}

// looked waits until the relay has looked for due deliveries, and by the clock
// as it is now: by the third of its looks the second is over, and began after
// now.
func (p *process) looked(endpoints int) {
	p.Helper()
	before := p.steps.looks.Load()
	p.eventually("the relay looks for what is due", func() bool { return p.steps.looks.Load() >= before+int64(3*endpoints) })
}

// steps counts what an adapter, or the outbox on it, does.
type steps struct {
	looks atomic.Int64 // statements on deliveries

	mu    sync.Mutex
	verbs []string // first words of all others, of BEGIN and COMMIT too
}

// take returns the verbs since the last call.
func (s *steps) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	verbs := s.verbs
	s.verbs = nil
	return verbs
}

// Observe is called for each step.
func (s *steps) Observe(ctx context.Context, step auth.Step) (context.Context, func(error)) {
	switch {
	case strings.Contains(step.SQL, "authgen_delivery"):
		s.looks.Add(1)
	case step.Kind == authgen.StepBegin || step.Kind == authgen.StepCommit || step.Kind == authgen.StepRollback || step.Kind == authgen.StepStatement:
		word, _, _ := strings.Cut(step.SQL, " ")
		s.mu.Lock()
		s.verbs = append(s.verbs, word)
		s.mu.Unlock()
	}
	return ctx, func(error) {}
}

// An attempt is one that has ended.
type attempt struct {
	outbox.Span
	outbox.SpanEnd
}

// attempts remember what an observer is told of attempts.
type attempts struct {
	begun atomic.Int64

	mu    sync.Mutex
	ended []attempt
}

// Observe is called for each step of a relay.
func (a *attempts) Trace(ctx context.Context, step outbox.Span) (context.Context, func(outbox.SpanEnd)) {
	if step.Name != outbox.SpanAttempt {
		return ctx, func(outbox.SpanEnd) {}
	}
	a.begun.Add(1)
	return ctx, func(r outbox.SpanEnd) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.ended = append(a.ended, attempt{step, r})
	}
}

// at returns the attempts at an endpoint that have ended.
func (a *attempts) at(endpoint string) (some []attempt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range a.ended {
		if one.Span.Endpoint == endpoint {
			some = append(some, one)
		}
	}
	return some
}
