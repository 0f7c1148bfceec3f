package receivers

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/webhook"
)

// A failing receiver answers an error until it is over, and notes when each
// attempt came.
type failing struct {
	clock *clock
	then  http.Handler
	fails func(w http.ResponseWriter, attempt int) // nil: it is over

	mu   sync.Mutex
	came map[string][]time.Time // by event
}

// failing returns one that answers a status.
func (e *env) failing(code int, then http.Handler) *failing {
	return &failing{clock: e.clock, then: then, came: map[string][]time.Time{}, fails: func(w http.ResponseWriter, _ int) { w.WriteHeader(code) }}
}

func (f *failing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	event := r.Header.Get(webhook.IDHeader)
	f.came[event] = append(f.came[event], f.clock.now())
	fails := f.fails
	f.mu.Unlock()
	if fails == nil {
		f.then.ServeHTTP(w, r)
		return
	}
	attempt, _ := strconv.Atoi(r.Header.Get(webhook.AttemptHeader))
	fails(w, attempt)
}

func (f *failing) over() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails = nil
}

// times returns when the attempts of each event came.
func (f *failing) times() map[string][]time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := map[string][]time.Time{}
	for event, times := range f.came {
		c[event] = append(c[event], times...)
	}
	return c
}

// attempts returns how many came.
func (f *failing) attempts() (n int) {
	for _, times := range f.times() {
		n += len(times)
	}
	return n
}

// onSchedule fails the test unless the waits between attempts are what the
// documentation says: 5 s, four times as long each further time, up to 10 h, and
// a fifth more or less of it; but for those before attempts that it is told of.
func (f *failing) onSchedule(e *env) {
	e.Helper()
	differ := map[time.Duration]bool{}
	for event, times := range f.times() {
		wait := 5 * time.Second
		for i := range len(times) - 1 {
			gap := times[i+1].Sub(times[i])
			if gap < wait*8/10-time.Millisecond || gap > wait*12/10+time.Millisecond {
				e.Errorf("%s: %v passed between attempts %d and %d, not about %v", event, gap, i+1, i+2, wait)
			}
			differ[gap] = true
			wait = min(4*wait, 10*time.Hour)
		}
	}
	if len(differ) < 2 {
		e.Error("all waits were the same: there is no jitter")
	}
}

// next puts the clock forward to when a delivery is due, and not before: until
// then the relay looks, and attempts nothing.
func (p *process) next(f *failing, endpoints int) {
	p.Helper()
	p.settled()
	var due time.Time
	for _, r := range p.records(admin.Filter{States: []admin.State{admin.StatePending}}) {
		// Without a time is what waits for an earlier one of its document.
		if !r.Due.IsZero() && (due.IsZero() || r.Due.Before(due)) {
			due = r.Due
		}
	}
	if due.IsZero() {
		p.Fatal("nothing is left to be attempted")
	}
	before := f.attempts()
	p.clock.until(due.Add(-time.Millisecond))
	p.looked(endpoints)
	if n := f.attempts(); n != before {
		p.Errorf("%d attempts came before they were due", n-before)
	}
	p.clock.until(due)
	p.settled()
}

// TestHourOfErrors has a receiver answer 500 for an hour: attempts keep to the
// schedule, and after it all arrives, where order is asked for in order.
func TestHourOfErrors(t *testing.T) {
	onEach(t, func(e *env) {
		for _, ordered := range []bool{false, true} {
			const desks, changes, events = 2, 2, 6
			good := e.inbox()
			f := e.failing(http.StatusInternalServerError, good)
			endpoint := e.receiver(f).endpoint(fmt.Sprintf("ordered-%v", ordered))
			endpoint.Ordered = ordered
			p := e.process(endpoint)
			e.desks(desks, changes)
			e.settled()
			begun := e.clock.now()
			for e.clock.now().Before(begun.Add(time.Hour)) {
				p.next(f, 1)
			}
			if n := len(good.events()); n != 0 {
				e.Fatalf("%d events were handled by a receiver that fails", n)
			}
			if tried := len(f.times()); ordered && tried != desks || !ordered && tried != events {
				e.Errorf("%d of %d events were tried, ordered %v", tried, events, ordered)
			}
			q := e.queue(endpoint.Name)
			if q.Pending != events || q.Retrying != len(f.times()) || q.Exhausted+q.Delivered != 0 || !q.SucceededAt.IsZero() || e.clock.now().Sub(q.FailedAt) > time.Hour {
				e.Errorf("in the outage its status is %+v", q)
			}
			f.over()
			for i := 0; e.queue(endpoint.Name).Delivered < events; i++ {
				if i > 2*events {
					e.Fatalf("after the outage: %+v", e.queue(endpoint.Name))
				}
				p.next(f, 1)
			}
			good.once(e, events, ordered)
			f.onSchedule(e)
			p.stop()
		}
	})
}

