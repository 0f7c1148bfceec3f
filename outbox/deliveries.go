package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/authgen/authgen/outbox/internal/queue"
)

// A deliveryTask leases due deliveries and hands them to the engine, each endpoint's by
// themselves. An endpoint for which that fails waits longer each time, and no other
// endpoint waits with it.
type deliveryTask struct {
	relay  *Relay
	failed map[string]failure // by endpoint
}

// A failure is how often in a row something has failed, and when it is tried again.
type failure struct {
	times int
	until time.Time
	cause error
}

// step hands over one batch of each endpoint that has any. Its error tells of all
// endpoints that have failed last, whether or not they were tried in this step, so that
// the log is told once of what goes on for long.
func (d *deliveryTask) step(ctx context.Context) (time.Duration, error) {
	r := d.relay
	limits := r.config.Deliverer.Limits()
	d.forget(limits)
	ready, slot, err := r.outbox.queue.Deliveries().Ready(ctx, r.endpoints(limits))
	if err != nil {
		return 0, err
	}
	wait := r.idle()
	if slot > 0 {
		wait = min(wait, slot)
	}
	ready = slices.DeleteFunc(ready, func(q queue.Ready) bool {
		left := time.Until(d.failed[q.Name].until)
		if left > 0 {
			wait = min(wait, left)
		}
		return left > 0
	})
	terms, together := queue.Terms{Lease: r.config.Lease, Limit: r.config.Batch}, 1
	if _, runs := r.config.Engine.(runner); runs {
		// It takes what it is handed at once. Another engine may take its time, and the
		// leases of the endpoints after it must not have begun.
		terms.Begin, together = true, len(ready)
	}
	for len(ready) > 0 && ctx.Err() == nil {
		batches, err := r.outbox.queue.Deliveries().Lease(ctx, ready[:min(together, len(ready))], terms)
		switch {
		case err == nil:
		case together > 1:
			together = 1 // to see whose fault it is
			continue
		default:
			wait = min(wait, d.fail(ready[0].Name, err))
			ready = ready[1:]
			continue
		}
		for _, b := range batches {
			wait = min(wait, d.handOver(ctx, b, wait))
		}
		ready = ready[len(batches):]
	}
	return wait, d.failure()
}

// endpoints returns the endpoints as the queue leases their deliveries.
func (r *Relay) endpoints(limits []Limits) []queue.Endpoint {
	endpoints := make([]queue.Endpoint, len(limits))
	for i, l := range limits {
		endpoints[i] = queue.Endpoint{Name: l.Endpoint, Ordered: l.Ordered, Concurrency: l.concurrency(), Rate: l.Rate, Lease: l.timeout() + r.outbox.grace}
	}
	return endpoints
}

// handOver hands over what was leased of an endpoint, and returns when to look for
// more: after idle if nothing wakes the task before.
func (d *deliveryTask) handOver(ctx context.Context, b queue.Batch, idle time.Duration) time.Duration {
	if len(b.Due) > 0 {
		if err := d.relay.hand(ctx, b.Due); err != nil {
			return d.fail(b.Endpoint, err)
		}
		delete(d.failed, b.Endpoint)
	}
	if b.More {
		return 0
	}
	return idle
}

// fail remembers a failure of an endpoint, and returns how long it waits.
func (d *deliveryTask) fail(endpoint string, err error) time.Duration {
	times := d.failed[endpoint].times + 1
	if errors.As(err, new(*progressError)) {
		times = 1
	}
	wait := d.relay.backoff(times)
	d.failed[endpoint] = failure{times: times, until: time.Now().Add(wait), cause: err}
	return wait
}

// hand hands leased deliveries to the engine, and gives back those that it did not
// take.
func (r *Relay) hand(ctx context.Context, leased []queue.Delivery) error {
	due := make([]Entry, len(leased))
	for i := range leased {
		due[i] = attemptEntry(&leased[i])
	}
	taken, _, err := r.outbox.handOver(ctx, handOver{sink: r.config.Engine, name: EngineName, due: due, lease: r.config.Lease})
	if err != nil && len(taken) > 0 {
		err = &progressError{cause: err}
	}
	if len(taken) < len(due) {
		left := leased[:0]
		for i := range due {
			if !slices.ContainsFunc(taken, func(e Entry) bool { return e.ID == due[i].ID }) {
				left = append(left, leased[i])
			}
		}
		err = errors.Join(err, r.outbox.queue.Deliveries().Return(ctx, left))
	}
	return err
}

// forget forgets the failures of endpoints that are gone.
func (d *deliveryTask) forget(limits []Limits) {
	maps.DeleteFunc(d.failed, func(name string, _ failure) bool {
		return !slices.ContainsFunc(limits, func(l Limits) bool { return l.Endpoint == name })
	})
}

// failure returns the failures of all endpoints as one error.
func (d *deliveryTask) failure() error {
	var all error
	for _, name := range slices.Sorted(maps.Keys(d.failed)) {
		all = errors.Join(all, fmt.Errorf("endpoint %s: %w", name, d.failed[name].cause))
	}
	if all == nil {
		return nil
	}
	return &progressError{cause: all, apart: true}
}
