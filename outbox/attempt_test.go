package outbox_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// An entry names its attempt, and survives being stored as JSON.
func TestEntryOfAttempt(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.FirstEntry(p)
		if entry.Kind != outbox.KindDelivery || entry.Type != "user.updated" || entry.Endpoint != "a" || entry.DocumentID != "ada" || entry.Table != "user" || entry.Sequence == 0 || !entry.Due.Equal(e.Clock()) {
			e.Errorf("%+v", entry)
		}
		if event := e.List(admin.Filter{})[0].ID; !strings.HasPrefix(entry.ID, event+"/1/") {
			e.Errorf("the entry of %s is %s", event, entry.ID)
		}
		if q := e.Queue("a"); q.Leased != 1 || q.Pending != 0 {
			e.Errorf("%+v", q)
		}
		e.Must(e.Outbox.Attempt(e.Context(), entry, p))
		if q := e.Queue("a"); q.Delivered != 1 {
			e.Errorf("%+v", q)
		}
	})
}

// An entry that comes twice is attempted once, in order or at the same time.
func TestAttemptTwice(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.FirstEntry(p)
		var both sync.WaitGroup
		for range 4 {
			both.Go(func() {
				if err := e.Outbox.Attempt(e.Context(), entry, p); err != nil {
					e.Error(err)
				}
			})
		}
		both.Wait()
		e.Must(e.Outbox.Attempt(e.Context(), entry, p))
		if n := len(p.Taken()); n != 1 {
			e.Errorf("%d attempts", n)
		}
	})
}

// An attempt whose process died is made again when its time is over, as the next
// attempt; what the dead one would do late is without effect.
func TestAttemptDies(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		p.All[0].Timeout = time.Minute
		entry := e.FirstEntry(p)
		late := lateDeliverer{p, make(chan struct{}), make(chan struct{})}
		done := make(chan error, 1)
		go func() { done <- e.Outbox.Attempt(e.Context(), entry, late) }()
		<-late.begun
		e.Pass(time.Minute)
		if q := e.Queue("a"); q.Leased != 1 {
			e.Errorf("%+v within its time", q)
		}
		e.Pass(time.Minute)
		next := e.NextEntry(p)
		if !strings.Contains(next.ID, "/2/") {
			e.Errorf("the next attempt is %s", next.ID)
		}
		e.Must(e.Outbox.Attempt(e.Context(), next, p))
		if q := e.Queue("a"); q.Delivered != 1 {
			e.Errorf("%+v", q)
		}
		close(late.end)
		e.Must(<-done)
		if q := e.Queue("a"); q.Delivered != 1 || q.Exhausted != 0 {
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
		entry := e.FirstEntry(p)
		late := lateDeliverer{p, make(chan struct{}), make(chan struct{})}
		done := make(chan error, 1)
		go func() { done <- e.Outbox.Attempt(e.Context(), entry, late) }()
		<-late.begun
		e.Pass(time.Hour)
		next := e.NextEntry(p) // handed over, and not begun
		close(late.end)
		e.Must(<-done)
		e.Must(e.Outbox.Attempt(e.Context(), next, p))
		if q := e.Queue("a"); q.Exhausted != 1 || len(p.Taken()) != 0 {
			e.Errorf("%+v after %d more attempts", q, len(p.Taken()))
		}
	})
}

// An attempt that the end of the process cuts short is not counted.
func TestAttemptCancelled(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.FirstEntry(p)
		ctx, cancel := context.WithCancel(e.Context())
		p.Answer(func(outbox.Delivery) outbox.Outcome {
			cancel()
			return outbox.Outcome{Verdict: outbox.Exhausted, Error: "cancelled"}
		})
		e.Must(e.Outbox.Attempt(ctx, entry, p))
		if q := e.Queue("a"); q.Pending != 1 || q.Due != 1 || q.Retrying != 0 {
			e.Errorf("%+v", q)
		}
		e.Pass(time.Millisecond)
		if next := e.NextEntry(p); !strings.Contains(next.ID, "/1/") || next.ID == entry.ID {
			e.Errorf("the next attempt is %s after %s", next.ID, entry.ID)
		}
	})
}

