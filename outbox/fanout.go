package outbox

import (
	"context"
	"time"

	"github.com/authgen/authgen/outbox/internal/queue"
)

// A fanOut moves events into the queues of their destinations, a batch in a
// transaction. It does so for all relays: each event goes once, to the destinations
// that the relay knows which happens to take it.
type fanOut struct {
	relay *Relay
	busy  bool // the last batch left some
}

func (f *fanOut) step(ctx context.Context) (time.Duration, error) {
	r := f.relay
	if !f.busy {
		there, err := r.outbox.events.Waiting(ctx)
		if err != nil || !there {
			return r.idle(), err
		}
	}
	f.busy = false
	ctx, done := r.outbox.trace(ctx, Span{Name: SpanFanOut})
	n, more, err := r.outbox.events.FanOut(ctx, r.destinations(), r.config.Batch)
	done(SpanEnd{Entries: n, Err: err})
	if n == 0 {
		return r.idle(), err
	}
	f.busy = more
	r.deliveries.poke()
	for _, t := range r.feeding {
		t.poke()
	}
	return 0, err
}

// destinations returns a function that gives the queues that events of a type go into.
// Whether an endpoint is ordered is known where the limits are. Otherwise leases find
// out.
func (r *Relay) destinations() func(eventType string) []queue.Destination {
	var limits []Limits
	if r.config.Deliverer != nil {
		limits = r.config.Deliverer.Limits()
	} else if d, ok := r.config.Router.(interface{ Limits() []Limits }); ok {
		limits = d.Limits()
	}
	ordered := map[string]bool{}
	for _, l := range limits {
		ordered[l.Endpoint] = l.Ordered
	}
	return func(eventType string) (queues []queue.Destination) {
		if r.config.Router != nil {
			for _, name := range r.config.Router.Route(eventType) {
				queues = append(queues, queue.Destination{Name: name, Ordered: ordered[name]})
			}
		}
		for name := range r.config.Events {
			queues = append(queues, queue.Destination{Name: name, Sink: true})
		}
		return queues
	}
}
