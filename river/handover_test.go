package river_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/river"
)

func TestJobsLeaveTheOutboxAndRun(t *testing.T) {
	everywhere(t, func(t *testing.T, s *site) {
		ran := newTally()
		engine := s.started(t, river.Config{Handlers: ran.handlers()})
		s.relay(t, outbox.Config{Engine: engine})
		var writers sync.WaitGroup
		for n := 0; n < 1000; n += 100 {
			writers.Go(func() { s.schedule(t, n, n+100) })
		}
		writers.Wait()
		eventually(t, "all jobs have run", func() bool { return ran.different() == 1000 })
		if n := s.waiting(t); n != 0 {
			t.Errorf("%d jobs are still in the outbox", n)
		}
		if twice := ran.twice(); len(twice) > 0 {
			t.Errorf("these ran twice: %v", twice)
		}
	})
}

func TestSendTakesAnIDOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, s *site) {
		engine := s.engine(t, river.Config{})
		entries := jobEntries(3)
		for _, batch := range [][]outbox.Entry{entries[:2], entries, entries} {
			if err := engine.Send(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(s.rows(t, river.JobKind)); got != 3 {
			t.Errorf("River has %d jobs, want 3", got)
		}
	})
}

// A job that River has given up is not taken again either.
func TestSendTakesAnIDOnceHoweverItEnded(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		engine := s.engine(t, river.Config{})
		for _, state := range []string{"completed", "cancelled", "discarded"} {
			entry := outbox.Entry{ID: state, Kind: outbox.KindJob, Type: "note", Body: json.RawMessage(`{}`)}
			for range 2 {
				if err := engine.Send(t.Context(), []outbox.Entry{entry}); err != nil {
					t.Fatal(err)
				}
				_, err := s.sql.ExecContext(t.Context(), "UPDATE river_job SET state = '"+state+"', finalized_at = CURRENT_TIMESTAMP WHERE finalized_at IS NULL")
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		if got, want := s.states(t, river.JobKind), "map[cancelled:1 completed:1 discarded:1]"; got != want {
			t.Errorf("River has %s, want %s", got, want)
		}
	})
}

// The outbox may ask for an attempt again whose River job is over.
func TestSendTakesAFinishedDeliveryAgain(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		engine := s.engine(t, river.Config{})
		entry := outbox.Entry{ID: "cms/1/1/1", Kind: outbox.KindDelivery, Type: "cms", Body: json.RawMessage(`{}`)}
		send := func() {
			t.Helper()
			if err := engine.Send(t.Context(), []outbox.Entry{entry}); err != nil {
				t.Fatal(err)
			}
		}
		send()
		send()
		if got := s.states(t, river.DeliveryKind); got != "map[available:1]" {
			t.Fatalf("River has %s", got)
		}
		if _, err := s.sql.ExecContext(t.Context(), "UPDATE river_job SET state = 'discarded', finalized_at = CURRENT_TIMESTAMP"); err != nil {
			t.Fatal(err)
		}
		send()
		if got := s.states(t, river.DeliveryKind); got != "map[available:1 discarded:1]" {
			t.Errorf("River has %s", got)
		}
	})
}

func TestSendInTakesNothingThatIsGone(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		s.schedule(t, 0, 2)
		engine := s.engine(t, river.Config{}).(outbox.Transactional)
		removal := outbox.Ack{SQL: "DELETE FROM authgen_job", Rows: 3}
		err := engine.SendTx(t.Context(), jobEntries(3), removal)
		if !errors.Is(err, outbox.ErrLeaseLost) {
			t.Fatalf("got %v, want ErrLeaseLost", err)
		}
		if len(s.rows(t, river.JobKind)) != 0 || s.waiting(t) != 2 {
			t.Fatal("something was taken, or removed")
		}
		removal.Rows = 2
		if err := engine.SendTx(t.Context(), jobEntries(2), removal); err != nil {
			t.Fatal(err)
		}
		if len(s.rows(t, river.JobKind)) != 2 || s.waiting(t) != 0 {
			t.Error("not both were taken, and removed")
		}
	})
}

func TestSendRefusesEvents(t *testing.T) {
	s := prepared(t, places[0].make(t))
	entries := append(jobEntries(1), outbox.Entry{ID: "e", Kind: outbox.KindEvent, Type: "user.created"})
	err := s.engine(t, river.Config{}).Send(t.Context(), entries)
	if err == nil || !strings.Contains(err.Error(), "kind event") {
		t.Errorf("got %v", err)
	}
	if len(s.rows(t, river.JobKind)) != 0 {
		t.Error("a part was taken")
	}
}

// Arguments come to the handler as they were, whatever they are: jsonb takes
// neither \u0000 nor half a surrogate pair nor a number of any size.
func TestArgumentsThatPostgresCannotHold(t *testing.T) {
	everywhere(t, func(t *testing.T, s *site) {
		texts := []string{"plain", "nul \x00", `quote " and \ and é`}
		ran := newTally()
		engine := s.started(t, river.Config{Handlers: ran.handlers()})
		var entries []outbox.Entry
		for i, text := range texts {
			body, err := json.Marshal(note{N: i, Text: text})
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, outbox.Entry{ID: fmt.Sprint(i), Kind: outbox.KindJob, Type: "note", Body: body})
		}
		entries = append(entries, outbox.Entry{ID: "3", Kind: outbox.KindJob, Type: "note", Body: json.RawMessage(`{"n":3,"text":"\ud800","more":1e999999}`)})
		if err := engine.Send(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
		eventually(t, "all jobs have run", func() bool { return ran.different() == 4 })
		for i, text := range append(texts, "\ufffd") { // as encoding/json reads half a pair
			if got := ran.text(i); got != text {
				t.Errorf("job %d got %q, want %q", i, got, text)
			}
		}
	})
}

func jobEntries(n int) (entries []outbox.Entry) {
	for i := range n {
		entries = append(entries, outbox.Entry{
			ID: fmt.Sprintf("0199a3a0-0000-7000-8000-%012d", i), Kind: outbox.KindJob, Type: "note",
			Body: json.RawMessage(fmt.Sprintf(`{"n":%d}`, i)),
		})
	}
	return entries
}

func TestEndpointQueue(t *testing.T) {
	long := strings.Repeat("x", 63)
	seen := map[string]string{}
	for _, endpoint := range []string{"cms", "crm_2", "a-b", "CMS", "cms.eu", "a--b", "-", "é", long, long[1:] + "y"} {
		queue := river.EndpointQueue(endpoint)
		if len(queue) > 64 || strings.ToLower(queue) != queue || strings.Contains(queue, ".") {
			t.Errorf("River does not take %q, of %q", queue, endpoint)
		}
		if other, taken := seen[queue]; taken {
			t.Errorf("%q and %q have the same queue", endpoint, other)
		}
		seen[queue] = endpoint
	}
	if got := river.EndpointQueue("cms"); got != "webhook-cms" {
		t.Errorf("got %q", got)
	}
}
