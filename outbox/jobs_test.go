package outbox_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
)

// A job is handed over when it is due, the longest due first.
func TestJobsWhenDue(t *testing.T) {
	onEach(t, func(e *env) {
		sink := &noted{}
		e.schedule(1, authgen.After(2*time.Minute))
		e.schedule(1, authgen.After(time.Minute), authgen.UniqueKey("x"))
		e.relay(outbox.Config{Engine: sink})
		time.Sleep(50 * time.Millisecond)
		if n := len(sink.taken()); n != 0 {
			e.Errorf("%d jobs were handed over before they were due", n)
		}
		if jobs := e.status().Jobs; jobs.Waiting != 2 || jobs.Due != 0 {
			e.Errorf("%+v", jobs)
		}
		e.pass(time.Minute)
		e.eventually("the first is handed over", func() bool { return len(sink.taken()) == 1 })
		e.pass(time.Minute)
		e.eventually("both are handed over", func() bool { return len(sink.taken()) == 2 })
		got := sink.taken()
		if !got[0].Due.Before(got[1].Due) || got[0].Type != "count" || got[0].Kind != outbox.KindJob || string(got[0].Body) != `{"n":0}` {
			e.Errorf("%+v", got)
		}
	})
}

// Of three relays, each job goes to one.
func TestThreeRelaysShareJobs(t *testing.T) {
	onEach(t, func(e *env) {
		sink := &noted{}
		e.schedule(600)
		for range 3 {
			e.relayOn(outbox.New(e.db), outbox.Config{Engine: sink, Batch: 20})
		}
		e.eventually("all are taken", func() bool { return len(sink.taken()) >= 600 })
		seen := map[string]bool{}
		for _, entry := range sink.taken() {
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
		sink := &noted{on: func(_ context.Context, due []outbox.Entry) error {
			mu.Lock()
			defer mu.Unlock()
			for _, entry := range due {
				if string(entry.Body) == `{"n":0}` && !accept {
					return errors.New("no such kind")
				}
			}
			return nil
		}}
		e.schedule(40)
		e.relay(outbox.Config{Engine: sink})
		e.eventually("the others are handed over", func() bool { return len(sink.taken()) == 39 })
		mu.Lock()
		accept = true
		mu.Unlock()
		e.eventually("it is handed over in the end", func() bool { e.pass(time.Second); return len(sink.taken()) == 40 })
	})
}

// A unique job that is being handed over no longer stands for a new one.
func TestUniqueJobHandedOver(t *testing.T) {
	onEach(t, func(e *env) {
		begun, end := make(chan struct{}, 10), make(chan struct{})
		sink := &noted{on: func(context.Context, []outbox.Entry) error {
			begun <- struct{}{}
			<-end
			return nil
		}}
		e.schedule(1, authgen.UniqueKey("x"))
		e.schedule(1, authgen.UniqueKey("x"))
		e.relay(outbox.Config{Engine: sink})
		<-begun
		e.schedule(1, authgen.UniqueKey("x"))
		close(end)
		e.eventually("both are handed over", func() bool { return len(sink.taken()) == 2 })
	})
}

// What was handed over and never removed comes again when the lease ends, under
// the same id.
func TestJobLeaseEnds(t *testing.T) {
	onEach(t, func(e *env) {
		dying := &noted{on: func(ctx context.Context, _ []outbox.Entry) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		e.schedule(2)
		e.relay(outbox.Config{Engine: dying, Lease: time.Hour})
		e.eventually("they are leased", func() bool { return e.status().Jobs.Leased == 2 })
		ids := e.list(outbox.Filter{Kind: outbox.KindJob})
		sink := &noted{}
		e.relayOn(outbox.New(e.db), outbox.Config{Engine: sink, Lease: time.Hour})
		time.Sleep(50 * time.Millisecond)
		if len(sink.taken()) > 0 {
			e.Error("they were handed over while the lease held")
		}
		e.pass(time.Hour)
		e.eventually("they come again", func() bool { return len(sink.taken()) == 2 })
		for i, entry := range sink.taken() {
			if entry.ID != ids[0].ID && entry.ID != ids[1].ID {
				e.Errorf("job %d has another id", i)
			}
		}
	})
}

// Without an engine, jobs stay for the relays that have one.
func TestNoEngine(t *testing.T) {
	onEach(t, func(e *env) {
		e.schedule(1)
		e.emit(1, "ada")
		e.relay(outbox.Config{})
		time.Sleep(50 * time.Millisecond)
		if status := e.status(); status.Jobs.Due != 1 || status.Events.Waiting != 1 {
			e.Errorf("%+v", status)
		}
	})
}
