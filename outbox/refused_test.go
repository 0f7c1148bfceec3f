package outbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/outboxtest"
	"github.com/authgen/authgen/outbox"
)

// A choosy engine refuses the attempts at the endpoint "bad".
type choosy struct{ outbox.Sink }

func (c choosy) Send(ctx context.Context, due []outbox.Entry) error {
	if due[0].Endpoint == "bad" {
		return errors.New("not that one")
	}
	return c.Sink.Send(ctx, due)
}

// An engine that refuses the deliveries of one endpoint holds up no other: those
// go on without waiting for a poll. The log is told of it once.
func TestOneEndpointRefused(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "bad"}, {Endpoint: "good", Concurrency: 1}}}
		e.Queued(p, 20, "ada")
		engine := outbox.Direct(e.Outbox, 4, e.Outbox.Runner(nil, p))
		stop := e.Relay(outbox.Config{Router: p, Deliverer: p, Engine: choosy{engine}, Poll: 24 * time.Hour})
		e.Eventually("the other has all", func() bool { return e.Queue("good").Delivered == 20 })
		e.Emit(5, "ada")
		e.Eventually("and goes on so", func() bool { return e.Queue("good").Delivered == 25 })
		stop()
		if q := e.Queue("bad"); q.Pending != 25 {
			e.Errorf("%+v", q)
		}
		if n := e.Log.With("WARN", "a part of the relay fails", "endpoint bad", "not that one"); n != 1 {
			e.Errorf("the log was told %d times", n)
		}
		e.Must(engine.Close(e.Context()))
	})
}

// What the engine refused is handed over again, less and less often, and all of
// it when the engine takes it again; the log is told of the end as well.
func TestRefusedEndpointRecovers(t *testing.T) {
	e := open(t, databases[0].Open(t))
	p := &endpoints{All: []outbox.Limits{{Endpoint: "bad"}}}
	e.Queued(p, 5, "ada")
	engine := outbox.Direct(e.Outbox, 4, e.Outbox.Runner(nil, p))
	broken := outboxtest.Broken(errors.New("not now"))
	stop := e.Relay(outbox.Config{Deliverer: p, Engine: broken})
	e.Eventually("it was tried a few times", func() bool { return broken.Called() > 3 })
	if n := e.Log.With("WARN", "a part of the relay fails"); n != 1 {
		e.Errorf("the log was told %d times", n)
	}
	broken.On = engine.Send
	broken.Mend(nil)
	e.Eventually("all is delivered", func() bool { return e.Queue("bad").Delivered == 5 })
	e.Eventually("the log was told", func() bool { return e.Log.With("INFO", "works again", "hand-over of deliveries") == 1 })
	stop()
	e.Must(engine.Close(e.Context()))
}
