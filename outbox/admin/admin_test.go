package admin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/outboxtest"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// exhausted makes deliveries to a and b that are exhausted.
func (e *env) exhausted(n int, documents ...string) {
	e.Helper()
	p := &endpoints{All: []outbox.Limits{{Endpoint: "a"}, {Endpoint: "b"}}}
	p.Answer(func(outbox.Delivery) outbox.Outcome { return outbox.Outcome{Verdict: outbox.Exhausted, Error: "no"} })
	e.Emit(n, documents...)
	stop := e.Delivering(p)
	want := n * len(documents)
	e.Eventually("all are exhausted", func() bool { return e.Queue("a").Exhausted == want && e.Queue("b").Exhausted == want })
	stop()
}

// pages lists by pages of that size and returns all ids.
func (e *env) pages(f admin.Filter, size int) (ids []string) {
	e.Helper()
	for cursor := ""; ; {
		page, next, err := e.Admin.List(e.Context(), f, cursor, size)
		e.Must(err)
		if len(page) > size {
			e.Fatalf("a page of %d has %d records", size, len(page))
		}
		for _, r := range page {
			ids = append(ids, r.ID)
		}
		if next == "" {
			return ids
		}
		cursor = next
	}
}

// List goes through all records of a kind by cursor, each once, whatever the
// size of the pages.
func TestListPages(t *testing.T) {
	onEach(t, func(e *env) {
		e.exhausted(3, "ada", "eve")
		e.Emit(3, "kim")
		e.Schedule(3, authgen.After(time.Hour))
		e.Schedule(2)
		for kind, want := range map[outbox.Kind]int{0: 12, outbox.KindDelivery: 12, outbox.KindEvent: 3, outbox.KindJob: 5} {
			f := admin.Filter{Kind: kind}
			all := e.pages(f, 100)
			if len(all) != want || len(slices.Compact(slices.Sorted(slices.Values(all)))) != want {
				e.Errorf("of kind %v: %q", kind, all)
			}
			for _, size := range []int{1, 2, 4, 5, 6} {
				if got := e.pages(f, size); !slices.Equal(got, all) {
					e.Errorf("in pages of %d: %q, want %q", size, got, all)
				}
			}
			for _, bodies := range []bool{false, true} {
				records, _, err := e.Admin.List(e.Context(), admin.Filter{Kind: kind, Bodies: bodies}, "", 100)
				e.Must(err)
				for _, r := range records {
					if bodies != json.Valid(r.Body) {
						e.Errorf("of kind %v, with bodies %v: %q", kind, bodies, r.Body)
					}
				}
			}
			if _, _, err := e.Admin.List(e.Context(), f, "?", 1); err == nil {
				e.Errorf("kind %v took a cursor that is none", kind)
			}
			if _, _, err := e.Admin.List(e.Context(), f, "", 0); err == nil {
				e.Errorf("kind %v: no record was asked for", kind)
			}
		}
	})
}

// Filters let through what they say.
func TestFilters(t *testing.T) {
	onEach(t, func(e *env) {
		e.exhausted(3, "ada", "eve")
		e.Event("kim", "create", `{}`)
		e.Emit(1, "kim")
		e.Schedule(2)
		id := e.List(admin.Filter{})[0].ID
		event := id[strings.IndexByte(id, '/')+1:]
		for _, c := range []struct {
			filter admin.Filter
			want   int
		}{
			{admin.Filter{Endpoint: "a"}, 6},
			{admin.Filter{Endpoint: "c"}, 0},
			{admin.Filter{DocumentID: "ada"}, 6},
			{admin.Filter{DocumentID: "ada", Endpoint: "b"}, 3},
			{admin.Filter{Type: "user.updated"}, 12},
			{admin.Filter{Type: "user.created"}, 0},
			{admin.Filter{Table: "session"}, 0},
			{admin.Filter{States: []admin.State{admin.StateExhausted, admin.StatePending}}, 12},
			{admin.Filter{States: []admin.State{admin.StateDelivered}}, 0},
			{admin.Filter{ID: id}, 1},
			{admin.Filter{ID: event}, 2},
			{admin.Filter{ID: event, Endpoint: "b"}, 1},
			{admin.Filter{Kind: outbox.KindEvent, Type: "user.created"}, 1},
			{admin.Filter{Kind: outbox.KindEvent, DocumentID: "kim"}, 2},
			{admin.Filter{Kind: outbox.KindEvent, Table: "session"}, 0},
			{admin.Filter{Kind: outbox.KindJob, Type: "count"}, 2},
			{admin.Filter{Kind: outbox.KindJob, Type: "other"}, 0},
		} {
			if got := e.List(c.filter); len(got) != c.want {
				e.Errorf("%+v: %d records, want %d", c.filter, len(got), c.want)
			}
		}
	})
}

