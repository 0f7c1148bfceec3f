package river_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/river"
)

func TestHandlerSeesTheEntry(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		seen := make(chan outbox.Entry, 1)
		e := s.started(t, river.Config{Handlers: noting(func(ctx context.Context, _ note) error {
			entry, _ := outbox.EntryFrom(ctx)
			seen <- entry
			return nil
		})})
		want := jobEntries(1)[0]
		want.Due = time.Date(2026, 11, 21, 10, 0, 0, 123e6, time.UTC)
		if err := e.Send(t.Context(), []outbox.Entry{want}); err != nil {
			t.Fatal(err)
		}
		got := <-seen
		if got.ID != want.ID || got.Kind != want.Kind || got.Type != want.Type || !got.Due.Equal(want.Due) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// A job that fails is tried again until MaxAttempts; a panic is a failure.
func TestFailures(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		var log lockedBuffer
		e := s.started(t, river.Config{
			MaxAttempts: 2, Adjust: atOnce, Logger: slog.New(slog.NewTextHandler(&log, nil)),
			Handlers: noting(func(_ context.Context, j note) error {
				switch j.N {
				case 0:
					return errors.New("the printer is out of paper")
				case 1:
					panic("no paper at all")
				}
				return nil
			}),
		})
		if err := e.Send(t.Context(), jobEntries(3)); err != nil {
			t.Fatal(err)
		}
		eventually(t, "all jobs are finished", func() bool {
			return s.states(t, river.JobKind) == "map[completed:1 discarded:2]"
		})
		rows := s.rows(t, river.JobKind)
		for n, want := range []string{"the printer is out of paper", "no paper at all"} {
			if !strings.Contains(rows[n].Errors, want) || rows[n].Attempt != 2 {
				t.Errorf("River has %+v", rows[n])
			}
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %q", want)
			}
		}
		if strings.Count(log.String(), "a job failed for good") != 2 {
			t.Errorf("the log does not tell of two failures for good:\n%s", &log)
		}
	})
}

// A job without a handler is tried again for a while, as a newer release may be
// about to start, and then cancelled with an error that names it.
func TestUnknownKind(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		entry := outbox.Entry{ID: "1", Kind: outbox.KindJob, Type: "sing a song", Body: json.RawMessage(`{}`)}
		var log lockedBuffer
		c := river.Config{Handlers: outbox.NewHandlers(), Adjust: atOnce, Unknown: time.Hour, MaxAttempts: 1000, Logger: slog.New(slog.NewTextHandler(&log, nil))}
		e := s.engine(t, c)
		if err := e.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := e.Send(t.Context(), []outbox.Entry{entry}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "it is tried again", func() bool { return s.rows(t, river.JobKind)[0].Attempt > 3 })
		if err := e.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.Unknown = time.Nanosecond
		s.started(t, c)
		eventually(t, "it is cancelled", func() bool { return s.states(t, river.JobKind) == "map[cancelled:1]" })
		if got := s.rows(t, river.JobKind)[0].Errors; !strings.Contains(got, "sing a song") || !strings.Contains(got, "outbox.Handle") {
			t.Errorf("the error is %s", got)
		}
		if !strings.Contains(log.String(), `a job is cancelled, as no process has a handler for it" type="sing a song"`) {
			t.Errorf("the log does not tell:\n%s", &log)
		}
	})
}

func TestTimeout(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		e := s.started(t, river.Config{
			Timeout: 100 * time.Millisecond, MaxAttempts: 1,
			Handlers: noting(func(ctx context.Context, _ note) error {
				<-ctx.Done()
				return ctx.Err()
			}),
		})
		if err := e.Send(t.Context(), jobEntries(1)); err != nil {
			t.Fatal(err)
		}
		eventually(t, "it is discarded", func() bool { return s.states(t, river.JobKind) == "map[discarded:1]" })
		if got := s.rows(t, river.JobKind)[0].Errors; !strings.Contains(got, "deadline") {
			t.Errorf("the error is %s", got)
		}
	})
}

// Stop waits for what runs. What it cancels when its own time is over is run
// again, and the attempt does not count.
func TestStop(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		var patient, cancelled atomic.Int32
		began := make(chan int, 10)
		release := make(chan struct{})
		e := s.engine(t, river.Config{Handlers: noting(func(ctx context.Context, j note) error {
			began <- j.N
			select {
			case <-release:
			case <-ctx.Done():
				cancelled.Add(1)
				return ctx.Err()
			}
			patient.Add(1)
			return nil
		})})
		start := func(e engine) {
			t.Helper()
			if err := e.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		start(e)
		if err := e.Send(t.Context(), jobEntries(1)); err != nil {
			t.Fatal(err)
		}
		<-began
		hurry, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := e.Stop(hurry); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v, want the error of the context", err)
		}
		if cancelled.Load() != 1 {
			t.Fatal("the job was not cancelled")
		}
		if got := s.rows(t, river.JobKind)[0]; got.State != "available" || got.Attempt != 0 {
			t.Fatalf("River has %+v", got)
		}
		start(e)
		<-began
		stopped := make(chan error, 1)
		go func() { stopped <- e.Stop(t.Context()) }()
		select {
		case err := <-stopped:
			t.Fatalf("Stop did not wait: %v", err)
		case <-time.After(200 * time.Millisecond):
		}
		close(release)
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		if patient.Load() != 1 || s.finished(t) != 1 {
			t.Error("the job did not run to its end")
		}
	})
}

// The end of Start's context stops nothing.
func TestStartOutlivesItsContext(t *testing.T) {
	s := prepared(t, places[0].make(t))
	ran := newTally()
	e := s.engine(t, river.Config{Handlers: ran.handlers()})
	ctx, cancel := context.WithCancel(t.Context())
	if err := e.Start(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := e.Send(t.Context(), jobEntries(1)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job has run", func() bool { return ran.different() == 1 })
	if err := e.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// An engine that only takes runs nothing, and one that runs deliveries leaves
// jobs to others.
func TestWhatAProcessDoesNotRun(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		taking := s.started(t, river.Config{})
		s.started(t, river.Config{Outbox: s.store, Deliverer: &postman{}})
		if err := taking.Send(t.Context(), jobEntries(1)); err != nil {
			t.Fatal(err)
		}
		ran := newTally()
		s.started(t, river.Config{Handlers: ran.handlers()})
		eventually(t, "the job has run", func() bool { return ran.different() == 1 })
		if got := s.rows(t, river.JobKind)[0]; got.Attempt != 1 {
			t.Errorf("River has %+v", got)
		}
	})
}

// A lockedBuffer is a log.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
