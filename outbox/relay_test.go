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
	"github.com/authgen/authgen/internal/outboxtest"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/runtime"
)

// A panic of a sink is an error of that batch.
func TestSinkPanics(t *testing.T) {
	onEach(t, func(e *env) {
		calls := 0
		sink := &noted{On: func(context.Context, []outbox.Entry) error {
			if calls++; calls < 4 {
				panic("oh")
			}
			return nil
		}}
		e.Emit(2, "ada")
		e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}})
		e.Eventually("it has both", func() bool { return len(sink.Taken()) == 2 })
		if n := e.Log.With("WARN", "fails", "panic: oh"); n != 1 {
			e.Errorf("the log was told %d times", n)
		}
		failed := slices.IndexFunc(e.Spans.Of(outbox.SpanHandOver), func(s outboxtest.Span) bool { return s.Err != nil && strings.Contains(s.Err.Error(), "oh") })
		if failed != 0 {
			e.Error("the observer was not told")
		}
	})
}

// An engine that is down holds up no event sink, and the other way round.
func TestNobodyHoldsUpOthers(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		up, down := &noted{}, outboxtest.Broken(errors.New("down"))
		e.Emit(3, "ada")
		e.Schedule(3)
		stop := e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": up}, Router: p, Deliverer: p, Engine: down})
		e.Eventually("the sink has all", func() bool { return len(up.Taken()) == 3 })
		e.Eventually("the engine was tried", func() bool { return down.Called() > 3 })
		stop()
		up = &noted{}
		e.Emit(3, "ada")
		e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": down}, Router: p, Deliverer: p, Engine: up})
		e.Eventually("the engine has all", func() bool { e.Pass(time.Minute); return len(up.Taken()) >= 9 })
		// What the engine was given twice may have come ahead of the last event.
		e.Eventually("the sink's wait", func() bool { return e.Queue("sink").Pending == 3 })
	})
}

// Run returns when its context ends, wherever it is, and leaves no goroutine and
// no connection behind.
func TestRunLeavesNothing(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Ordered: true}}}
		for i := range 10 {
			e.Emit(5, "ada", "eve")
			e.Schedule(20)
			engine := outbox.Direct(e.Outbox, 3, e.Outbox.Runner(jobsThatDoNothing(), p))
			ctx, cancel := context.WithCancel(e.Context())
			done := make(chan error, 1)
			relay := outbox.NewRelay(e.Outbox, outbox.Config{
				Events: map[string]outbox.Sink{"x": &noted{}, "y": outboxtest.Broken(errors.New("down"))},
				Router: p, Deliverer: p, Engine: engine, Poll: time.Millisecond, Batch: 3,
			})
			go func() { done <- relay.Run(ctx) }()
			time.Sleep(time.Duration(i) * 3 * time.Millisecond)
			cancel()
			e.Must(<-done)
			e.Must(engine.Close(e.Context()))
		}
		e.Eventually("no goroutine is left", func() bool { return goroutines() == "" })
		stop := e.Delivering(p)
		e.Eventually("nothing was lost", func() bool { e.Pass(time.Minute); return e.Queue("a").Delivered == 100 })
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
		engine := outbox.Direct(e.Outbox, 1, e.Outbox.Runner(jobsThatDoNothing(), p))
		stop := e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Router: p, Deliverer: p, Engine: engine, Poll: 24 * time.Hour})
		for i := 1; i <= 3; i++ {
			e.Emit(1, "ada")
			e.Schedule(1)
			e.Eventually("all is done", func() bool {
				return len(sink.Taken()) == i && e.Queue("a").Delivered == i && e.Status().Jobs == (admin.JobStatus{})
			})
		}
		e.Must(e.DB.Unit(e.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error { return tx.Schedule(ctx, job{}) }))
		e.Eventually("a job is done", func() bool { return e.Status().Jobs == (admin.JobStatus{}) })
		stop()
		e.Must(engine.Close(e.Context()))
	})
}

