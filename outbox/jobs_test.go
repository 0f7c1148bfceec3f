package outbox_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// A job is handed over when it is due, the longest due first.
func TestJobsWhenDue(t *testing.T) {
	onEach(t, func(e *env) {
		sink := &noted{}
		e.Schedule(1, authgen.After(2*time.Minute))
		e.Schedule(1, authgen.After(time.Minute), authgen.UniqueKey("x"))
		e.Relay(outbox.Config{Engine: sink})
		time.Sleep(50 * time.Millisecond)
		if n := len(sink.Taken()); n != 0 {
			e.Errorf("%d jobs were handed over before they were due", n)
		}
		if jobs := e.Status().Jobs; jobs.Waiting != 2 || jobs.Due != 0 {
			e.Errorf("%+v", jobs)
		}
		e.Pass(time.Minute)
		e.Eventually("the first is handed over", func() bool { return len(sink.Taken()) == 1 })
		e.Pass(time.Minute)
		e.Eventually("both are handed over", func() bool { return len(sink.Taken()) == 2 })
		got := sink.Taken()
		if !got[0].Due.Before(got[1].Due) || got[0].Type != "count" || got[0].Kind != outbox.KindJob || string(got[0].Body) != `{"n":0}` {
			e.Errorf("%+v", got)
		}
	})
}

// Of three relays, each job goes to one.
func TestThreeRelaysShareJobs(t *testing.T) {
	onEach(t, func(e *env) {
		sink := &noted{}
		e.Schedule(600)
		for range 3 {
			e.RelayOn(outbox.New(e.DB), outbox.Config{Engine: sink, Batch: 20})
		}
		e.Eventually("all are taken", func() bool { return len(sink.Taken()) >= 600 })
		seen := map[string]bool{}
		for _, entry := range sink.Taken() {
			if seen[entry.ID] {
				e.Errorf("job %s was handed over twice", entry.ID)
			}
			seen[entry.ID] = true
		}
	})
}

// A job that the engine refuses is put off, and does not hold up the others.
func TestJobRefused(t *testing.T) {
	onEach(t, func(e *env) {
		var mu sync.Mutex
		accept := false
		sink := &noted{On: func(_ context.Context, due []outbox.Entry) error {
			mu.Lock()
			defer mu.Unlock()
			for _, entry := range due {
				if string(entry.Body) == `{"n":0}` && !accept {
					return errors.New("no such kind")
				}
			}
			return nil
		}}
		e.Schedule(40)
		e.Relay(outbox.Config{Engine: sink})
		e.Eventually("the others are handed over", func() bool { return len(sink.Taken()) == 39 })
		mu.Lock()
		accept = true
		mu.Unlock()
		e.Eventually("it is handed over in the end", func() bool { e.Pass(time.Second); return len(sink.Taken()) == 40 })
	})
}

// A unique job that is being handed over no longer stands for a new one.
func TestUniqueJobHandedOver(t *testing.T) {
	onEach(t, func(e *env) {
		begun, end := make(chan struct{}, 10), make(chan struct{})
		sink := &noted{On: func(context.Context, []outbox.Entry) error {
			begun <- struct{}{}
			<-end
			return nil
		}}
		e.Schedule(1, authgen.UniqueKey("x"))
		e.Schedule(1, authgen.UniqueKey("x"))
		e.Relay(outbox.Config{Engine: sink})
		<-begun
		e.Schedule(1, authgen.UniqueKey("x"))
		close(end)
		e.Eventually("both are handed over", func() bool { return len(sink.Taken()) == 2 })
	})
}

// What was handed over and never removed comes again when the lease ends, under
// the same id.
func TestJobLeaseEnds(t *testing.T) {
	onEach(t, func(e *env) {
		dying := &noted{On: func(ctx context.Context, _ []outbox.Entry) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		e.Schedule(2)
		e.Relay(outbox.Config{Engine: dying, Lease: time.Hour})
		e.Eventually("they are leased", func() bool { return e.Status().Jobs.Leased == 2 })
		ids := e.List(admin.Filter{Kind: outbox.KindJob})
		sink := &noted{}
		e.RelayOn(outbox.New(e.DB), outbox.Config{Engine: sink, Lease: time.Hour})
		time.Sleep(50 * time.Millisecond)
		if len(sink.Taken()) > 0 {
			e.Error("they were handed over while the lease held")
		}
		e.Pass(time.Hour)
		e.Eventually("they come again", func() bool { return len(sink.Taken()) == 2 })
		for i, entry := range sink.Taken() {
			if entry.ID != ids[0].ID && entry.ID != ids[1].ID {
				e.Errorf("job %d has another id", i)
			}
		}
	})
}

// Without an engine, jobs stay for the relays that have one.
func TestNoEngine(t *testing.T) {
	onEach(t, func(e *env) {
		e.Schedule(1)
		e.Emit(1, "ada")
		e.Relay(outbox.Config{})
		time.Sleep(50 * time.Millisecond)
		if status := e.Status(); status.Jobs.Due != 1 || status.Events.Waiting != 1 {
			e.Errorf("%+v", status)
		}
	})
}
