package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A deliveryLine claims due deliveries and hands them to the engine, each
// endpoint's by themselves. An endpoint of which that fails waits longer each
// time, and no other waits with it.
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
	limits := r.config.Deliverer.Limits()
	d.forget(limits)
	ready, slot, err := r.store.ready(ctx, limits)
	if err != nil {
		return 0, err
	}
	wait := r.idle()
	if slot > 0 {
		wait = min(wait, slot)
	}
	ready = slices.DeleteFunc(ready, func(q readyQueue) bool {
		left := time.Until(d.failed[q.Endpoint].until)
		if left > 0 {
			wait = min(wait, left)
		}
		return left > 0
	})
	how, together := claiming{lease: r.config.Lease, limit: r.config.Batch}, 1
	if _, runs := r.config.Engine.(runner); runs {
		// It takes what it is handed at once. Another may take its time, and for
		// those that come after it the leases must not have begun.
		how.begin, together = true, len(ready)
	}
	for len(ready) > 0 && ctx.Err() == nil {
		claims, err := r.store.claimDeliveries(ctx, ready[:min(together, len(ready))], how)
		switch {
		case err == nil:
		case together > 1:
			together = 1 // for it to be seen whose fault it is
			continue
		default:
			wait = min(wait, d.fail(ready[0].Endpoint, err))
			ready = ready[1:]
			continue
		}
		for _, c := range claims {
			wait = min(wait, d.handOver(ctx, c, wait))
		}
		ready = ready[len(claims):]
	}
	return wait, d.failure()
}

// handOver hands over what was claimed of an endpoint, and returns when to look
// for more: after idle if nobody tells of any.
func (d *deliveryLine) handOver(ctx context.Context, c claim, idle time.Duration) time.Duration {
	if len(c.due) > 0 {
		if err := d.relay.hand(ctx, c.endpoint, c.due); err != nil {
			return d.fail(c.endpoint, err)
		}
		delete(d.failed, c.endpoint)
	}
	if c.more {
		return 0
	}
	return idle
}

// fail remembers a failure of an endpoint, and returns how long it waits.
func (d *deliveryLine) fail(endpoint string, err error) time.Duration {
	times := d.failed[endpoint].times + 1
	if errors.As(err, new(*partlyError)) {
		times = 1
	}
	wait := d.relay.backoff(times)
	d.failed[endpoint] = failure{times: times, until: time.Now().Add(wait), cause: err}
	return wait
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
