package outbox_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// An event reaches every endpoint that wants it, whole and once.
func TestDelivering(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a"}, {Endpoint: "b"}}}
		e.Emit(3, "ada", `e"<v>é`)
		stop := e.Delivering(p)
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == 6 && e.Queue("b").Delivered == 6 })
		stop()
		seen := map[string]bool{}
		for _, d := range p.Taken() {
			var event authgen.Event
			e.Must(json.Unmarshal(d.Body, &event))
			same := event.ID == d.EventID && event.Type == d.Type && event.Sequence == d.Sequence && event.DocumentID == d.DocumentID &&
				event.Table == d.Table && event.Operation == d.Operation && event.Timestamp.Equal(d.OccurredAt) && event.Timestamp.Equal(e.Clock())
			if !same || seen[d.Endpoint+d.EventID] || d.Attempt != 1 || len(event.Data) == 0 {
				e.Errorf("delivered %+v with body %s", d, d.Body)
			}
			seen[d.Endpoint+d.EventID] = true
		}
		if len(seen) != 12 {
			e.Errorf("%d deliveries", len(seen))
		}
		if n := len(e.Spans.Of(outbox.SpanAttempt)); n != 12 {
			e.Errorf("the observer saw %d attempts", n)
		}
	})
}

// A delivery that fails is tried again when it is due, and exhausted in the end;
// replay begins anew.
func TestRetryParkReplay(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a"}}}
		p.Answer(func(d outbox.Delivery) outbox.Outcome {
			if d.Attempt == 2 {
				return outbox.Outcome{Verdict: outbox.Exhausted, Status: 500, Error: "given \x00up \xff"}
			}
			return outbox.Outcome{Verdict: outbox.Retry, Status: 500, Error: "not yet", RetryAt: e.Clock().Add(time.Hour)}
		})
		e.Emit(1, "ada")
		defer e.Delivering(p)()
		e.Eventually("it is tried", func() bool { return e.Queue("a").Retrying == 1 })
		e.Pass(59 * time.Minute)
		time.Sleep(50 * time.Millisecond) // ten polls
		if n := len(p.Taken()); n != 1 {
			e.Errorf("%d attempts before it was due again", n)
		}
		e.Pass(time.Minute)
		e.Eventually("it is exhausted", func() bool { return e.Queue("a").Exhausted == 1 })
		records := e.List(admin.Filter{States: []admin.State{admin.StateExhausted}})
		if len(records) != 1 || records[0].Error != "given \uFFFDup \uFFFD" || records[0].Status != 500 || records[0].Attempts != 2 || records[0].Finished.IsZero() {
			e.Errorf("exhausted: %+v", records)
		}
		e.Eventually("the log was told once", func() bool { return e.Log.With("WARN", "exhausted", "endpoint=a") == 1 })
		p.Answer(nil)
		if n, err := e.Admin.Replay(e.Context(), admin.Filter{Endpoint: "a"}); err != nil || n != 1 {
			e.Errorf("replayed %d, %v", n, err)
		}
		e.Eventually("it is delivered", func() bool { return e.Queue("a").Delivered == 1 })
		if got := p.Taken(); len(got) != 3 || got[2].Attempt != 1 {
			e.Errorf("attempts: %+v", got)
		}
	})
}

// An ordered endpoint gets each document in order, whatever fails, and holds up
// no other document. An exhausted delivery holds up nothing.
func TestOrdered(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Ordered: true, Concurrency: 8}}}
		failed := map[string]int{}
		p.Answer(func(d outbox.Delivery) outbox.Outcome {
			if d.DocumentID != "ada" {
				return outbox.Outcome{Verdict: outbox.Delivered}
			}
			switch failed[d.EventID]++; {
			case failed[d.EventID] == 1:
				return outbox.Outcome{Verdict: outbox.Retry, RetryAt: e.Clock().Add(time.Minute)}
			case string(d.Body[len(d.Body)-8:]) == `{"n":2}}`:
				return outbox.Outcome{Verdict: outbox.Exhausted}
			}
			return outbox.Outcome{Verdict: outbox.Delivered}
		})
		e.Emit(4, "ada", "eve")
		defer e.Delivering(p)()
		e.Eventually("the other document is through", func() bool { return e.Queue("a").Delivered == 4 })
		e.Eventually("all are through", func() bool { e.Pass(time.Minute); return e.Queue("a").Delivered == 7 })
		last := map[string]int64{}
		for _, d := range p.Taken() {
			if d.Sequence < last[d.DocumentID] {
				e.Errorf("%s: %d after %d", d.DocumentID, d.Sequence, last[d.DocumentID])
			}
			last[d.DocumentID] = d.Sequence
		}
		if q := e.Queue("a"); q.Exhausted != 1 {
			e.Errorf("%+v", q)
		}
	})
}

// Two relays share ordered endpoints, and order and number hold.
func TestOrderedByTwoRelays(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Ordered: true}, {Endpoint: "b", Ordered: true, Concurrency: 3}}}
		stops := []func(){e.Delivering(p), e.Delivering(p)}
		e.Emit(10, "ada", "eve", "kim", "bob", "joe")
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == 50 && e.Queue("b").Delivered == 50 })
		for _, stop := range stops {
			stop()
		}
		last := map[string]int64{}
		for _, d := range p.Taken() {
			if key := d.Endpoint + d.DocumentID; d.Sequence <= last[key] {
				e.Errorf("%s: %d after %d", key, d.Sequence, last[key])
			} else {
				last[key] = d.Sequence
			}
		}
		if n := len(p.Taken()); n != 100 {
			e.Errorf("%d attempts, want 100", n)
		}
	})
}

