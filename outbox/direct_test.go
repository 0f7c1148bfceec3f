package outbox_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// A job is run when it is due, and again until its handler succeeds, whether it
// fails or panics.
func TestDirectRunsUntilSuccess(t *testing.T) {
	onEach(t, func(e *env) {
		var mu sync.Mutex
		ids := map[int][]string{}
		handlers := outbox.NewHandlers()
		outbox.Handle(handlers, func(ctx context.Context, j job) error {
			mu.Lock()
			defer mu.Unlock()
			entry, _ := outbox.EntryFrom(ctx)
			ids[j.N] = append(ids[j.N], entry.ID)
			switch {
			case j.N == 1 && len(ids[1]) == 1:
				return errors.New("not yet")
			case j.N == 1 && len(ids[1]) == 2:
				panic("not yet either")
			}
			return nil
		})
		e.Schedule(2, authgen.After(time.Minute))
		engine := outbox.Direct(e.Outbox, 2, e.Outbox.Runner(handlers, nil))
		stop := e.Relay(outbox.Config{Engine: engine})
		e.Pass(time.Minute)
		e.Eventually("both have succeeded", func() bool {
			e.Pass(time.Second)
			return e.Status().Jobs == (admin.JobStatus{})
		})
		stop()
		e.Must(engine.Close(e.Context()))
		if len(ids[0]) != 1 || len(ids[1]) != 3 || ids[1][0] == "" || ids[1][0] != ids[1][2] {
			e.Errorf("they ran so: %v", ids)
		}
		if n := e.Log.With("WARN", "run again", "type=count"); n != 2 {
			e.Errorf("the log was told %d times", n)
		}
	})
}

// A job that fails is put off for as long again as it has been due.
func TestDirectPutsOff(t *testing.T) {
	onEach(t, func(e *env) {
		var runs atomic.Int64
		engine := outbox.Direct(e.Outbox, 1, func(context.Context, outbox.Entry) error {
			runs.Add(1)
			return errors.New("no")
		})
		e.Schedule(1)
		due := e.Clock()
		stop := e.Relay(outbox.Config{Engine: engine})
		for i, want := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
			e.Eventually("it has run and is put off", func() bool {
				jobs := e.List(admin.Filter{Kind: outbox.KindJob})
				return runs.Load() == int64(i+1) && len(jobs) == 1 && jobs[0].LeasedUntil.Sub(due) == want
			})
			e.Pass(due.Add(want).Sub(e.Clock()))
		}
		stop()
		e.Must(engine.Close(e.Context()))
	})
}

// A job stays in the outbox while it runs, and no more run than were asked for.
func TestDirectBounds(t *testing.T) {
	onEach(t, func(e *env) {
		var running, most atomic.Int64
		end := make(chan struct{})
		engine := outbox.Direct(e.Outbox, 3, func(context.Context, outbox.Entry) error {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			<-end
			running.Add(-1)
			return nil
		})
		e.Schedule(10)
		stop := e.Relay(outbox.Config{Engine: engine})
		e.Eventually("three run", func() bool { return running.Load() == 3 })
		if jobs := e.Status().Jobs; jobs.Due+jobs.Leased != 10 {
			e.Errorf("%+v while three run", jobs)
		}
		close(end)
		e.Eventually("all have run", func() bool { return e.Status().Jobs == (admin.JobStatus{}) })
		stop()
		e.Must(engine.Close(e.Context()))
		if most.Load() > 3 {
			e.Errorf("%d ran at once", most.Load())
		}
	})
}

// Close waits for what runs, and takes nothing more; when its context ends, so
// do those of what runs.
func TestDirectClose(t *testing.T) {
	e := open(t, databases[0].Open(t))
	stopped := make(chan struct{})
	engine := outbox.Direct(e.Outbox, 2, func(ctx context.Context, _ outbox.Entry) error {
		<-ctx.Done()
		close(stopped)
		return ctx.Err()
	})
	e.Must(engine.Send(e.Context(), []outbox.Entry{{ID: "1", Kind: outbox.KindDelivery}}))
	ctx, cancel := context.WithCancel(e.Context())
	cancel()
	if err := engine.Close(ctx); !errors.Is(err, context.Canceled) {
		e.Errorf("Close returned %v", err)
	}
	<-stopped
	err := engine.Send(e.Context(), []outbox.Entry{{ID: "2", Kind: outbox.KindJob}})
	untaken := new(outbox.PartialError)
	if !errors.Is(err, outbox.ErrClosed) || !errors.As(err, &untaken) || !slices.Equal(untaken.IDs, []string{"2"}) {
		e.Errorf("Send after Close returned %v", err)
	}
}

// An entry that still runs is not begun a second time.
func TestDirectRunsOnce(t *testing.T) {
	e := open(t, databases[0].Open(t))
	end := make(chan struct{})
	var runs atomic.Int64
	engine := outbox.Direct(e.Outbox, 2, func(context.Context, outbox.Entry) error {
		runs.Add(1)
		<-end
		return nil
	})
	entry := outbox.Entry{ID: "1", Kind: outbox.KindDelivery}
	e.Must(engine.Send(e.Context(), []outbox.Entry{entry}))
	if err := engine.Send(e.Context(), []outbox.Entry{entry}); !errors.As(err, new(*outbox.PartialError)) {
		e.Errorf("the second Send returned %v", err)
	}
	close(end)
	e.Must(engine.Close(e.Context()))
	if runs.Load() != 1 {
		e.Errorf("it ran %d times", runs.Load())
	}
}

// Runner sends each kind where it belongs, and says what is missing.
func TestRunner(t *testing.T) {
	e := open(t, databases[0].Open(t))
	run := e.Outbox.Runner(outbox.NewHandlers(), nil)
	var unknown *outbox.UnknownJobError
	if err := run(e.Context(), outbox.Entry{Kind: outbox.KindJob, Type: "x"}); !errors.As(err, &unknown) || unknown.Type != "x" {
		e.Errorf("a job without a handler: %v", err)
	}
	for _, kind := range []outbox.Kind{outbox.KindDelivery, outbox.KindEvent} {
		if err := run(e.Context(), outbox.Entry{Kind: kind}); err == nil {
			e.Errorf("an entry of kind %v was run by nobody", kind)
		}
	}
	if err := e.Outbox.Runner(nil, nil)(e.Context(), outbox.Entry{Kind: outbox.KindJob, Type: "x"}); !errors.As(err, &unknown) {
		e.Errorf("a job without handlers: %v", err)
	}
}

// A job has the whole lease for its handler, however long others of the batch
// take: it is not claimed before it can begin.
func TestDirectClaimsWhatItCanBegin(t *testing.T) {
	e := open(t, databases[0].Open(t))
	begin, end := make(chan time.Time, 6), make(chan struct{})
	engine := outbox.Direct(e.Outbox, 2, func(ctx context.Context, _ outbox.Entry) error {
		deadline, _ := ctx.Deadline()
		begin <- deadline
		<-end
		return nil
	})
	e.Schedule(6)
	defer func() { e.Must(engine.Close(context.Background())) }()
	defer e.Relay(outbox.Config{Engine: engine, Lease: time.Hour})()
	for range 3 {
		for range 2 {
			if left := time.Until(<-begin); left < 59*time.Minute {
				t.Errorf("a handler has %v", left)
			}
		}
		if s := e.Status().Jobs; s.Leased != 2 {
			t.Errorf("%+v are claimed", s)
		}
		e.Pass(time.Minute)
		for range 2 {
			end <- struct{}{}
		}
	}
	e.Eventually("all have run", func() bool { s := e.Status().Jobs; return s.Leased+s.Due == 0 })
}
