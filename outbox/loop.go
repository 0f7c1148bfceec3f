package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"time"
)

// lastBackoff is how long a task that keeps failing waits at most.
const lastBackoff = time.Minute

// A task is one thing that a relay does over and over, apart from the others: a
// failure of one stops no other.
type task struct {
	name string
	wake chan struct{} // holds a token while there may be work
	// step does a part of the work, and returns how long to wait for more: 0 if
	// there is some already.
	step func(context.Context) (time.Duration, error)
	// grain is how long it is at least from one step to the next that somebody
	// wakes it for, so that what comes at about the same time is done together.
	grain time.Duration
	// end gives back what the last step has kept; nil: it keeps nothing.
	end func(context.Context) error
}

func newTask(name string, step func(context.Context) (time.Duration, error)) *task {
	return &task{name: name, wake: make(chan struct{}, 1), step: step}
}

// poke makes the task look for work now.
func (t *task) poke() {
	select {
	case t.wake <- struct{}{}:
	default: // it is going to look anyway
	}
}

// A progressError is the failure of a step that got on all the same: the wait does not
// grow from one to the next.
type progressError struct {
	cause error
	apart bool // what failed waits by itself, and the rest as long as the step says
}

func (e *progressError) Error() string { return e.cause.Error() }

func (e *progressError) Unwrap() error { return e.cause }

// loop runs a task until ctx ends. After a failure it waits, longer each time,
// and tells the log when it begins to fail and when it works again.
func (r *Relay) loop(ctx context.Context, t *task) {
	if t.end != nil {
		defer func() {
			if err := t.end(ctx); err != nil {
				r.outbox.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a lease could not be given back, and has to end by itself", slog.String("part", t.name), slog.Any("error", err))
			}
		}()
	}
	failures := 0
	for ctx.Err() == nil {
		var wait time.Duration
		began := time.Now()
		err := safely(func() (err error) { wait, err = t.step(ctx); return err })
		switch {
		case ctx.Err() != nil:
		case err != nil:
			if failures++; failures == 1 {
				r.outbox.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a part of the relay fails, and is tried again", slog.String("part", t.name), slog.Any("error", err))
			}
			var partly *progressError
			if errors.As(err, &partly) {
				failures = 1
			}
			if partly == nil || !partly.apart {
				pause(ctx, nil, r.backoff(failures))
			} else {
				t.pause(ctx, began, wait)
			}
		default:
			if failures > 0 {
				failures = 0
				r.outbox.log().LogAttrs(ctx, slog.LevelInfo, "outbox: a part of the relay works again", slog.String("part", t.name))
			}
			t.pause(ctx, began, wait)
		}
	}
}

// pause waits after a step until somebody wakes the task, or for so long.
func (t *task) pause(ctx context.Context, began time.Time, wait time.Duration) {
	if wait == 0 {
		return
	}
	pause(ctx, t.wake, wait)
	if early := t.grain - time.Since(began); early > 0 {
		pause(ctx, nil, early)
	}
}

// backoff returns how long to wait after so many failures in a row: twice as
// long each time, and a random part of it.
func (r *Relay) backoff(failures int) time.Duration {
	d := min(r.config.Poll<<min(failures-1, 20), max(lastBackoff, r.config.Poll))
	return d/2 + rand.N(d/2+1)
}

// idle returns how long to wait for work that nothing wakes the task for. Relays that
// started together do not stay together.
func (r *Relay) idle() time.Duration {
	return r.config.Poll*3/4 + rand.N(r.config.Poll/2+1)
}

// pause waits until d has passed, wake holds a token, or ctx ends.
func pause(ctx context.Context, wake <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-ctx.Done():
	}
}

// safely returns a panic of fn as an error.
func safely(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return fn()
}