// A disabled endpoint gets nothing until it is enabled, and loses nothing; the
// others go on.
func TestDisabled(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Concurrency: 1}, {Endpoint: "b"}}}
		p.Answer(func(d outbox.Delivery) outbox.Outcome {
			if d.Endpoint == "a" {
				return outbox.Outcome{Verdict: outbox.DisableEndpoint, Status: 410, Error: "gone"}
			}
			return outbox.Outcome{Verdict: outbox.Delivered}
		})
		e.Emit(3, "ada")
		defer e.Delivering(p)()
		e.Eventually("it is disabled, and the other has all", func() bool { return !e.Queue("a").DisabledAt.IsZero() && e.Queue("b").Delivered == 3 })
		if q := e.Queue("a"); q.Pending != 3 || q.Reason != "gone" || q.FailedAt.IsZero() || len(p.Taken()) != 4 {
			e.Errorf("%+v after %d attempts", q, len(p.Taken()))
		}
		e.Eventually("the log was told once", func() bool { return e.Log.With("WARN", "disabled", "endpoint=a", "gone") == 1 })
		p.Answer(nil)
		e.Must(e.Admin.Enable(e.Context(), "a"))
		e.Eventually("all are delivered", func() bool { return e.Queue("a").Delivered == 3 })
		if q := e.Queue("a"); !q.DisabledAt.IsZero() || q.Reason != "" || q.SucceededAt.IsZero() {
			e.Errorf("%+v", q)
		}
	})
}

// The rate of an endpoint is shared by all relays, and kept in the database.
func TestRate(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Rate: 2, Concurrency: 100}}}
		e.Queued(p, 20, "ada")
		defer e.Delivering(p)()
		defer e.Delivering(p)()
		for second := range 4 {
			want := 1 + 2*second
			e.Eventually(fmt.Sprintf("there are %d attempts after %d s", want, second), func() bool { return e.Queue("a").Delivered == want })
			time.Sleep(50 * time.Millisecond) // some polls of both
			if n := len(p.Taken()); n != want {
				e.Fatalf("after %d s there were %d attempts, want %d", second, n, want)
			}
			e.Pass(500 * time.Millisecond)
			e.Eventually("one more half a second later", func() bool { return e.Queue("a").Delivered == want+1 })
			e.Pass(500 * time.Millisecond)
		}
	})
}

// No more attempts run at once than an endpoint may have, over all relays, and
// a slow endpoint holds up no other.
func TestConcurrency(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "slow", Concurrency: 3}, {Endpoint: "quick"}}}
		var mu sync.Mutex
		running, most := 0, 0
		release := make(chan struct{})
		slow := hanging{p, func() {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			<-release
			mu.Lock()
			running--
			mu.Unlock()
		}}
		e.Emit(10, "ada")
		for range 2 {
			engine := outbox.Direct(e.Outbox, 1, e.Outbox.Runner(nil, slow))
			stop := e.Relay(outbox.Config{Router: p, Deliverer: slow, Engine: engine})
			defer func() { stop(); e.Must(engine.Close(e.Context())) }()
		}
		e.Eventually("the quick endpoint has all", func() bool { return e.Queue("quick").Delivered == 10 })
		e.Eventually("three are under way", func() bool { return e.Queue("slow").Leased == 3 })
		close(release)
		e.Eventually("the slow endpoint has all", func() bool { return e.Queue("slow").Delivered == 10 })
		if most > 3 {
			e.Errorf("%d attempts ran at once", most)
		}
	})
}

// Deliveries to an endpoint that is no longer configured stay, and are seen.
func TestEndpointGone(t *testing.T) {
	onEach(t, func(e *env) {
		both := &endpoints{All: []outbox.Limits{{Endpoint: "a"}, {Endpoint: "old"}}}
		e.Queued(both, 2, "ada")
		one := &endpoints{All: both.All[:1]}
		stop := e.Delivering(one)
		e.Eventually("the endpoint that is left has all", func() bool { return e.Queue("a").Delivered == 2 })
		stop()
		if q := e.Queue("old"); q.Pending != 2 || q.Due != 2 {
			e.Errorf("%+v", q)
		}
		defer e.Delivering(both)()
		e.Eventually("it has all when it is back", func() bool { return e.Queue("old").Delivered == 2 })
	})
}

// A clock that goes back, or a rate that is as good as none, stops nobody.
func TestRateOfAnotherTime(t *testing.T) {
	onEach(t, func(e *env) {
		p := &endpoints{All: []outbox.Limits{{Endpoint: "slow", Rate: 10}, {Endpoint: "quick", Rate: 1e18}}}
		defer e.Delivering(p)()
		both := func(n int) func() bool {
			return func() bool {
				e.Pass(100 * time.Millisecond)
				return e.Queue("slow").Delivered == n && e.Queue("quick").Delivered == n
			}
		}
		e.Emit(5, "ada")
		e.Eventually("all are delivered", both(5))
		before := e.Clock()
		e.Pass(-time.Hour)
		e.Emit(5, "eve")
		e.Eventually("those of the hour before are delivered", both(10))
		if now := e.Clock(); now.After(before) {
			e.Errorf("it took until %v, as if the clock were not back", now)
		}
	})
}