// Show gives whole records, by any of their ids.
func TestShow(t *testing.T) {
	onEach(t, func(e *env) {
		e.exhausted(1, "ada")
		e.Emit(1, "kim")
		e.Schedule(1, authgen.UniqueKey("x"))
		delivery := e.List(admin.Filter{Endpoint: "b"})[0]
		show := func(id string) []admin.Record {
			e.Helper()
			records, err := e.Admin.Show(e.Context(), id)
			e.Must(err)
			return records
		}
		var event authgen.Event
		if got := show(delivery.ID); len(got) != 1 || got[0].Endpoint != "b" || json.Unmarshal(got[0].Body, &event) != nil || event.DocumentID != "ada" || event.Sequence != delivery.Sequence {
			e.Errorf("%+v", got)
		}
		if got := show(event.ID); len(got) != 2 || got[0].Endpoint != "a" || got[1].Endpoint != "b" {
			e.Errorf("%+v", got)
		}
		waiting := e.List(admin.Filter{Kind: outbox.KindEvent})[0]
		if got := show(waiting.ID); len(got) != 1 || got[0].State != admin.StateWaiting || json.Unmarshal(got[0].Body, &event) != nil || event.DocumentID != "kim" {
			e.Errorf("%+v", got)
		}
		job := e.List(admin.Filter{Kind: outbox.KindJob})[0]
		if got := show(job.ID); len(got) != 1 || got[0].State != admin.StateDue || string(got[0].Body) != `{"n":0}` || got[0].Key != "x" || got[0].Type != "count" {
			e.Errorf("%+v", got)
		}
		for _, id := range []string{"none", "a/none", "none/" + event.ID, ""} {
			if _, err := e.Admin.Show(e.Context(), id); !errors.Is(err, authgen.ErrNotFound) {
				e.Errorf("%q: %v", id, err)
			}
		}
	})
}

// A filter with what the records do not have is refused: left out, it would match
// all of them.
func TestFilterOfOtherClass(t *testing.T) {
	e := open(t, databases[0].Open(t))
	e.Schedule(3)
	e.Emit(1, "ada")
	for _, f := range []admin.Filter{
		{Kind: outbox.KindJob, Type: "count", Table: "user"},
		{Kind: outbox.KindJob, Type: "count", DocumentID: "ada"},
		{Kind: outbox.KindJob, Type: "count", States: []admin.State{admin.StateExhausted}},
		{Kind: outbox.KindEvent, Table: "user", Endpoint: "a"},
		{Kind: outbox.KindEvent, Table: "user", States: []admin.State{admin.StateExhausted}},
	} {
		if n, err := e.Admin.Cancel(e.Context(), f); n != 0 || err == nil || !strings.Contains(err.Error(), "leave it out of the filter") {
			t.Errorf("%+v: cancelled %d, %v", f, n, err)
		}
		if records, _, err := e.Admin.List(e.Context(), f, "", 10); len(records) != 0 || err == nil {
			t.Errorf("%+v: listed %d, %v", f, len(records), err)
		}
	}
	if s := e.Status(); s.Jobs.Due != 3 || s.Events.Waiting != 1 {
		t.Errorf("left are %+v", s)
	}
}

// What is replayed while a relay delivers it is replayed once.
func TestReplayWhileDelivering(t *testing.T) {
	onEach(t, func(e *env) {
		n := 1200 // more than one transaction of an operator's
		if testing.Short() {
			n = 520
		}
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Concurrency: 16}}}
		e.Backlog(n)
		defer e.Delivering(p)()
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == n })
		replayed, err := e.Admin.Replay(e.Context(), admin.Filter{States: []admin.State{admin.StateDelivered}})
		e.Must(err)
		e.Eventually("all are delivered again", func() bool { return e.Queue("a").Delivered == n })
		times := map[string]int{}
		for _, d := range p.Taken() {
			if times[d.EventID]++; times[d.EventID] > 2 {
				e.Fatalf("%s came %d times", d.EventID, times[d.EventID])
			}
		}
		if replayed != n {
			e.Errorf("%d were replayed", replayed)
		}
	})
}

