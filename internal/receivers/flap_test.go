package receivers

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// How many events go through flapping receivers, where the sender has a file and
// where it has a server.
const (
	manyOnFile   = 4_000
	manyOnServer = 1_000
	fewIfShort   = 200
)

// events is for a run that takes its time: go test -run Flapping -events 50000.
var events = flag.Int("events", 0, "how many events go through flapping receivers; 0: some thousand")

// TestFlapping has many events go through receivers that are up and down, by
// several writers and more than one relay. In the end the outbox is empty, each
// event that was committed was handled by each receiver that wants it and none
// that was rolled back, once where the receiver recognises what it has had, and
// in the order of each document where the endpoint asks for it.
func TestFlapping(t *testing.T) {
	leavesNoGoroutine(t)
	t.Run("on each", func(t *testing.T) {
		for i, d := range databases {
			t.Run(d.name, func(t *testing.T) {
				t.Parallel()
				f := &flap{seed: uint64(i), relays: 2, many: manyOnServer}
				if d.name == "sqlite" {
					f.relays, f.many = 1, manyOnFile
				}
				switch {
				case *events > 0:
					f.many = *events
				case testing.Short():
					f.many = fewIfShort
				}
				f.run(t, d)
			})
		}
	})
}

// The endpoints of TestFlapping, and what they want.
const (
	inOrder  = "in-order"  // flaps, keeps a ledger
	anyOrder = "any-order" // flaps
	steady   = "steady"
)

var wants = map[string][]string{
	inOrder:  {"*"},
	anyOrder: {"desk.opened", "desk.closed"},
	steady:   {"ticket.created"},
}

// A flap is one run of TestFlapping.
type flap struct {
	*env
	seed   uint64
	relays int
	many   int

	ledger  *ledger
	inboxes map[string]*inbox
	flaps   []*flapping
	writers *writers
}

func (f *flap) run(t *testing.T, d database) {
	f.env = newEnv(t, d, newClock(1))
	processes := f.start()
	f.must(f.writers.prepare(t.Context(), 10))
	began, written := time.Now(), make(chan error, 1)
	go func() { written <- f.writers.run(t.Context(), 6, f.seed) }()
	f.drain(written)
	spent, attempts := time.Since(began), int64(0)
	for _, p := range processes {
		p.stop()
		attempts += p.tries.begun.Load()
	}
	t.Logf("%d events, %d attempts in %v, %.0f a second; %d transactions rolled back, %d deliveries recognised",
		f.writers.events.Load(), attempts, spent.Round(time.Millisecond), float64(attempts)/spent.Seconds(), f.writers.undone.Load(), f.ledger.twice.Load())
	f.check()
}

// start runs receivers, and processes that write and send.
func (f *flap) start() (processes []*process) {
	f.ledger = f.newLedger()
	f.inboxes = map[string]*inbox{anyOrder: f.inbox(), steady: f.inbox()}
	f.flaps = []*flapping{newFlapping(f.seed, f.clock, f.clock.dating(f.T, secret, f.ledger.handler(secret))), newFlapping(f.seed+1, f.clock, f.inboxes[anyOrder])}
	first := f.receiver(f.flaps[0]).endpoint(inOrder)
	first.Ordered = true
	second := f.receiver(f.flaps[1]).endpoint(anyOrder)
	first.Timeout, second.Timeout = 250*time.Millisecond, 250*time.Millisecond
	first.Concurrency, second.Concurrency = 32, 32
	first.MaxAttempts, second.MaxAttempts = 100, 100
	third := f.receiver(f.inboxes[steady]).endpoint(steady)
	first.Events, second.Events, third.Events = wants[inOrder], wants[anyOrder], wants[steady]

	f.writers = &writers{enough: int64(f.many), want: told{}}
	for range f.relays {
		p := f.process(first, second, third)
		processes, f.writers.dbs = append(processes, p), append(f.writers.dbs, p.db)
	}
	return processes
}

// drain puts the clock forward whenever all wait for something to become due,
// until everything is written and nothing is left.
func (f *flap) drain(written <-chan error) {
	f.Helper()
	for end := time.Now().Add(15 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		switch next := f.next(); {
		case next == busy:
		case next < held:
			f.clock.pass(time.UnixMilli(next).Sub(f.clock.now()) + 5*time.Second)
		case next < never: // what nobody has released is looked at again then
			f.clock.pass(time.UnixMilli(next-held).Sub(f.clock.now()) + 5*time.Second)
		case written == nil:
			return
		default:
			f.must(<-written)
			written = nil
		}
	}
	f.Fatal("not after a quarter of an hour: nothing is left")
}

