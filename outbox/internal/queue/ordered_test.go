package queue_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/outboxtest"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// many puts n events of one document into the queue of an ordered endpoint, by a
// relay that knows that it is, or does not.
func (e *env) many(n int, p *endpoints, knows bool) {
	e.Helper()
	events := make([]authgen.Event, n)
	for i := range events {
		events[i] = authgen.Event{Type: "user.updated", Table: "user", DocumentID: "ada", Operation: "update", Data: []byte(`{}`)}
	}
	e.Must(e.Outbox.Emit(e.Context(), events...))
	var to outbox.Router = p
	if !knows {
		to = struct{ outbox.Router }{p}
	}
	stop := e.Relay(outbox.Config{Router: to})
	e.Eventually("all are in the queue", func() bool { return e.Status().Events.Waiting == 0 })
	stop()
}

// However many deliveries wait for the first of their document, claims have only
// that to look at: the others are not due. Nor are they shown as such.
func TestOrderedHolds(t *testing.T) {
	onEach(t, func(e *env) {
		for _, knows := range []bool{true, false} {
			const n = 1200
			p := outboxtest.OrderedEndpoint()
			e.many(n, p, knows)
			if due := e.Queue("a").Due; knows && due > 3 {
				e.Errorf("%d are due after a fan-out of three batches", due)
			}
			begun, end := make(chan struct{}), make(chan struct{})
			once := sync.OnceFunc(func() { close(begun) })
			stop := e.deliveringTo(waiting{p, func() { once(); <-end }})
			<-begun
			e.Eventually("the others are held", func() bool {
				q := e.Queue("a")
				return q.Leased == 1 && q.Due == 0 && q.Pending == n-1
			})
			close(end)
			e.Eventually("some are delivered", func() bool { return e.Queue("a").Delivered > 20 })
			stop()
			if due := e.Queue("a").Due; due != 1 {
				e.Errorf("%d are due, want the first of the document", due)
			}
			_, err := e.Admin.Cancel(e.Context(), admin.Filter{States: []admin.State{admin.StatePending}})
			e.Must(err)
			e.InOrder(p)
			e.Must(e.DB.Exec(e.Context(), "DELETE FROM authgen_delivery"))
		}
	})
}

// deliveringTo is delivering, to a deliverer that is none of env's.
func (e *env) deliveringTo(d outbox.Deliverer) (stop func()) {
	engine := outbox.Direct(e.Outbox, 4, e.Outbox.Runner(nil, d))
	stopRelay := e.Relay(outbox.Config{Deliverer: d, Engine: engine})
	return sync.OnceFunc(func() {
		stopRelay()
		e.Must(engine.Close(context.Background()))
	})
}

// A waiting deliverer waits before each attempt.
type waiting struct {
	*endpoints
	wait func()
}

func (w waiting) Deliver(ctx context.Context, d outbox.Delivery) outbox.Outcome {
	w.wait()
	return w.endpoints.Deliver(ctx, d)
}

// inOrder checks that no attempt was made at a delivery after one of a later
// What is held goes on when the first of the document is cancelled, whatever
// state that was in, and when the endpoint is no longer ordered; and at the
// latest after a while, if nobody has told.
func TestOrderedReleases(t *testing.T) {
	onEach(t, func(e *env) {
		p := outboxtest.OrderedEndpoint()
		p.Answer(func(outbox.Delivery) outbox.Outcome {
			return outbox.Outcome{Verdict: outbox.Retry, RetryAt: e.Clock().Add(100 * time.Hour)}
		})
		e.many(5, p, true)
		stop := e.Delivering(p)
		e.Eventually("the first is put off, the others are held", func() bool { q := e.Queue("a"); return q.Retrying == 1 && q.Due == 0 })
		for _, r := range e.List(admin.Filter{Endpoint: "a"}) {
			if r.Attempts == 0 && !r.Due.IsZero() {
				e.Errorf("%+v is due", r)
			}
		}
		p.Answer(nil)
		n, err := e.Admin.Cancel(e.Context(), admin.Filter{ID: "a/" + p.Taken()[0].EventID, States: []admin.State{admin.StatePending}})
		if n != 1 || err != nil {
			e.Fatalf("cancelled %d, %v", n, err)
		}
		e.Eventually("the others are delivered", func() bool { return e.Queue("a").Delivered == 4 })
		stop()
		e.InOrder(p)

		e.many(5, p, true)
		entry := e.NextEntry(p)
		if q := e.Queue("a"); q.Leased != 1 || q.Pending != 4 {
			e.Errorf("%+v", q)
		}
		if n, err := e.Admin.Cancel(e.Context(), admin.Filter{States: []admin.State{admin.StateLeased}}); n != 1 || err != nil {
			e.Fatalf("cancelled %d, %v", n, err)
		}
		if q := e.Queue("a"); q.Due != 1 {
			e.Errorf("%+v, want the next due", q)
		}
		e.Must(e.Outbox.Attempt(e.Context(), entry, p)) // too late
		unordered := oneEndpoint()
		stop = e.Delivering(unordered)
		e.Eventually("all are delivered, in any order", func() bool { return e.Queue("a").Delivered == 8 })
		stop()

		e.many(5, p, true)
		e.Must(e.Outbox.Attempt(e.Context(), e.NextEntry(p), unordered)) // by a process that does not know of the order
		stop = e.Delivering(p)
		defer stop()
		e.Pass(11 * time.Minute)
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == 13 })
	})
}

