package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
)

// A panic of a sink is an error of that batch.
func TestSinkPanics(t *testing.T) {
	onEach(t, func(e *env) {
		calls := 0
		sink := &noted{on: func(context.Context, []outbox.Entry) error {
			if calls++; calls < 4 {
				panic("oh")
			}
			return nil
		}}
		e.emit(2, "ada")
		e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}})
		e.eventually("it has both", func() bool { return len(sink.taken()) == 2 })
		if n := e.log.with("WARN", "fails", "panic: oh"); n != 1 {
			e.Errorf("the log was told %d times", n)
		}
		failed := slices.IndexFunc(e.seen.of(outbox.SpanHandOver), func(s step) bool { return s.Err != nil && strings.Contains(s.Err.Error(), "oh") })
		if failed != 0 {
			e.Error("the observer was not told")
		}
	})
}

// An engine that is down holds up no event sink, and the other way round.
func TestNobodyHoldsUpOthers(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		up, down := &noted{}, &noted{broken: errors.New("down")}
		e.emit(3, "ada")
		e.schedule(3)
		stop := e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": up}, Router: p, Deliverer: p, Engine: down})
		e.eventually("the sink has all", func() bool { return len(up.taken()) == 3 })
		e.eventually("the engine was tried", func() bool { return down.called() > 3 })
		stop()
		up = &noted{}
		e.emit(3, "ada")
		e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": down}, Router: p, Deliverer: p, Engine: up})
		e.eventually("the engine has all", func() bool { e.pass(time.Minute); return len(up.taken()) >= 9 })
		if q := e.queue("sink"); q.Pending != 3 {
			e.Errorf("%+v", q)
		}
	})
}

// Run returns when its context ends, wherever it is, and leaves no goroutine and
// no connection behind.
func TestRunLeavesNothing(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{limits: []outbox.Limits{{Endpoint: "a", Ordered: true}}}
		for i := range 10 {
			e.emit(5, "ada", "eve")
			e.schedule(20)
			engine := outbox.Direct(e.store, 3, e.store.Runner(jobsThatDoNothing(), p))
			ctx, cancel := context.WithCancel(e.Context())
			done := make(chan error, 1)
			relay := outbox.NewRelay(e.store, outbox.Config{
				Events: map[string]outbox.Sink{"x": &noted{}, "y": &noted{broken: errors.New("down")}},
				Router: p, Deliverer: p, Engine: engine, Poll: time.Millisecond, Batch: 3,
			})
			go func() { done <- relay.Run(ctx) }()
			time.Sleep(time.Duration(i) * 3 * time.Millisecond)
			cancel()
			e.must(<-done)
			e.must(engine.Close(e.Context()))
		}
		e.eventually("no goroutine is left", func() bool { return goroutines() == "" })
		stop := e.delivering(p)
		e.eventually("nothing was lost", func() bool { e.pass(time.Minute); return e.queue("a").Delivered == 100 })
		stop()
	})
}

// goroutines returns the stacks of those that run code of this package, but for
// that of the caller.
func goroutines() (left string) {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:goruntime.Stack(stacks, true)]
	for _, stack := range strings.Split(string(stacks), "\n\n")[1:] {
		if strings.Contains(stack, "outbox.") {
			left += stack + "\n\n"
		}
	}
	return left
}

func jobsThatDoNothing() *outbox.Handlers {
	handlers := outbox.NewHandlers()
	outbox.Handle(handlers, func(context.Context, job) error { return nil })
	return handlers
}

// A relay wakes up after a commit of its process, and does not wait for the
// poll.
func TestWakesUp(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		sink := &noted{}
		engine := outbox.Direct(e.store, 1, e.store.Runner(jobsThatDoNothing(), p))
		stop := e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Router: p, Deliverer: p, Engine: engine, Poll: 24 * time.Hour})
		for i := 1; i <= 3; i++ {
			e.emit(1, "ada")
			e.schedule(1)
			e.eventually("all is done", func() bool {
				return len(sink.taken()) == i && e.queue("a").Delivered == i && e.status().Jobs == (outbox.JobStatus{})
			})
		}
		e.must(e.db.Unit(e.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error { return tx.Schedule(ctx, job{}) }))
		e.eventually("a job is done", func() bool { return e.status().Jobs == (outbox.JobStatus{}) })
		stop()
		e.must(engine.Close(e.Context()))
	})
}