const (
	busy  = 0
	held  = 1 << 52 // from here on, it waits for an earlier one of its document
	never = 1 << 60
)

// next returns when the next delivery is due, in Unix milliseconds as the database
// has it: never if none is left, busy if there is something to do now.
func (f *flap) next() int64 {
	const leased, due = `(SELECT COUNT(*) FROM (SELECT 1 FROM authgen_delivery WHERE endpoint = '%s' AND state = 'leased' LIMIT 1) AS d)`,
		`COALESCE((SELECT MIN(position) FROM authgen_delivery WHERE endpoint = '%s' AND state = 'pending'), %d)`
	working, times := []string{`(SELECT COUNT(*) FROM (SELECT 1 FROM authgen_event LIMIT 1) AS e)`}, []string{}
	for name := range wants {
		working, times = append(working, fmt.Sprintf(leased, name)), append(times, fmt.Sprintf(due, name, never))
	}
	least := "LEAST"
	if f.kind() == dialect.SQLite {
		least = "MIN"
	}
	// One statement, so that nothing moves on between two.
	query := fmt.Sprintf("SELECT %s, %s(%s)", strings.Join(working, " + "), least, strings.Join(times, ", "))
	var some, at int64
	f.must(f.pool.QueryRowContext(f.Context(), query).Scan(&some, &at))
	if some > 0 || at <= f.clock.now().UnixMilli() {
		return busy
	}
	return at
}

// check compares what came with what was committed.
func (f *flap) check() {
	f.Helper()
	for i, one := range f.flaps {
		if idle := slices.Index(one.count[:], 0); idle >= 0 && f.many > manyOnFile { // else it may have had too few
			f.Errorf("flapping receiver %d was never in mood %d: %v", i, idle, one.count)
		}
	}
	if n := f.ledger.stale.Load(); n > 0 {
		f.Errorf("%d events were stale at a receiver to which they go in order", n)
	}
	entries := f.ledger.entries(f.T)
	f.compare(inOrder, f.inSequence(entries), true)
	for name, in := range f.inboxes {
		f.compare(name, in.events(), false)
	}
}

// inSequence fails the test unless the events of each document were handled in
// their order, each count of a ticket that all have in common one more than the
// one before.
func (f *flap) inSequence(entries []entry) (events []auth.Event) {
	f.Helper()
	last, hits := map[string]int64{}, map[string]int{}
	for _, e := range entries {
		if e.Sequence <= last[e.DocumentID] {
			f.Errorf("%s: %d was handled after %d", e.DocumentID, e.Sequence, last[e.DocumentID])
		}
		if slices.Contains(f.writers.common, auth.TicketID(e.DocumentID)) && e.hits != hits[e.DocumentID]+min(1, e.hits) {
			f.Errorf("%s was counted from %d to %d", e.DocumentID, hits[e.DocumentID], e.hits)
		}
		last[e.DocumentID], hits[e.DocumentID] = e.Sequence, e.hits
		events = append(events, e.Event)
	}
	return events
}

// compare fails the test unless the events are those that were committed and an
// endpoint wants.
func (f *flap) compare(endpoint string, events []auth.Event, once bool) {
	f.Helper()
	seen, came := map[string]bool{}, told{}
	for _, event := range events {
		if strings.Contains(string(event.Data), voidMark) {
			f.Errorf("%s was told of what was rolled back: %s", endpoint, event.Data)
		}
		if seen[event.ID] && once {
			f.Errorf("%s handled %s twice", endpoint, event.ID)
		}
		if !seen[event.ID] {
			seen[event.ID] = true
			came.add(event.DocumentID, event.Type, 1)
		}
	}
	total := 0
	for document, types := range f.writers.want {
		for eventType, n := range types {
			if all := wants[endpoint][0] == "*"; !all && !slices.Contains(wants[endpoint], eventType) {
				continue
			}
			if total += n; came[document][eventType] != n {
				f.Errorf("%s was told %d times of %s of %s, not %d", endpoint, came[document][eventType], eventType, document, n)
			}
		}
	}
	if len(seen) != total {
		f.Errorf("%s was told of %d events, not %d", endpoint, len(seen), total)
	}
	if q := f.queue(endpoint); q.Delivered != total || q.Pending+q.Leased+q.Exhausted+q.Cancelled > 0 {
		f.Errorf("of %d events to %s: %+v", total, endpoint, q)
	}
}
