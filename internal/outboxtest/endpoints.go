package outboxtest

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/authgen/authgen/outbox"
)

// Endpoints are fake endpoints: a router to them, and their deliverer.
type Endpoints struct {
	All   []outbox.Limits
	Hangs func(outbox.Delivery) // called ahead of each attempt

	mu      sync.Mutex
	Got     []outbox.Delivery
	Outcome func(outbox.Delivery) outbox.Outcome
}

// Route implements [outbox.Router]: all of them want every event.
func (p *Endpoints) Route(string) (names []string) {
	for _, l := range p.All {
		names = append(names, l.Endpoint)
	}
	return names
}

// Limits implements [outbox.Deliverer].
func (p *Endpoints) Limits() []outbox.Limits { return p.All }

// Deliver implements [outbox.Deliverer].
func (p *Endpoints) Deliver(_ context.Context, d outbox.Delivery) outbox.Outcome {
	if p.Hangs != nil {
		p.Hangs(d)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Got = append(p.Got, d)
	if p.Outcome != nil {
		return p.Outcome(d)
	}
	return outbox.Outcome{Verdict: outbox.Delivered, Status: 200}
}

// Answer sets what the endpoints answer from now on; nil is that they take all.
func (p *Endpoints) Answer(outcome func(outbox.Delivery) outbox.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Outcome = outcome
}

// Taken returns the attempts that were made.
func (p *Endpoints) Taken() []outbox.Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.Got)
}

// OneEndpoint returns the endpoint "a".
func OneEndpoint() *Endpoints { return &Endpoints{All: []outbox.Limits{{Endpoint: "a"}}} }

// FirstEntry puts one event into the queue of endpoint "a" and returns the entry
// that a relay hands over for it, as an engine gets it that stores entries.
func (e *Env) FirstEntry(p *Endpoints) outbox.Entry {
	e.Helper()
	e.Queued(p, 1, "ada")
	return e.NextEntry(p)
}

// NextEntry returns the entry of the next attempt at the only delivery.
func (e *Env) NextEntry(p *Endpoints) (entry outbox.Entry) {
	e.Helper()
	sink := &Sink{}
	stop := e.Relay(outbox.Config{Deliverer: p, Engine: sink})
	e.Eventually("it is claimed", func() bool { return len(sink.Taken()) > 0 })
	stop()
	stored, err := json.Marshal(sink.Taken()[0])
	e.Must(err)
	e.Must(json.Unmarshal(stored, &entry))
	return entry
}

// InOrder checks that no event was delivered after a later one of its document.
func (e *Env) InOrder(p *Endpoints) {
	e.Helper()
	last := map[string]int64{}
	for _, d := range p.Taken() {
		key := d.Endpoint + "/" + d.DocumentID
		if d.Sequence < last[key] {
			e.Errorf("%s: %d after %d", key, d.Sequence, last[key])
		}
		last[key] = max(last[key], d.Sequence)
	}
}

// OrderedEndpoint returns the endpoint "a", which is ordered.
func OrderedEndpoint() *Endpoints {
	return &Endpoints{All: []outbox.Limits{{Endpoint: "a", Ordered: true}}}
}
