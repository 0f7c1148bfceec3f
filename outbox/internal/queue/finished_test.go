package queue_test

import (
	"slices"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

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
			e.Event(s.document, s.operation, `{}`)
		}
		stop := e.Delivering(p)
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == 6 })
		p.Answer(func(outbox.Delivery) outbox.Outcome { return outbox.Outcome{Verdict: outbox.Exhausted} })
		e.Emit(1, "bob", "joe")
		e.Eventually("two are exhausted", func() bool { return e.Queue("a").Exhausted == 2 })
		stop()
		if n, err := e.Admin.Cancel(e.Context(), admin.Filter{DocumentID: "joe"}); n != 1 || err != nil {
			e.Fatalf("cancelled %d, %v", n, err)
		}
		last := e.List(admin.Filter{DocumentID: "ada"})[2].ID
		e.Pass(time.Hour)
		e.CleanUp()
		e.check(last)
		for range 2 { // what told of the end may have stayed once more
			e.Pass(time.Hour)
			e.CleanUp()
		}
		e.check(last)
		if left := e.List(admin.Filter{DocumentID: "eve"}); len(left) != 0 {
			e.Errorf("of eve is left %+v", left)
		}
	})
}

// check looks at what is left of ada, kim, bob and joe.
func (e *env) check(last string) {
	e.Helper()
	var left []string
	for _, r := range e.List(admin.Filter{}) {
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
		e.Backlog(1200)
		stop := e.Delivering(p)
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == 1200 })
		e.Pass(time.Hour)
		e.Emit(3, "document-00000000000000000001")
		e.Eventually("the young are delivered", func() bool { return e.Queue("a").Delivered == 1203 })
		stop()
		keep := e.Relay(outbox.Config{Keep: time.Hour})
		e.Eventually("the old are gone", func() bool { return e.Queue("a").Delivered <= 1002 })
		keep()
		for _, s := range e.Spans.Of(outbox.SpanCleanUp) {
			if s.SpanEnd.Entries > 500 || s.Endpoint != "a" {
				e.Errorf("%+v", s)
			}
		}
		// A thousand documents: of one there are three young ones, of each of the
		// others the last has to stay.
		if n := e.Queue("a").Delivered; n != 999+3 {
			e.Errorf("%d are left", n)
		}
	})
}

// What the last delivery of a document told is forgotten one day.
func TestCleanUpForgets(t *testing.T) {
	onEach(t, func(e *env) {
		stop := e.Delivering(oneEndpoint())
		e.Emit(2, "ada", "eve")
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == 4 })
		stop()
		clean := func(left int) {
			e.Helper()
			e.Pass(30 * time.Minute)
			stop := e.Relay(outbox.Config{Keep: time.Minute, Remember: 40 * time.Minute})
			e.Eventually("the old are gone", func() bool { return e.Queue("a").Delivered == left })
			stop()
		}
		clean(2)
		clean(0)
	})
}