// A panic of the deliverer, and a verdict that is none, are attempts that
// failed.
func TestAttemptPanics(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.FirstEntry(p)
		p.Answer(func(outbox.Delivery) outbox.Outcome { panic("oh") })
		e.Must(e.Outbox.Attempt(e.Context(), entry, p))
		if r := e.List(admin.Filter{})[0]; r.State != admin.StatePending || r.Attempts != 1 || !strings.Contains(r.Error, "oh") || !r.Due.After(e.Clock()) {
			e.Errorf("%+v", r)
		}
		e.Pass(time.Hour)
		p.Answer(func(outbox.Delivery) outbox.Outcome { return outbox.Outcome{} })
		e.Must(e.Outbox.Attempt(e.Context(), e.NextEntry(p), p))
		if r := e.List(admin.Filter{})[0]; r.State != admin.StatePending || r.Attempts != 2 {
			e.Errorf("%+v", r)
		}
		if n := e.Log.With("ERROR", "went wrong", "endpoint=a"); n != 2 {
			e.Errorf("the log was told %d times", n)
		}
	})
}

// An attempt that comes to an endpoint which is disabled, or not known here, is
// not made, and its delivery waits under another id.
func TestAttemptNotMade(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.FirstEntry(p)
		e.Must(e.Admin.Disable(e.Context(), "a", "by hand"))
		e.Pass(time.Second)
		e.Must(e.Outbox.Attempt(e.Context(), entry, p))
		if q := e.Queue("a"); q.Pending != 1 || len(p.Taken()) != 0 || q.Reason != "by hand" {
			e.Errorf("%+v", q)
		}
		e.Must(e.Admin.Enable(e.Context(), "a"))
		second := e.NextEntry(p)
		if second.ID == entry.ID {
			e.Errorf("both are %s", second.ID)
		}
		unknown := new(outbox.UnknownEndpointError)
		if err := e.Outbox.Attempt(e.Context(), second, &endpoints{}); !errors.As(err, &unknown) || unknown.Endpoint != "a" {
			e.Errorf("error: %v", err)
		}
		if q := e.Queue("a"); q.Pending != 1 || q.Due != 0 {
			e.Errorf("%+v", q)
		}
		e.Pass(time.Minute)
		e.Must(e.Outbox.Attempt(e.Context(), e.NextEntry(p), p))
		if q := e.Queue("a"); q.Delivered != 1 {
			e.Errorf("%+v", q)
		}
	})
}

// Replay makes an attempt whose id the engine has not had; the entry from before
// the replay does not count against it.
func TestReplayHasNewID(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		entry := e.FirstEntry(p)
		e.Must(e.Outbox.Attempt(e.Context(), entry, p))
		e.Pass(time.Second)
		if n, err := e.Admin.Replay(e.Context(), admin.Filter{ID: e.List(admin.Filter{})[0].ID, States: []admin.State{admin.StateDelivered}}); n != 1 || err != nil {
			e.Fatalf("replayed %d, %v", n, err)
		}
		again := e.NextEntry(p)
		if again.ID == entry.ID {
			e.Errorf("both are %s", again.ID)
		}
		e.Must(e.Outbox.Attempt(e.Context(), again, p))
		if got := p.Taken(); len(got) != 2 || string(got[0].Body) != string(got[1].Body) {
			e.Errorf("%d attempts, or not with the same body", len(got))
		}
	})
}

// What is no attempt is refused.
func TestAttemptOfSomethingElse(t *testing.T) {
	e := open(t, databases[0].Open(t))
	for _, entry := range []outbox.Entry{
		{Kind: outbox.KindJob, Body: []byte(`{"endpoint":"a","event":"1","attempt":1}`)},
		{Kind: outbox.KindDelivery, Body: []byte(`?`)},
	} {
		if err := e.Outbox.Attempt(e.Context(), entry, oneEndpoint()); err == nil || errors.Is(err, authgen.ErrNotFound) {
			e.Errorf("%+v: %v", entry, err)
		}
	}
	gone := outbox.Entry{Kind: outbox.KindDelivery, Body: []byte(`{"endpoint":"a","event":"1","attempt":1}`)}
	if err := e.Outbox.Attempt(e.Context(), gone, oneEndpoint()); err != nil {
		e.Errorf("an attempt at a delivery that is gone: %v", err)
	}
}