// A relay that cannot reach its tables tells the log once, goes on trying, and
// stops when it is told to.
func TestTablesMissing(t *testing.T) {
	e := open(t, databases[0].Open(t))
	e.Must(e.DB.Exec(e.Context(), `ALTER TABLE authgen_job RENAME TO away`))
	sink := &noted{}
	stop := e.Relay(outbox.Config{Engine: sink})
	e.Eventually("the log was told", func() bool { return e.Log.With("WARN", "hand-over of jobs", "authgen_job") == 1 })
	e.Must(e.DB.Exec(e.Context(), `ALTER TABLE away RENAME TO authgen_job`))
	e.Schedule(1)
	e.Eventually("it works again", func() bool { return len(sink.Taken()) == 1 && e.Log.With("INFO", "works again") == 1 })
	if n := e.Log.With("WARN"); n != 1 {
		e.Errorf("the log was told %d times", n)
	}
	stop()
}

// A config that cannot work is refused, and so is a second Run.
func TestConfigRefused(t *testing.T) {
	e := open(t, databases[0].Open(t))
	for text, c := range map[string]outbox.Config{
		"both called":  {Events: map[string]outbox.Sink{"a": &noted{}}, Deliverer: oneEndpoint()},
		"is nil":       {Events: map[string]outbox.Sink{"a": nil}},
		"event sink":   {Events: map[string]outbox.Sink{strings.Repeat("x", 64): &noted{}}},
		"endpoint has": {Deliverer: &endpoints{All: []outbox.Limits{{}}}},
	} {
		if err := outbox.NewRelay(e.Outbox, c).Run(e.Context()); err == nil || !strings.Contains(err.Error(), text) {
			e.Errorf("want an error with %q: %v", text, err)
		}
	}
	over, cancel := context.WithCancel(e.Context())
	cancel()
	relay := outbox.NewRelay(e.Outbox, outbox.Config{})
	e.Must(relay.Run(over))
	if err := relay.Run(over); err == nil {
		e.Error("a relay was run twice")
	}
}

// The fan-out asks once for each type of a batch, and an event that nobody wants
// is gone.
func TestFanOutByType(t *testing.T) {
	onEach(t, func(e *env) {
		asked := map[string]int{}
		e.Event("ada", "create", `{}`)
		e.Event("ada", "update", `{}`)
		e.Event("eve", "create", `{}`)
		e.Event("ada", "delete", `{}`)
		stop := e.Relay(outbox.Config{Router: fanOutFunc(func(eventType string) []string {
			asked[eventType]++
			return map[string][]string{"user.created": {"a", "b"}, "user.updated": {"b"}}[eventType]
		})})
		e.Eventually("all are moved", func() bool { return e.Status().Events.Waiting == 0 })
		stop()
		if a, b := e.Queue("a"), e.Queue("b"); a.Pending != 2 || b.Pending != 3 {
			e.Errorf("%+v, %+v", a, b)
		}
		if len(asked) != 3 || asked["user.created"] != 1 {
			e.Errorf("asked %v", asked)
		}
		steps := e.Spans.Of(outbox.SpanFanOut)
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
			ID: runtime.UUIDv7(), Type: "user.updated", Timestamp: e.Clock().Add(123 * time.Millisecond), Table: "user", DocumentID: `"é"`, Operation: "update",
			Changed: []string{"email"}, Data: json.RawMessage(`{"email":"ada@example.com"}`), Request: &authgen.EventRequest{Path: "/update-user"},
		}
		e.Must(e.Outbox.Emit(e.Context(), event))
		sink := &noted{}
		e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}})
		e.Eventually("it comes", func() bool { return len(sink.Taken()) == 1 })
		entry := sink.Taken()[0]
		var got authgen.Event
		e.Must(json.Unmarshal(entry.Body, &got))
		event.Sequence = got.Sequence
		want, err := json.Marshal(event)
		e.Must(err)
		if string(entry.Body) != string(want) {
			e.Errorf("%s\nwant\n%s", entry.Body, want)
		}
		if entry.ID != event.ID || entry.Type != event.Type || entry.Sequence != got.Sequence || entry.Sequence == 0 || entry.Until.IsZero() {
			e.Errorf("%+v", entry)
		}
	})
}
