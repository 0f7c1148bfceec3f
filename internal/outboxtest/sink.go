package outboxtest

import (
	"context"
	"slices"
	"sync"

	"github.com/authgen/authgen/outbox"
)

// A Sink keeps what it takes. While it is broken it takes nothing. Before it takes a
// batch it calls On, which may refuse it.
type Sink struct {
	On func(context.Context, []outbox.Entry) error

	mu     sync.Mutex
	got    []outbox.Entry
	broken error
	calls  int
}

// Send implements [outbox.Sink].
func (n *Sink) Send(ctx context.Context, due []outbox.Entry) error {
	n.mu.Lock()
	n.calls++
	broken := n.broken
	n.mu.Unlock()
	if broken != nil {
		return broken
	}
	if n.On != nil {
		if err := n.On(ctx, due); err != nil {
			return err
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.got = append(n.got, due...)
	return nil
}

// Taken returns what the sink has taken.
func (n *Sink) Taken() []outbox.Entry {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.got)
}

// Called returns how often Send was called.
func (n *Sink) Called() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls
}

// Mend lets the sink work again, or break with an error.
func (n *Sink) Mend(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.broken = err
}

// InOrder reports whether the entries of each document come in order, each once.
func InOrder(entries []outbox.Entry) bool {
	last := map[string]int64{}
	for _, e := range entries {
		if e.Sequence <= last[e.DocumentID] {
			return false
		}
		last[e.DocumentID] = e.Sequence
	}
	return true
}

// Broken returns a sink that takes nothing until it is mended.
func Broken(err error) *Sink { return &Sink{broken: err} }
