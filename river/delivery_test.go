package river_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/river"
	"github.com/authgen/authgen/runtime"
)

// A postman is a deliverer without a network, and the fan-out to its endpoints.
type postman struct {
	mu      sync.Mutex
	limits  []outbox.Limits
	deliver func(ctx context.Context, d outbox.Delivery) outbox.Outcome

	attempts  map[string]int // by endpoint and event
	delivered map[string]int // by endpoint
	running   map[string]int
	most      map[string]int // that ran at once
}

func newPostman(deliver func(context.Context, outbox.Delivery) outbox.Outcome, limits ...outbox.Limits) *postman {
	return &postman{
		limits: limits, deliver: deliver,
		attempts: map[string]int{}, delivered: map[string]int{}, running: map[string]int{}, most: map[string]int{},
	}
}

func (p *postman) Limits() []outbox.Limits {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limits
}

func (p *postman) add(l outbox.Limits) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limits = append(p.limits[:len(p.limits):len(p.limits)], l)
}

func (p *postman) Route(string) (names []string) {
	for _, l := range p.Limits() {
		names = append(names, l.Endpoint)
	}
	return names
}

func (p *postman) Deliver(ctx context.Context, d outbox.Delivery) outbox.Outcome {
	p.mu.Lock()
	p.attempts[d.Endpoint+"/"+d.EventID]++
	p.running[d.Endpoint]++
	p.most[d.Endpoint] = max(p.most[d.Endpoint], p.running[d.Endpoint])
	p.mu.Unlock()
	outcome := p.deliver(ctx, d)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[d.Endpoint]--
	if outcome.Verdict == outbox.Delivered {
		p.delivered[d.Endpoint]++
	}
	return outcome
}

func (p *postman) count(endpoint string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.delivered[endpoint]
}

