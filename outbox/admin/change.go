package admin

import (
	"context"
	"fmt"
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/internal/queue"
)

// Replay makes deliveries pending again that match the filter, due now, as if they had
// never been attempted, and returns how many. The filter's States may be exhausted (the
// default), delivered, cancelled and pending. Two kinds of pending deliveries stay as they
// are: those that wait for an earlier event of their document, and those for an event
// sink.
func (a *Admin) Replay(ctx context.Context, f Filter) (int, error) {
	if f.kind() != outbox.KindDelivery {
		return 0, fmt.Errorf("outbox: only deliveries can be replayed, not records of kind %v", f.Kind)
	}
	if err := f.allow(StateExhausted, StateDelivered, StateCancelled, StatePending); err != nil {
		return 0, fmt.Errorf("outbox: cannot replay: %w", err)
	}
	return a.eachQueue(ctx, f, a.queue.Changes().Replay)
}

// Cancel gives up what matches the filter, and returns how much that is. Events and jobs
// are removed. Deliveries stay for a while, and can be replayed; the filter's States may
// be exhausted (the default), pending and leased. An attempt that is under way is not
// stopped.
func (a *Admin) Cancel(ctx context.Context, f Filter) (int, error) {
	if err := f.check(); err != nil {
		return 0, err
	}
	switch f.kind() {
	case outbox.KindEvent:
		return a.remove(ctx, f, "authgen_event")
	case outbox.KindJob:
		return a.remove(ctx, f, "authgen_job")
	}
	if err := f.allow(StateExhausted, StatePending, StateLeased); err != nil {
		return 0, fmt.Errorf("outbox: cannot cancel: %w", err)
	}
	return a.eachQueue(ctx, f, a.queue.Changes().Cancel)
}

// allow gives a filter without states the first of those that may be, and refuses
// others.
func (f *Filter) allow(may ...State) error {
	if len(f.States) == 0 {
		f.States = may[:1]
	}
	for _, state := range f.States {
		if !slices.Contains(may, state) {
			return fmt.Errorf("what is %s stays as it is: the states may be %q", state, may)
		}
	}
	return nil
}

// eachQueue changes the deliveries of each queue that the filter lets through.
func (a *Admin) eachQueue(ctx context.Context, f Filter, change func(context.Context, string, func() *queue.Conditions) (int, error)) (total int, err error) {
	names, err := a.queue.Endpoints().Names(ctx)
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		if !f.in(name) {
			continue
		}
		n, err := change(ctx, name, func() *queue.Conditions { return f.conditions(name) })
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// remove deletes events or jobs. A job that an engine has taken is gone from the outbox.
func (a *Admin) remove(ctx context.Context, f Filter, table string) (int, error) {
	if f.ID == "" && f.Type == "" && f.Table == "" && f.DocumentID == "" {
		return 0, fmt.Errorf("outbox: cannot cancel every %v: name an id, a type, a table or a document", f.Kind)
	}
	return a.queue.Changes().Remove(ctx, table, func() *queue.Conditions { return f.conditions("") })
}

// Enable lets an endpoint that was disabled have deliveries again, beginning with those
// that have waited. If there is no such endpoint, the error is [authgen.ErrNotFound].
func (a *Admin) Enable(ctx context.Context, endpoint string) error {
	found, err := a.queue.Endpoints().Enable(ctx, endpoint)
	if err == nil && !found {
		err = fmt.Errorf("outbox: no event ever went to an endpoint %q: %w", endpoint, authgen.ErrNotFound)
	}
	return err
}

// Disable lets an endpoint have no more deliveries until it is enabled, as if it had
// answered 410. They stay pending. An event sink can be disabled as well.
func (a *Admin) Disable(ctx context.Context, endpoint, reason string) error {
	return a.queue.Endpoints().Disable(ctx, endpoint, reason)
}
