package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A deliveryLine claims due deliveries, each endpoint by itself, and hands them
// to the engine. An endpoint of which that fails waits longer each time, and no
// other waits with it.
type deliveryLine struct {
	relay  *Relay
	failed map[string]failure // by endpoint
}

// A failure is how often in a row something has failed, and when it is tried
// again.
type failure struct {
	times int
	until time.Time
	cause error
}

// step hands over one batch of each endpoint that has any. Its error tells of
// all endpoints that have failed last, whether or not they were tried in this
// step, so that the log is told once of what goes on for long.
func (d *deliveryLine) step(ctx context.Context) (time.Duration, error) {
	r := d.relay
	limits := r.config.Deliver.Limits()
	d.forget(limits)
	ready, err := r.store.ready(ctx, limits)
	if err != nil {
		return 0, err
	}
	wait := r.idle()
	for _, q := range ready {
		if ctx.Err() != nil {
			break
		}
		left := time.Until(d.failed[q.Endpoint].until)
		if left <= 0 {
			left = d.handOver(ctx, q, r.idle())
		}
		wait = min(wait, left)
	}
	return wait, d.failure()
}

// handOver hands over one batch of an endpoint, and returns when to look for
// the next: after idle if nobody tells of any.
func (d *deliveryLine) handOver(ctx context.Context, q readyQueue, idle time.Duration) time.Duration {
	r := d.relay
	c, err := r.store.claimDeliveries(ctx, q, r.config.Lease, r.config.Batch)
	if err == nil && len(c.due) > 0 {
		err = r.hand(ctx, q.Endpoint, c.due)
	}
	switch {
	case err != nil:
		times := d.failed[q.Endpoint].times + 1
		if errors.As(err, new(*partlyError)) {
			times = 1
		}
		wait := r.backoff(times)
		d.failed[q.Endpoint] = failure{times: times, until: time.Now().Add(wait), cause: err}
		return wait
	case len(c.due) > 0:
		delete(d.failed, q.Endpoint)
		return 0
	case c.more:
		return 0
	case c.slot > 0:
		return min(idle, max(c.slot, time.Millisecond))
	}
	return idle
}

// hand hands claimed deliveries to the engine, and gives back those that it did
// not take.
func (r *Relay) hand(ctx context.Context, endpoint string, due []Entry) error {
	taken, _, err := r.store.handOver(ctx, handing{sink: r.config.Engine, name: EngineName, due: due, lease: r.config.Lease})
	if err != nil && len(taken) > 0 {
		err = &partlyError{cause: err}
	}
	if left := without(due, idsOf(taken)); len(left) > 0 {
		err = errors.Join(err, r.store.unclaim(ctx, endpoint, left))
	}
	return err
}

// forget forgets the failures of endpoints that are no longer there.
func (d *deliveryLine) forget(limits []Limits) {
	maps.DeleteFunc(d.failed, func(name string, _ failure) bool {
		return !slices.ContainsFunc(limits, func(l Limits) bool { return l.Endpoint == name })
	})
}

// failure returns the failures of all endpoints as one error.
func (d *deliveryLine) failure() error {
	var all error
	for _, name := range slices.Sorted(maps.Keys(d.failed)) {
		all = errors.Join(all, fmt.Errorf("endpoint %s: %w", name, d.failed[name].cause))
	}
	if all == nil {
		return nil
	}
	return &partlyError{cause: all, apart: true}
}