// events commits events as a generated package would.
func (s *site) events(t testing.TB, from, to int) {
	t.Helper()
	table := &dialect.Table{Key: "user"}
	err := s.app.Unit(t.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
		for n := from; n < to; n++ {
			r := tx.Record(ctx, table, fmt.Sprint(n), runtime.OperationCreate, nil)
			r.Event("user.created", map[string]int{"n": n})
			if r.Err() != nil {
				return r.Err()
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func delivered(context.Context, outbox.Delivery) outbox.Outcome {
	return outbox.Outcome{Verdict: outbox.Delivered, Status: 200}
}

// post starts an engine and a relay for a postman.
func (s *site) post(t testing.TB, p *postman) {
	t.Helper()
	e := s.started(t, river.Config{Outbox: s.store, Deliverer: p})
	s.relay(t, outbox.Config{Engine: e, Deliverer: p, Router: p})
}

// An endpoint that answers nobody holds up no other, and has no more attempts
// at once than it is allowed.
func TestASlowEndpointHoldsUpNoOther(t *testing.T) {
	everywhere(t, func(t *testing.T, s *site) {
		release := make(chan struct{})
		p := newPostman(func(ctx context.Context, d outbox.Delivery) outbox.Outcome {
			if d.Endpoint == "slow" {
				<-release
			}
			return delivered(ctx, d)
		}, outbox.Limits{Endpoint: "slow", Concurrency: 2}, outbox.Limits{Endpoint: "quick", Concurrency: 8})
		s.post(t, p)
		s.events(t, 0, 100)
		eventually(t, "the quick endpoint has all", func() bool { return p.count("quick") == 100 })
		if got := p.count("slow"); got != 0 {
			t.Errorf("the slow endpoint has %d", got)
		}
		close(release)
		eventually(t, "the slow endpoint has all", func() bool { return p.count("slow") == 100 })
		eventually(t, "River is done", func() bool { return s.states(t, river.DeliveryKind) == "map[completed:200]" })
		if p.most["slow"] != 2 || p.most["quick"] > 8 {
			t.Errorf("so many attempts ran at once: %v", p.most)
		}
		for name, n := range p.attempts {
			if n != 1 {
				t.Errorf("%s had %d attempts", name, n)
			}
		}
		queues := map[string]int{}
		for _, r := range s.rows(t, river.DeliveryKind) {
			queues[r.Queue]++
		}
		if queues["webhook-slow"] != 100 || queues["webhook-quick"] != 100 {
			t.Errorf("River's queues had %v", queues)
		}
	})
}

// Attempts that fail are the outbox's to make again: each is a job of River's
// that succeeds at once.
func TestAttemptsThatFail(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		p := newPostman(func(ctx context.Context, d outbox.Delivery) outbox.Outcome {
			if d.Attempt < 3 {
				return outbox.Outcome{Verdict: outbox.Retry, Status: 500, Error: "the receiver is ill", RetryAt: time.Now()}
			}
			return delivered(ctx, d)
		}, outbox.Limits{Endpoint: "cms"})
		s.post(t, p)
		s.events(t, 0, 20)
		eventually(t, "the endpoint has all", func() bool { return p.count("cms") == 20 })
		eventually(t, "River is done", func() bool { return s.states(t, river.DeliveryKind) == "map[completed:60]" })
		for _, r := range s.rows(t, river.DeliveryKind) {
			if r.Attempt != 1 || r.Errors != "" {
				t.Errorf("River tried %s itself", r.Args)
			}
		}
	})
}

// The process is killed in the middle of an attempt. The outbox makes the next
// one when the attempt is taken for dead.
func TestWorkerKilledInAnAttempt(t *testing.T) {
	t.Parallel() // it takes half a minute, of waiting
	riverPlaces(t, func(t *testing.T, s *site) {
		t.Parallel()
		worker := start(t, order{Place: s.place, Role: "postman"})
		worker.await("ready")
		s.events(t, 0, 1)
		worker.await("attempt 1")
		worker.kill()
		p := newPostman(delivered, outbox.Limits{Endpoint: "cms", Timeout: time.Second})
		s.post(t, p)
		eventually(t, "the endpoint has it", func() bool { return p.count("cms") == 1 })
	})
}

// deliverForEver is the role of a process whose attempts never end.
func deliverForEver(ctx context.Context, _ order, s *site) error {
	p := newPostman(func(_ context.Context, d outbox.Delivery) outbox.Outcome {
		fmt.Println("attempt", d.Attempt)
		select {}
	}, outbox.Limits{Endpoint: "cms", Timeout: time.Second})
	e, err := s.open(river.Config{Outbox: s.store, Deliverer: p})
	if err != nil {
		return err
	}
	if err := e.Start(ctx); err != nil {
		return err
	}
	fmt.Println("ready")
	return outbox.NewRelay(s.store, outbox.Config{Engine: e, Deliverer: p, Router: p, Poll: 50 * time.Millisecond}).Run(ctx)
}

// An endpoint that is added while the program runs is served at once.
func TestEndpointAddedLater(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		p := newPostman(delivered)
		s.post(t, p)
		p.add(outbox.Limits{Endpoint: "late"})
		s.events(t, 0, 10)
		eventually(t, "the endpoint has all", func() bool { return p.count("late") == 10 })
	})
}

// What a delivery needs travels through River's database as it was.
func TestDeliveryCarriesTheEvent(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		got := make(chan outbox.Delivery, 1)
		p := newPostman(func(ctx context.Context, d outbox.Delivery) outbox.Outcome {
			got <- d
			return delivered(ctx, d)
		}, outbox.Limits{Endpoint: "cms"})
		s.post(t, p)
		s.events(t, 7, 8)
		d := <-got
		var e authgen.Event
		if err := json.Unmarshal(d.Body, &e); err != nil {
			t.Fatal(err)
		}
		if d.Endpoint != "cms" || d.DocumentID != "7" || e.ID != d.EventID || string(e.Data) != `{"n":7}` {
			t.Errorf("got %+v, of %s", d, d.Body)
		}
	})
}
