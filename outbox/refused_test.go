package outbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

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
		p := &endpoints{limits: []outbox.Limits{{Endpoint: "bad"}, {Endpoint: "good", Concurrency: 1}}}
		e.queued(p, 20, "ada")
		engine := outbox.Direct(e.store, 4, e.store.Runner(nil, p))
		stop := e.relay(outbox.Config{Router: p, Deliverer: p, Engine: choosy{engine}, Poll: 24 * time.Hour})
		e.eventually("the other has all", func() bool { return e.queue("good").Delivered == 20 })
		e.emit(5, "ada")
		e.eventually("and goes on so", func() bool { return e.queue("good").Delivered == 25 })
		stop()
		if q := e.queue("bad"); q.Pending != 25 {
			e.Errorf("%+v", q)
		}
		if n := e.log.with("WARN", "a part of the relay fails", "endpoint bad", "not that one"); n != 1 {
			e.Errorf("the log was told %d times", n)
		}
		e.must(engine.Close(e.Context()))
	})
}

// What the engine refused is handed over again, less and less often, and all of
// it when the engine takes it again; the log is told of the end as well.
func TestRefusedEndpointRecovers(t *testing.T) {
	e := open(t, databases[0].open(t))
	p := &endpoints{limits: []outbox.Limits{{Endpoint: "bad"}}}
	e.queued(p, 5, "ada")
	engine := outbox.Direct(e.store, 4, e.store.Runner(nil, p))
	broken := &noted{broken: errors.New("not now")}
	stop := e.relay(outbox.Config{Deliverer: p, Engine: broken})
	e.eventually("it was tried a few times", func() bool { return broken.called() > 3 })
	if n := e.log.with("WARN", "a part of the relay fails"); n != 1 {
		e.Errorf("the log was told %d times", n)
	}
	broken.on = engine.Send
	broken.mend(nil)
	e.eventually("all is delivered", func() bool { return e.queue("bad").Delivered == 5 })
	e.eventually("the log was told", func() bool { return e.log.with("INFO", "works again", "hand-over of deliveries") == 1 })
	stop()
	e.must(engine.Close(e.Context()))
}