// Whatever happens to deliveries of an ordered endpoint, in several processes,
// each document's are attempted in order, and none is left behind: not even for
// as long as they are held at most.
func TestOrderedWhateverHappens(t *testing.T) {
	onEach(t, func(e *env) {
		n := 60
		if testing.Short() {
			n = 20
		}
		p := outboxtest.OrderedEndpoint()
		p.All[0].Timeout, p.All[0].Concurrency = time.Minute, 5
		dice := func(outbox.Delivery) outbox.Outcome {
			switch rand.N(8) {
			case 0:
				return outbox.Outcome{Verdict: outbox.Retry, RetryAt: e.Clock().Add(time.Second)}
			case 1:
				return outbox.Outcome{Verdict: outbox.Exhausted}
			case 2:
				if rand.N(5) == 0 {
					return outbox.Outcome{Verdict: outbox.DisableEndpoint}
				}
			}
			return outbox.Outcome{Verdict: outbox.Delivered}
		}
		p.Answer(dice)
		for i := range 3 {
			s := outbox.New(e.DB, outbox.WithLogger(slog.New(e.Log)))
			engine := outbox.Direct(s, 4, s.Runner(nil, p))
			var to outbox.Router = p
			if i == 0 {
				to = struct{ outbox.Router }{p} // and has no idea of the order
			}
			c := outbox.Config{Router: to, Deliverer: p, Engine: losing{engine}, Lease: time.Second}
			if i == 0 {
				c.Deliverer, c.Engine = nil, nil
			}
			stop := e.RelayOn(s, c)
			defer func() { stop(); e.Must(engine.Close(context.Background())) }()
		}
		begun := e.Clock()
		documents := []string{"ada", "eve", "kim"}
		for i := range n {
			e.Event(documents[rand.N(len(documents))], "update", `{}`)
			if i%7 == 6 {
				e.Pass(time.Second)
			}
			if i%10 == 9 {
				_, err := e.Admin.Cancel(e.Context(), admin.Filter{States: []admin.State{admin.StatePending}, DocumentID: documents[rand.N(len(documents))]})
				e.Must(err)
			}
		}
		e.Eventually("nothing waits", func() bool {
			e.Pass(time.Second / 4)
			if !e.Queue("a").DisabledAt.IsZero() {
				e.Must(e.Admin.Enable(e.Context(), "a"))
			}
			s := e.Status()
			q := e.Queue("a")
			return s.Events.Waiting == 0 && q.Pending+q.Leased == 0
		})
		if took := e.Clock().Sub(begun); took > 9*time.Minute {
			e.Errorf("it took %v by the clock: something was released only because it was held for so long", took)
		}
		if q := e.Queue("a"); q.Delivered+q.Exhausted+q.Cancelled != n {
			e.Errorf("%+v, want %d", q, n)
		}
		e.InOrder(p)
	})
}

// A losing engine loses what it takes, or says that it took nothing, now and
// then.
type losing struct{ outbox.Sink }

func (l losing) Send(ctx context.Context, due []outbox.Entry) error {
	switch rand.N(10) {
	case 0:
		return nil
	case 1:
		return errors.New("not now")
	}
	return l.Sink.Send(ctx, due)
}