// Cancel and replay change what the filter says, and nothing that may not be
// changed.
func TestDiscardAndReplay(t *testing.T) {
	onEach(t, func(e *env) {
		e.exhausted(3, "ada", "eve")
		n, err := e.Admin.Cancel(e.Context(), admin.Filter{DocumentID: "ada"})
		e.Must(err)
		if q := e.Queue("a"); n != 6 || q.Exhausted != 3 || q.Cancelled != 3 {
			e.Errorf("cancelled %d: %+v", n, q)
		}
		n, err = e.Admin.Replay(e.Context(), admin.Filter{Endpoint: "a", States: []admin.State{admin.StateCancelled, admin.StateExhausted}})
		e.Must(err)
		if a, b := e.Queue("a"), e.Queue("b"); n != 6 || a.Pending != 6 || a.Due != 6 || a.Retrying != 0 || b.Pending != 0 {
			e.Errorf("replayed %d: %+v, %+v", n, a, b)
		}
		if r := e.List(admin.Filter{Endpoint: "a"})[0]; r.Attempts != 0 || r.Error != "" || !r.Finished.IsZero() {
			e.Errorf("%+v", r)
		}
		for _, f := range []admin.Filter{{States: []admin.State{admin.StateLeased}}, {Kind: outbox.KindJob}} {
			if _, err := e.Admin.Replay(e.Context(), f); err == nil {
				e.Errorf("replayed %+v", f)
			}
		}
		if _, err := e.Admin.Cancel(e.Context(), admin.Filter{States: []admin.State{admin.StateDelivered}}); err == nil {
			e.Error("what was delivered was cancelled")
		}
	})
}

// More deliveries than one transaction changes are changed all the same.
func TestReplayMany(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		e.Backlog(1100)
		stop := e.Relay(outbox.Config{Router: p})
		e.Eventually("all are in the queue", func() bool { return e.Queue("a").Pending == 1100 })
		stop()
		n, err := e.Admin.Cancel(e.Context(), admin.Filter{States: []admin.State{admin.StatePending}})
		if n != 1100 || err != nil {
			e.Errorf("cancelled %d, %v", n, err)
		}
		n, err = e.Admin.Replay(e.Context(), admin.Filter{States: []admin.State{admin.StateCancelled}})
		if q := e.Queue("a"); n != 1100 || err != nil || q.Pending != 1100 {
			e.Errorf("replayed %d, %v: %+v", n, err, q)
		}
	})
}

// Jobs and events are cancelled for good, and never all of them by mistake.
func TestDiscardJobsAndEvents(t *testing.T) {
	onEach(t, func(e *env) {
		e.Schedule(3)
		e.Emit(2, "ada", "eve")
		for _, kind := range []outbox.Kind{outbox.KindJob, outbox.KindEvent} {
			if _, err := e.Admin.Cancel(e.Context(), admin.Filter{Kind: kind}); err == nil {
				e.Errorf("every %v was cancelled", kind)
			}
		}
		id := e.List(admin.Filter{Kind: outbox.KindJob})[0].ID
		if n, err := e.Admin.Cancel(e.Context(), admin.Filter{Kind: outbox.KindJob, ID: id}); n != 1 || err != nil {
			e.Errorf("cancelled %d, %v", n, err)
		}
		if n, err := e.Admin.Cancel(e.Context(), admin.Filter{Kind: outbox.KindEvent, DocumentID: "ada"}); n != 2 || err != nil {
			e.Errorf("cancelled %d, %v", n, err)
		}
		if s := e.Status(); s.Jobs.Due != 2 || s.Events.Waiting != 2 {
			e.Errorf("%+v", s)
		}
	})
}

// Status counts, and says how old things are.
func TestStatus(t *testing.T) {
	onEach(t, func(e *env) {
		if s := e.Status(); !s.At.Equal(e.Clock()) || len(s.Queues) != 0 || s.Events != (admin.EventStatus{}) || s.Jobs != (admin.JobStatus{}) {
			e.Errorf("an empty outbox: %+v", s)
		}
		start := e.Clock()
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Concurrency: 1}}}
		p.Answer(func(d outbox.Delivery) outbox.Outcome {
			return outbox.Outcome{Verdict: outbox.Retry, RetryAt: e.Clock().Add(time.Hour)}
		})
		e.Emit(1, "ada")
		stop := e.Delivering(p)
		e.Eventually("it has failed", func() bool { return e.Queue("a").Retrying == 1 })
		stop()
		e.Pass(time.Minute)
		e.Queued(p, 2, "eve")
		e.Pass(time.Minute)
		e.Emit(2, "kim")
		e.Schedule(1)
		e.Schedule(1, authgen.After(time.Minute))
		e.Pass(time.Second)
		s := e.Status()
		if s.Events.Waiting != 2 || !s.Events.Oldest.Equal(start.Add(2*time.Minute)) {
			e.Errorf("%+v", s.Events)
		}
		if s.Jobs != (admin.JobStatus{Waiting: 1, Due: 1, Oldest: start.Add(2 * time.Minute)}) {
			e.Errorf("%+v", s.Jobs)
		}
		want := admin.QueueStatus{Name: "a", Pending: 3, Due: 2, Retrying: 1, Oldest: start, FailedAt: start}
		if len(s.Queues) != 1 || s.Queues[0] != want {
			e.Errorf("%+v, want %+v", s.Queues, want)
		}
	})
}

