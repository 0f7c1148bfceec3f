package receivers

import (
	"fmt"
	"io"
	"net/http"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// A hanging receiver reads what it is sent, and gives no answer until it is
// released or the sender hangs up.
type hanging struct {
	waiting atomic.Int64
	release chan struct{}
	then    http.Handler // answers whoever is still there at the release
}

func newHanging(then http.Handler) *hanging {
	return &hanging{release: make(chan struct{}), then: then}
}

func (h *hanging) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	h.waiting.Add(1)
	defer h.waiting.Add(-1)
	select {
	case <-h.release:
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		h.then.ServeHTTP(w, r)
	case <-r.Context().Done():
	}
}

// TestHangingReceiver has one receiver that hangs for longer than the test takes
// and one that hangs beyond the timeout, beside one that works. Who works gets
// everything meanwhile, writers do what they always do, no attempt holds a
// connection of the database, each ends at its timeout, and what was not
// delivered arrives once the receivers are well.
func TestHangingReceiver(t *testing.T) {
	onEach(t, func(e *env) {
		const desks, changes, events, atOnce = 4, 3, 16, 3
		usual := e.writes()
		patient, brief, good := e.inbox(), e.inbox(), e.inbox()
		hang, hangShort := newHanging(patient), newHanging(brief)
		slow, cut, fine := e.receiver(hang), e.receiver(hangShort), e.receiver(good)

		long, short, well := slow.endpoint("long"), cut.endpoint("short"), fine.endpoint("well")
		long.Timeout, long.Concurrency = 30*time.Second, atOnce
		short.Timeout = 100 * time.Millisecond
		well.Ordered = true
		p := e.process(long, short, well)

		e.eventually("attempts hang", func() bool { return hang.waiting.Load() == 1 })
		e.desks(desks, changes)
		e.delivered("well", events+1)
		e.eventually("as many hang as may", func() bool { return hang.waiting.Load() == atOnce })
		if got := e.writes(); got != usual {
			e.Errorf("while receivers hang, a write takes %s, not %s", got, usual)
		}
		e.eventually("no connection of the database is held by an attempt", func() bool { return p.pool.Stats().InUse == 0 })
		e.delivered("well", events+2)
		if n := len(p.tries.at("long")); n != 0 {
			e.Errorf("%d attempts have ended that have half a minute", n)
		}
		e.eventually("each attempt ends at its timeout", func() bool { return len(p.tries.at("short")) == events+2 })
		for _, a := range p.tries.at("short") {
			if a.Outcome.Verdict != outbox.Retry || a.Outcome.Error != "no answer within 100ms" || a.Attempt != 1 {
				e.Errorf("an attempt became %+v", a.Outcome)
			}
		}
		e.eventually("the receiver sees that the sender has hung up", func() bool { return hangShort.waiting.Load() == 0 })
		if q := e.queue("short"); q.Retrying != events+2 || q.Delivered != 0 || q.FailedAt.IsZero() {
			e.Errorf("its status is %+v", q)
		}
		if open := cut.conns.open.Load(); open != 0 {
			e.Errorf("%d connections are open to a receiver from which nothing is awaited", open)
		}

		close(hang.release)
		close(hangShort.release)
		for _, name := range []string{"long", "short", "well"} {
			e.arrive(name, events+2)
		}
		patient.once(e, events+2, false)
		good.once(e, events+2, true)
		p.stop()
	})
}

// writes returns what a create does to the database.
func (e *env) writes() string {
	e.Helper()
	e.steps.take()
	e.desk("written")
	return strings.Join(e.steps.take(), " ")
}

// TestBacklogHoldsNothing holds that what waits for receivers that hang costs
// neither goroutines nor connections: these are as many as the endpoints'
// concurrency allows, and are gone when the process ends.
func TestBacklogHoldsNothing(t *testing.T) {
	e := onSQLite(t)
	const receivers, atOnce, events = 4, 3, 300
	hang := newHanging(status(http.StatusOK))
	var all []*receiver
	var endpoints []webhook.Endpoint
	for i := range receivers {
		r := e.receiver(hang)
		one := r.endpoint(fmt.Sprint("endpoint-", i))
		one.Timeout, one.Concurrency = 30*time.Second, atOnce
		all, endpoints = append(all, r), append(endpoints, one)
	}
	e.desks(events, 0)
	before := goruntime.NumGoroutine()
	p := e.process(endpoints...)
	e.eventually("all are in their queues, and as many hang as may", func() bool {
		return hang.waiting.Load() == receivers*atOnce && e.queue("endpoint-3").Pending == events-atOnce
	})
	// An attempt has a goroutine of ours, two of the client's connection, and two
	// of the server's.
	const each, relay = 5, 64
	if n := goruntime.NumGoroutine() - before; n > receivers*atOnce*each+relay {
		t.Errorf("%d goroutines for %d attempts", n, receivers*atOnce)
	}
	for _, r := range all {
		if n := r.conns.open.Load(); n != atOnce {
			t.Errorf("%d connections for %d attempts", n, atOnce)
		}
	}
	p.kill()
	e.eventually("the receivers are left alone", func() bool { return hang.waiting.Load() == 0 })
	for i := range receivers {
		if q := e.queue(fmt.Sprint("endpoint-", i)); q.Pending != events || q.Retrying != 0 {
			t.Errorf("an attempt that was given up counts: %+v", q)
		}
	}
}
