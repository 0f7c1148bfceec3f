package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
)

// claimed puts one event into the queue of endpoint "a" and returns the entry
// that a relay hands over for it, as an engine gets it that stores entries.
func (e *env) claimed(p *endpoints) outbox.Entry {
	e.Helper()
	e.queued(p, 1, "ada")
	return e.claim(p)
}

// claim returns the entry of the next attempt at the only delivery.
func (e *env) claim(p *endpoints) (entry outbox.Entry) {
	e.Helper()
	sink := &noted{}
	stop := e.relay(outbox.Config{Deliverer: p, Engine: sink})
	e.eventually("it is claimed", func() bool { return len(sink.taken()) > 0 })
	stop()
	stored, err := json.Marshal(sink.taken()[0])
	e.must(err)
	e.must(json.Unmarshal(stored, &entry))
	return entry
}

func oneEndpoint() *endpoints { return &endpoints{limits: []outbox.Limits{{Endpoint: "a"}}} }

// An entry names its attempt, and survives being stored as JSON.
func TestEntryOfAttempt(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.claimed(p)
		if entry.Kind != outbox.KindDelivery || entry.Type != "user.updated" || entry.Endpoint != "a" || entry.DocumentID != "ada" || entry.Table != "user" || entry.Sequence == 0 || !entry.Due.Equal(e.clock()) {
			e.Errorf("%+v", entry)
		}
		if event := e.list(outbox.Filter{})[0].ID; !strings.HasPrefix(entry.ID, event+"/1/") {
			e.Errorf("the entry of %s is %s", event, entry.ID)
		}
		if q := e.queue("a"); q.Leased != 1 || q.Pending != 0 {
			e.Errorf("%+v", q)
		}
		e.must(e.store.Attempt(e.Context(), entry, p))
		if q := e.queue("a"); q.Delivered != 1 {
			e.Errorf("%+v", q)
		}
	})
}

// An entry that comes twice is attempted once, in order or at the same time.
func TestAttemptTwice(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.claimed(p)
		var both sync.WaitGroup
		for range 4 {
			both.Go(func() {
				if err := e.store.Attempt(e.Context(), entry, p); err != nil {
					e.Error(err)
				}
			})
		}
		both.Wait()
		e.must(e.store.Attempt(e.Context(), entry, p))
		if n := len(p.taken()); n != 1 {
			e.Errorf("%d attempts", n)
		}
	})
}

// An attempt whose process died is made again when its time is over, as the next
// attempt; what the dead one would do late is without effect.
func TestAttemptDies(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		p.limits[0].Timeout = time.Minute
		entry := e.claimed(p)
		late := lateDeliverer{p, make(chan struct{}), make(chan struct{})}
		done := make(chan error, 1)
		go func() { done <- e.store.Attempt(e.Context(), entry, late) }()
		<-late.begun
		e.pass(time.Minute)
		if q := e.queue("a"); q.Leased != 1 {
			e.Errorf("%+v within its time", q)
		}
		e.pass(time.Minute)
		next := e.claim(p)
		if !strings.Contains(next.ID, "/2/") {
			e.Errorf("the next attempt is %s", next.ID)
		}
		e.must(e.store.Attempt(e.Context(), next, p))
		if q := e.queue("a"); q.Delivered != 1 {
			e.Errorf("%+v", q)
		}
		close(late.end)
		e.must(<-done)
		if q := e.queue("a"); q.Delivered != 1 || q.Exhausted != 0 {
			e.Errorf("%+v after the late one", q)
		}
	})
}

// A lateDeliverer gives up everything, but late.
type lateDeliverer struct {
	outbox.Deliverer
	begun, end chan struct{}
}

func (l lateDeliverer) Deliver(context.Context, outbox.Delivery) outbox.Outcome {
	close(l.begun)
	<-l.end
	return outbox.Outcome{Verdict: outbox.Exhausted, Error: "too late"}
}

// A late outcome counts if no other attempt has begun.
func TestAttemptLate(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.claimed(p)
		late := lateDeliverer{p, make(chan struct{}), make(chan struct{})}
		done := make(chan error, 1)
		go func() { done <- e.store.Attempt(e.Context(), entry, late) }()
		<-late.begun
		e.pass(time.Hour)
		next := e.claim(p) // handed over, and not begun
		close(late.end)
		e.must(<-done)
		e.must(e.store.Attempt(e.Context(), next, p))
		if q := e.queue("a"); q.Exhausted != 1 || len(p.taken()) != 0 {
			e.Errorf("%+v after %d more attempts", q, len(p.taken()))
		}
	})
}

