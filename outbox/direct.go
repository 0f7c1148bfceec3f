package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
)

// Runner returns the function that an engine calls for each entry that it was handed.
// Jobs go to their handler, and attempts of deliveries to the deliverer. Either may be nil
// if the program does not have it.
func (o *Outbox) Runner(h *Handlers, d Deliverer) func(ctx context.Context, entry Entry) error {
	return func(ctx context.Context, entry Entry) error {
		switch {
		case entry.Kind == KindJob && h != nil:
			return h.Run(ctx, entry)
		case entry.Kind == KindDelivery && d != nil:
			return o.Attempt(ctx, entry, d)
		case entry.Kind == KindJob:
			return &UnknownJobError{Type: entry.Type}
		}
		return errors.New("outbox: nothing in this process runs entries of kind " + entry.Kind.String() + ": give Outbox.Runner Handlers for jobs, and a Deliverer for deliveries")
	}
}

// A DirectEngine is an engine that runs entries in goroutines of this process. It
// is for tests and for small programs: it has neither a dashboard nor priorities, and
// the outbox itself is its only queue.
//
// A job stays in the outbox until its handler has returned nil, so it survives a
// crash, and is run again. If the handler fails or panics, the job is put off
// for as long again as it has been due, at least a second and at most an hour. That goes
// on until it succeeds or an operator cancels it. A handler has as long as the relay's
// lease. Then its context ends, and another relay may run the job.
//
// Attempts of deliveries have their own retries, see [Outbox.Attempt]. They begin
// when they are leased: an attempt whose process dies right then is counted.
type DirectEngine struct {
	outbox *Outbox
	run    func(context.Context, Entry) error
	slots  chan struct{} // holds a token for each job that runs

	ctx    context.Context // what runs has it
	cancel context.CancelFunc
	mu     sync.Mutex
	closed bool
	active map[string]bool // ids of what runs
	group  sync.WaitGroup
}

// Direct returns an engine that calls run, which [Outbox.Runner] makes, for each
// entry, for at most that many jobs at once. Attempts of deliveries do not count:
// their endpoints have limits of their own, and a slow one must not hold up
// jobs. Set the returned value itself as Config.Engine, not a wrapper: the relay
// recognises the type, and keeps each job until it has run.
//
// Call run once for an entry of KindDelivery, and with the entry itself: its JSON lacks a
// field that is not exported.
func Direct(o *Outbox, jobs int, run func(ctx context.Context, entry Entry) error) *DirectEngine {
	d := &DirectEngine{outbox: o, run: run, slots: make(chan struct{}, max(jobs, 1)), active: map[string]bool{}}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	return d
}

func (d *DirectEngine) free() int { return cap(d.slots) - len(d.slots) }

// ErrClosed is what Send returns after Close.
var ErrClosed = errors.New("outbox: the engine is closed")

// Send begins to run entries and returns when all have begun, without waiting
// for their end. Those that could not begin by the end of ctx, or that run
// already, are in the PartialError.
func (d *DirectEngine) Send(ctx context.Context, due []Entry) error {
	var left []string
	var cause error
	for _, entry := range due {
		if err := d.begin(ctx, entry); err != nil {
			left, cause = append(left, entry.ID), err
		}
	}
	if len(left) > 0 {
		return &PartialError{IDs: left, Cause: cause}
	}
	return nil
}

var errRuns = errors.New("it still runs, although its lease has ended")

func (d *DirectEngine) begin(ctx context.Context, entry Entry) error {
	job := entry.Kind == KindJob
	if job {
		select {
		case d.slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	switch {
	case d.closed:
		err = ErrClosed
	case d.active[entry.ID]:
		err = errRuns
	default:
		d.active[entry.ID] = true
		d.group.Go(func() { d.work(entry) })
		return nil
	}
	if job {
		<-d.slots
	}
	return err
}

// work runs one entry to its end.
func (d *DirectEngine) work(entry Entry) {
	defer func() {
		d.mu.Lock()
		delete(d.active, entry.ID)
		d.mu.Unlock()
		if entry.Kind == KindJob {
			<-d.slots
			d.outbox.relays.wake((*Relay).lookForJobs)
		}
	}()
	ctx := d.ctx
	if entry.Kind == KindJob && !entry.Until.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, entry.Until.Sub(d.outbox.db.Now()))
		defer cancel()
	}
	err := safely(func() error { return d.run(ctx, entry) })
	if err != nil {
		d.outbox.log().LogAttrs(ctx, slog.LevelWarn, "outbox: an entry failed, and is run again", slog.String("kind", entry.Kind.String()), slog.String("type", entry.Type), slog.String("id", entry.ID), slog.Any("error", err))
	}
	if entry.Kind == KindJob {
		d.settle(ctx, entry, err)
	}
}

// settle removes a job that was run, or puts it off.
func (d *DirectEngine) settle(ctx context.Context, job Entry, failure error) {
	taken, left := []Entry{job}, []Entry(nil)
	if failure != nil {
		taken, left = left, taken
	}
	if err := d.outbox.settleJobs(ctx, taken, left, failure); err != nil {
		d.outbox.log().LogAttrs(ctx, slog.LevelWarn, "outbox: what became of a job could not be stored; it is run again when its lease ends", slog.String("type", job.Type), slog.String("id", job.ID), slog.Any("error", err))
	}
}

// Close takes no more entries and waits for those that run. When ctx ends, their contexts
// end too. Close still waits for them, and then returns why ctx ended. Call it after the
// relay's Run has returned.
func (d *DirectEngine) Close(ctx context.Context) error {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	defer d.cancel()
	stop := context.AfterFunc(ctx, d.cancel)
	d.group.Wait()
	if !stop() {
		return context.Cause(ctx)
	}
	return nil
}

var _ interface {
	Sink
	runner
} = (*DirectEngine)(nil)