// A relay that cannot reach its tables tells the log once, goes on trying, and
// stops when it is told to.
func TestTablesMissing(t *testing.T) {
	e := open(t, databases[0].open(t))
	e.must(e.db.Exec(e.Context(), `ALTER TABLE authgen_job RENAME TO away`))
	sink := &noted{}
	stop := e.relay(outbox.Config{Engine: sink})
	e.eventually("the log was told", func() bool { return e.log.with("WARN", "hand-over of jobs", "authgen_job") == 1 })
	e.must(e.db.Exec(e.Context(), `ALTER TABLE away RENAME TO authgen_job`))
	e.schedule(1)
	e.eventually("it works again", func() bool { return len(sink.taken()) == 1 && e.log.with("INFO", "works again") == 1 })
	if n := e.log.with("WARN"); n != 1 {
		e.Errorf("the log was told %d times", n)
	}
	stop()
}

// A config that cannot work is refused, and so is a second Run.
func TestConfigRefused(t *testing.T) {
	e := open(t, databases[0].open(t))
	for text, c := range map[string]outbox.Config{
		"both called":  {Events: map[string]outbox.Sink{"a": &noted{}}, Deliverer: oneEndpoint()},
		"is nil":       {Events: map[string]outbox.Sink{"a": nil}},
		"event sink":   {Events: map[string]outbox.Sink{strings.Repeat("x", 64): &noted{}}},
		"endpoint has": {Deliverer: &endpoints{limits: []outbox.Limits{{}}}},
	} {
		if err := outbox.NewRelay(e.store, c).Run(e.Context()); err == nil || !strings.Contains(err.Error(), text) {
			e.Errorf("want an error with %q: %v", text, err)
		}
	}
	over, cancel := context.WithCancel(e.Context())
	cancel()
	relay := outbox.NewRelay(e.store, outbox.Config{})
	e.must(relay.Run(over))
	if err := relay.Run(over); err == nil {
		e.Error("a relay was run twice")
	}
}

// The fan-out asks once for each type of a batch, and an event that nobody wants
// is gone.
func TestFanOutByType(t *testing.T) {
	onEach(t, func(e *env) {
		asked := map[string]int{}
		e.event("ada", "create", `{}`)
		e.event("ada", "update", `{}`)
		e.event("eve", "create", `{}`)
		e.event("ada", "delete", `{}`)
		stop := e.relay(outbox.Config{Router: fanOutFunc(func(eventType string) []string {
			asked[eventType]++
			return map[string][]string{"user.created": {"a", "b"}, "user.updated": {"b"}}[eventType]
		})})
		e.eventually("all are moved", func() bool { return e.status().Events.Waiting == 0 })
		stop()
		if a, b := e.queue("a"), e.queue("b"); a.Pending != 2 || b.Pending != 3 {
			e.Errorf("%+v, %+v", a, b)
		}
		if len(asked) != 3 || asked["user.created"] != 1 {
			e.Errorf("asked %v", asked)
		}
		steps := e.seen.of(outbox.SpanFanOut)
		if len(steps) != 1 || steps[0].SpanEnd.Entries != 4 {
			e.Errorf("the observer was told %+v", steps)
		}
	})
}

type fanOutFunc func(string) []string

func (f fanOutFunc) Route(eventType string) []string { return f(eventType) }

// The body is the event as runtime.Event reads and writes it.
func TestEnvelope(t *testing.T) {
	onEach(t, func(e *env) {
		event := authgen.Event{
			ID: runtime.UUIDv7(), Type: "user.updated", Timestamp: e.clock().Add(123 * time.Millisecond), Table: "user", DocumentID: `"é"`, Operation: "update",
			Changed: []string{"email"}, Data: json.RawMessage(`{"email":"ada@example.com"}`), Request: &authgen.EventRequest{Path: "/update-user"},
		}
		e.must(e.store.Emit(e.Context(), event))
		sink := &noted{}
		e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}})
		e.eventually("it comes", func() bool { return len(sink.taken()) == 1 })
		entry := sink.taken()[0]
		var got authgen.Event
		e.must(json.Unmarshal(entry.Body, &got))
		event.Sequence = got.Sequence
		want, err := json.Marshal(event)
		e.must(err)
		if string(entry.Body) != string(want) {
			e.Errorf("%s\nwant\n%s", entry.Body, want)
		}
		if entry.ID != event.ID || entry.Type != event.Type || entry.Sequence != got.Sequence || entry.Sequence == 0 || entry.Until.IsZero() {
			e.Errorf("%+v", entry)
		}
	})
}