// TestRetryAfter lets a receiver ask for more time. It gets that time, but at most a day, and
// at least the time in the schedule.
func TestRetryAfter(t *testing.T) {
	e := onSQLite(t)
	good := e.inbox()
	f := e.failing(0, good)
	asked := map[int]string{1: "600", 2: "1", 3: "1000000"}
	f.fails = func(w http.ResponseWriter, attempt int) {
		if attempt == 4 {
			w.Header().Set("Retry-After", e.clock.now().Add(3*time.Hour).Format(http.TimeFormat))
		} else {
			w.Header().Set("Retry-After", asked[attempt])
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	p := e.process(e.receiver(f).endpoint("busy"))
	e.desk("one")
	for range 5 {
		p.next(f, 1)
	}
	f.over()
	p.next(f, 1)
	good.once(e, 1, false)
	for _, times := range f.times() {
		for i, want := range []struct{ least, most time.Duration }{
			{10 * time.Minute, 10 * time.Minute},
			{16 * time.Second, 24 * time.Second}, // the schedule's
			{24 * time.Hour, 24 * time.Hour},
			{3*time.Hour - time.Second, 3 * time.Hour}, // a date has no fractions
			{1024 * time.Second, 1536 * time.Second},   // the schedule's: it asked for nothing
		} {
			if gap := times[i+1].Sub(times[i]); gap < want.least-time.Millisecond || gap > want.most+time.Millisecond {
				t.Errorf("%v passed between attempts %d and %d, not %v to %v", gap, i+1, i+2, want.least, want.most)
			}
		}
	}
	p.stop()
}

// TestDaysOfErrors has a receiver fail for as long as anybody tries: what it was
// to be told is exhausted after three days, an operator sees it, and Replay has it
// delivered.
func TestDaysOfErrors(t *testing.T) {
	e := onSQLite(t)
	const events = 3
	good := e.inbox()
	f := e.failing(http.StatusInternalServerError, good)
	endpoint := e.receiver(f).endpoint("broken")
	endpoint.Ordered = true
	p := e.process(endpoint)
	e.desks(1, events-1)
	began := e.clock.now()
	for e.queue("broken").Exhausted == 0 {
		p.next(f, 1)
	}
	// Fourteen waits: 7 shorter than 10 h, and 7 of 10 h.
	const schedule = (5+20+80+320+1280+5120+20480)*time.Second + 7*10*time.Hour
	if took := e.clock.now().Sub(began); took < schedule*8/10 || took > schedule*12/10 || schedule < 3*24*time.Hour {
		t.Errorf("the first was exhausted after %v", took)
	}
	for e.queue("broken").Exhausted < events { // the others of the document, one after the other
		p.next(f, 1)
	}
	for event, times := range f.times() {
		if len(times) != webhook.DefaultMaxAttempts {
			t.Errorf("%s was attempted %d times", event, len(times))
		}
	}
	f.onSchedule(e)
	if q := e.queue("broken"); q.Exhausted != events || q.Pending+q.Leased+q.Delivered != 0 || q.FailedAt.IsZero() {
		t.Errorf("an operator sees %+v", q)
	}
	for _, r := range e.records(admin.Filter{States: []admin.State{admin.StateExhausted}}) {
		if r.Status != http.StatusInternalServerError || r.Error != "answered 500" || r.Attempts != webhook.DefaultMaxAttempts || r.Finished.IsZero() {
			t.Errorf("an operator sees %+v", r)
		}
	}
	f.over()
	e.clock.pass(24 * time.Hour)
	p.looked(1)
	if len(good.events()) != 0 {
		t.Error("what is exhausted was delivered, though nobody asked for it")
	}
	n, err := e.admin.Replay(t.Context(), admin.Filter{Endpoint: "broken"})
	if e.must(err); n != events {
		t.Errorf("%d deliveries were replayed", n)
	}
	e.delivered("broken", events)
	good.once(e, events, true)
	p.stop()
}

// TestGone has a receiver answer 410: it is left alone until an operator enables
// it, others are not, and then it gets what it has missed.
func TestGone(t *testing.T) {
	onEach(t, func(e *env) {
		const desks, changes, events = 2, 2, 6
		good, other := e.inbox(), e.inbox()
		f := e.failing(http.StatusGone, good)
		gone, stays := e.receiver(f).endpoint("gone"), e.receiver(other).endpoint("stays")
		gone.Ordered, gone.Concurrency = true, 1
		p := e.process(gone, stays)
		e.desks(desks, changes)
		e.delivered("stays", events)
		e.eventually("it is disabled", func() bool { return !e.queue("gone").DisabledAt.IsZero() })
		e.settled()
		q := e.queue("gone")
		if q.Pending != events || q.Reason != "answered 410" || !q.DisabledAt.Equal(e.clock.now()) {
			e.Errorf("an operator sees %+v", q)
		}
		f.over()
		for range 3 {
			e.clock.pass(24 * time.Hour)
			p.looked(2)
		}
		if n := f.attempts(); n != 1 {
			e.Errorf("%d attempts at a receiver that is gone", n)
		}
		e.must(e.admin.Enable(e.Context(), "gone"))
		e.delivered("gone", events)
		good.once(e, events, true)
		if q := e.queue("gone"); !q.DisabledAt.IsZero() || strings.Contains(q.Reason, "410") {
			e.Errorf("when it is enabled, an operator sees %+v", q)
		}
		p.stop()
	})
}
