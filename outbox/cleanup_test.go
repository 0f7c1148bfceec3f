package outbox_test

import (
	"slices"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
)

// cleaned runs the clean-up once.
func (e *env) cleaned() {
	e.Helper()
	names := len(e.status().Queues)
	before := len(e.seen.of(outbox.SpanCleanUp))
	marker := &noted{}
	stop := e.relay(outbox.Config{Keep: time.Hour, Engine: marker})
	e.eventually("the clean-up has been", func() bool { return len(e.seen.of(outbox.SpanCleanUp)) >= before+names })
	stop()
}

// Delivered rows go after a while. The last of each document stays, unless it
// told of its end; exhausted and pending ones stay.
func TestCleanUp(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		for _, s := range []struct{ document, operation string }{
			{"ada", "create"}, {"ada", "update"}, {"ada", "update"},
			{"eve", "create"}, {"eve", "delete"},
			{"kim", "create"},
		} {
			e.event(s.document, s.operation, `{}`)
		}
		stop := e.delivering(p)
		e.eventually("all are delivered", func() bool { return e.queue("a").Delivered == 6 })
		p.answer(func(outbox.Delivery) outbox.Outcome { return outbox.Outcome{Verdict: outbox.Exhausted} })
		e.emit(1, "bob", "joe")
		e.eventually("two are exhausted", func() bool { return e.queue("a").Exhausted == 2 })
		stop()
		if n, err := e.store.Cancel(e.Context(), outbox.Filter{DocumentID: "joe"}); n != 1 || err != nil {
			e.Fatalf("cancelled %d, %v", n, err)
		}
		last := e.list(outbox.Filter{DocumentID: "ada"})[2].ID
		e.pass(time.Hour)
		e.cleaned()
		e.check(last)
		for range 2 { // what told of the end may have stayed once more
			e.pass(time.Hour)
			e.cleaned()
		}
		e.check(last)
		if left := e.list(outbox.Filter{DocumentID: "eve"}); len(left) != 0 {
			e.Errorf("of eve is left %+v", left)
		}
	})
}

// check looks at what is left of ada, kim, bob and joe.
func (e *env) check(last string) {
	e.Helper()
	var left []string
	for _, r := range e.list(outbox.Filter{}) {
		if r.DocumentID != "eve" {
			left = append(left, r.DocumentID+" "+string(r.State))
		}
		if r.DocumentID == "ada" && r.ID != last {
			e.Errorf("of ada %s is left, want %s", r.ID, last)
		}
	}
	slices.Sort(left)
	if want := []string{"ada delivered", "bob exhausted", "kim delivered"}; !slices.Equal(left, want) {
		e.Errorf("left are %q, want %q", left, want)
	}
}

// A large pile is removed in batches, and nothing that is young.
func TestCleanUpInBatches(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		e.backlog(1200)
		stop := e.delivering(p)
		e.eventually("all are delivered", func() bool { return e.queue("a").Delivered == 1200 })
		e.pass(time.Hour)
		e.emit(3, "document-00000000000000000001")
		e.eventually("the young are delivered", func() bool { return e.queue("a").Delivered == 1203 })
		stop()
		keep := e.relay(outbox.Config{Keep: time.Hour})
		e.eventually("the old are gone", func() bool { return e.queue("a").Delivered <= 1002 })
		keep()
		for _, s := range e.seen.of(outbox.SpanCleanUp) {
			if s.SpanEnd.Entries > 500 || s.Endpoint != "a" {
				e.Errorf("%+v", s)
			}
		}
		// A thousand documents: of one there are three young ones, of each of the
		// others the last has to stay.
		if n := e.queue("a").Delivered; n != 999+3 {
			e.Errorf("%d are left", n)
		}
	})
}

// What the last delivery of a document told is forgotten one day.
func TestCleanUpForgets(t *testing.T) {
	onEach(t, func(e *env) {
		stop := e.delivering(oneEndpoint())
		e.emit(2, "ada", "eve")
		e.eventually("all are delivered", func() bool { return e.queue("a").Delivered == 4 })
		stop()
		clean := func(left int) {
			e.Helper()
			e.pass(30 * time.Minute)
			stop := e.relay(outbox.Config{Keep: time.Minute, Remember: 40 * time.Minute})
			e.eventually("the old are gone", func() bool { return e.queue("a").Delivered == left })
			stop()
		}
		clean(2)
		clean(0)
	})
}