// Enable of what never was is an error.
func TestEnableUnknown(t *testing.T) {
	onEach(t, func(e *env) {
		if err := e.Admin.Enable(e.Context(), "a"); !errors.Is(err, authgen.ErrNotFound) {
			e.Errorf("error: %v", err)
		}
	})
}

// Reconcile finds what was last delivered of each document, and tells one
// endpoint what it missed.
func TestReconcile(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a"}, {Endpoint: "b"}}}
		e.Emit(3, "ada", "eve", "kim")
		stop := e.Delivering(p)
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == 9 && e.Queue("b").Delivered == 9 })
		stop()
		e.Queued(p, 1, "kim", "new")
		var got []string
		for after := ""; ; {
			page, err := e.Admin.LastDeliveries(e.Context(), "a", "user", after, 2)
			e.Must(err)
			if len(page) == 0 {
				break
			}
			for _, l := range page {
				got = append(got, fmt.Sprintf("%s %s %v %v", l.DocumentID, l.Delivery.Body[len(l.Delivery.Body)-8:], l.Waiting, l.DeliveredAt.Equal(e.Clock())))
			}
			after = page[len(page)-1].DocumentID
		}
		if want := []string{`ada {"n":2}} false true`, `eve {"n":2}} false true`, `kim {"n":2}} true true`}; !slices.Equal(got, want) {
			e.Errorf("%q, want %q", got, want)
		}
		of, err := e.Admin.LastDeliveriesOf(e.Context(), "a", "user", []string{"ada", "new", "nobody"})
		e.Must(err)
		if len(of) != 2 || of[0].DocumentID != "ada" || of[0].Waiting || of[1].DocumentID != "new" || of[1].Delivery != nil || !of[1].Waiting {
			e.Errorf("%+v", of)
		}
		e.Must(e.Outbox.EmitTo(e.Context(), "b", authgen.Event{Type: "user.updated", Table: "user", DocumentID: "ada", Operation: "update", Data: []byte(`{}`)}))
		if a, b := e.Queue("a"), e.Queue("b"); a.Pending != 2 || b.Pending != 3 || e.Status().Events.Waiting != 0 {
			e.Errorf("%+v, %+v", a, b)
		}
		stop = e.Delivering(p)
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == 11 && e.Queue("b").Delivered == 12 })
		stop()
		of, err = e.Admin.LastDeliveriesOf(e.Context(), "b", "user", []string{"ada"})
		e.Must(err)
		if len(of) != 1 || !strings.HasSuffix(string(of[0].Delivery.Body), `"data":{}}`) {
			e.Errorf("%+v", of)
		}
	})
}

// More than a statement of MariaDB's can hold is emitted in several.
func TestEmitMuch(t *testing.T) {
	onEach(t, func(e *env) {
		events := make([]authgen.Event, 450)
		for i := range events {
			events[i] = authgen.Event{Type: "user.updated", Table: "user", DocumentID: "ada", Operation: "update", Data: []byte(`"` + strings.Repeat("x", 40_000) + `"`)}
		}
		e.Must(e.Outbox.Emit(e.Context(), events...))
		if n := e.Status().Events.Waiting; n != len(events) {
			e.Errorf("%d wait", n)
		}
	})
}

// What is put off is due now when an operator says so. What waits for an earlier
// event of its document goes on waiting, and the queue of an event sink is left
// alone.
func TestReplayPending(t *testing.T) {
	onEach(t, func(e *env) {
		p := outboxtest.OrderedEndpoint()
		p.Answer(func(outbox.Delivery) outbox.Outcome {
			return outbox.Outcome{Verdict: outbox.Retry, RetryAt: e.Clock().Add(100 * time.Hour)}
		})
		down := outboxtest.Broken(errors.New("down"))
		engine := outbox.Direct(e.Outbox, 1, e.Outbox.Runner(nil, p))
		stop := e.Relay(outbox.Config{Router: p, Deliverer: p, Engine: engine, Events: map[string]outbox.Sink{"log": down}})
		defer func() { stop(); e.Must(engine.Close(context.Background())) }()
		e.Emit(3, "ada")
		e.Eventually("the first is put off", func() bool { return e.Queue("a").Retrying == 1 && e.Queue("a").Pending == 3 })
		p.Answer(nil)
		pending := admin.Filter{States: []admin.State{admin.StatePending}}
		if n, err := e.Admin.Replay(e.Context(), pending); n != 1 || err != nil {
			e.Errorf("replayed %d, %v", n, err)
		}
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == 3 })
		down.Mend(nil)
		e.Eventually("the sink has all", func() bool { return len(down.Taken()) == 3 })
		if !outboxtest.InOrder(down.Taken()) {
			e.Errorf("the sink was handed %+v", down.Taken())
		}
		e.InOrder(p)
		if got := p.Taken(); got[1].Attempt != 1 {
			e.Errorf("the attempt after the replay is number %d", got[1].Attempt)
		}
	})
}