// An attempt that the end of the process cuts short is not counted.
func TestAttemptCancelled(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.claimed(p)
		ctx, cancel := context.WithCancel(e.Context())
		p.answer(func(outbox.Delivery) outbox.Outcome {
			cancel()
			return outbox.Outcome{Verdict: outbox.Exhausted, Error: "cancelled"}
		})
		e.must(e.store.Attempt(ctx, entry, p))
		if q := e.queue("a"); q.Pending != 1 || q.Due != 1 || q.Retrying != 0 {
			e.Errorf("%+v", q)
		}
		e.pass(time.Millisecond)
		if next := e.claim(p); !strings.Contains(next.ID, "/1/") || next.ID == entry.ID {
			e.Errorf("the next attempt is %s after %s", next.ID, entry.ID)
		}
	})
}

// A panic of the deliverer, and a verdict that is none, are attempts that
// failed.
func TestAttemptPanics(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.claimed(p)
		p.answer(func(outbox.Delivery) outbox.Outcome { panic("oh") })
		e.must(e.store.Attempt(e.Context(), entry, p))
		if r := e.list(outbox.Filter{})[0]; r.State != outbox.StatePending || r.Attempts != 1 || !strings.Contains(r.Error, "oh") || !r.Due.After(e.clock()) {
			e.Errorf("%+v", r)
		}
		e.pass(time.Hour)
		p.answer(func(outbox.Delivery) outbox.Outcome { return outbox.Outcome{} })
		e.must(e.store.Attempt(e.Context(), e.claim(p), p))
		if r := e.list(outbox.Filter{})[0]; r.State != outbox.StatePending || r.Attempts != 2 {
			e.Errorf("%+v", r)
		}
		if n := e.log.with("ERROR", "went wrong", "endpoint=a"); n != 2 {
			e.Errorf("the log was told %d times", n)
		}
	})
}

// An attempt that comes to an endpoint which is disabled, or not known here, is
// not made, and its delivery waits under another id.
func TestAttemptNotMade(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.claimed(p)
		e.must(e.store.Disable(e.Context(), "a", "by hand"))
		e.pass(time.Second)
		e.must(e.store.Attempt(e.Context(), entry, p))
		if q := e.queue("a"); q.Pending != 1 || len(p.taken()) != 0 || q.Reason != "by hand" {
			e.Errorf("%+v", q)
		}
		e.must(e.store.Enable(e.Context(), "a"))
		second := e.claim(p)
		if second.ID == entry.ID {
			e.Errorf("both are %s", second.ID)
		}
		unknown := new(outbox.UnknownEndpointError)
		if err := e.store.Attempt(e.Context(), second, &endpoints{}); !errors.As(err, &unknown) || unknown.Endpoint != "a" {
			e.Errorf("error: %v", err)
		}
		if q := e.queue("a"); q.Pending != 1 || q.Due != 0 {
			e.Errorf("%+v", q)
		}
		e.pass(time.Minute)
		e.must(e.store.Attempt(e.Context(), e.claim(p), p))
		if q := e.queue("a"); q.Delivered != 1 {
			e.Errorf("%+v", q)
		}
	})
}

// Replay makes an attempt whose id the engine has not had; the entry from before
// the replay does not count against it.
func TestReplayHasNewID(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.claimed(p)
		e.must(e.store.Attempt(e.Context(), entry, p))
		e.pass(time.Second)
		if n, err := e.store.Replay(e.Context(), outbox.Filter{ID: e.list(outbox.Filter{})[0].ID, States: []outbox.State{outbox.StateDelivered}}); n != 1 || err != nil {
			e.Fatalf("replayed %d, %v", n, err)
		}
		again := e.claim(p)
		if again.ID == entry.ID {
			e.Errorf("both are %s", again.ID)
		}
		e.must(e.store.Attempt(e.Context(), again, p))
		if got := p.taken(); len(got) != 2 || string(got[0].Body) != string(got[1].Body) {
			e.Errorf("%d attempts, or not with the same body", len(got))
		}
	})
}

// What is no attempt is refused.
func TestAttemptOfSomethingElse(t *testing.T) {
	e := open(t, databases[0].open(t))
	for _, entry := range []outbox.Entry{
		{Kind: outbox.KindJob, Body: []byte(`{"endpoint":"a","event":"1","attempt":1}`)},
		{Kind: outbox.KindDelivery, Body: []byte(`?`)},
	} {
		if err := e.store.Attempt(e.Context(), entry, oneEndpoint()); err == nil || errors.Is(err, authgen.ErrNotFound) {
			e.Errorf("%+v: %v", entry, err)
		}
	}
	gone := outbox.Entry{Kind: outbox.KindDelivery, Body: []byte(`{"endpoint":"a","event":"1","attempt":1}`)}
	if err := e.store.Attempt(e.Context(), gone, oneEndpoint()); err != nil {
		e.Errorf("an attempt at a delivery that is gone: %v", err)
	}
}
