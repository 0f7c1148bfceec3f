package webhook_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

func TestHandledOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		s.receive(t, event(1), webhook.Done)
		s.receive(t, event(1), webhook.Duplicate)
		s.receive(t, event(2), webhook.Done)
		s.receive(t, event(1), webhook.Duplicate)
		if n := s.count(t, "effect"); n != 2 {
			t.Errorf("%d calls", n)
		}
		if err := s.CreateTables(t.Context()); err != nil {
			t.Errorf("where there are tables: %v", err)
		}
	})
}

// TestRolledBack holds that what fails leaves no trace, so that it is handled when
// it comes again.
func TestRolledBack(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		e := event(1)
		failure := errors.New("not now")
		outcome, err := s.Receive(t.Context(), e, func(ctx context.Context) error {
			return errors.Join(note(ctx, e), failure)
		})
		if outcome != "" || !errors.Is(err, failure) {
			t.Errorf("%q, %v", outcome, err)
		}
		func() {
			defer func() {
				if got := recover(); got != "oh" {
					t.Errorf("the panic became %v", got)
				}
			}()
			_, _ = s.Receive(t.Context(), e, func(ctx context.Context) error {
				if err := note(ctx, e); err != nil {
					t.Error(err)
				}
				panic("oh")
			})
		}()
		for _, table := range []string{"effect", "authgen_received", "authgen_received_document"} {
			if n := s.count(t, table); n != 0 {
				t.Errorf("%d rows in %s", n, table)
			}
		}
		s.receive(t, e, webhook.Done)
	})
}

// TestTransactionLost holds that an event is not taken for handled if the
// transaction ended under the function, and it said nothing.
func TestTransactionLost(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		lost := map[string]string{"ended": "ROLLBACK"}
		if s.dialect == dialect.Postgres {
			lost["aborted"] = "no statement"
		}
		for how, statement := range lost {
			outcome, err := s.Receive(t.Context(), event(1), func(ctx context.Context) error {
				_, _ = webhook.TxFrom(ctx).ExecContext(ctx, statement)
				return nil
			})
			if outcome != "" || err == nil || !strings.Contains(err.Error(), "transaction") {
				t.Errorf("%s: %q, %v", how, outcome, err)
			}
		}
		s.receive(t, event(1), webhook.Done)
	})
}

// TestStale has the cases of the rule, each a row: what comes after the last.
func TestStale(t *testing.T) {
	type step struct {
		e    webhook.Event
		want webhook.Receipt
	}
	onEach(t, func(t *testing.T, s kept) {
		for i, steps := range [][]step{
			{{of("user.updated", 2), webhook.Done}, {of("user.updated", 1), webhook.Stale}, {of("user.updated", 1), webhook.Duplicate}, {of("user.updated", 3), webhook.Done}},
			{{of("user.updated", 5), webhook.Done}, {of("user.email_changed", 4), webhook.Done}, {of("user.created", 1), webhook.Done}, {of("user.email_changed", 3), webhook.Stale}},
			{{of("user.deleted", 5), webhook.Done}, {of("user.updated", 4), webhook.Stale}, {of("user.created", 1), webhook.Stale}, {of("user.deleted", 5), webhook.Duplicate}},
			{{of("user.updated", 3), webhook.Done}, {of("user.deleted", 5), webhook.Done}, {of("user.updated", 4), webhook.Stale}, {of("user.created", 6), webhook.Done}, {of("user.updated", 7), webhook.Done}},
			{{of("user.created", 6), webhook.Done}, {of("user.deleted", 5), webhook.Stale}, {of("user.updated", 4), webhook.Done}},
		} {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				for _, step := range steps {
					step.e.DocumentID = fmt.Sprint("document ", i)
					step.e.ID = fmt.Sprint(i, step.e.ID)
					s.receive(t, step.e, step.want)
				}
			})
		}
	})
}

// TestDocumentsApart holds that documents are told apart by bytes, and by table.
func TestDocumentsApart(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		for i, id := range []string{"a", "A", "a ", "ä", "a\u0308"} {
			for j, table := range []string{"user", "User"} {
				e := event(int64(100 - 10*i - j)) // older each time
				e.DocumentID, e.Table = id, table
				s.receive(t, e, webhook.Done)
			}
		}
	})
}

// TestLongDocuments holds that documents are known by the whole of their ids,
// however long, and that what they are known by is no other's id.
func TestLongDocuments(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		longest, longer := strings.Repeat("é", 255), strings.Repeat("é", 256)
		long := strings.Repeat("x", 100_000)
		sum := func(id string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(id))) }
		ids := []string{longest, longer, long, long + "y", sum(longer), sum(sum(longer))}
		h := handler(t, s.SQLStore, func(ctx context.Context, e webhook.Event) error {
			if !slices.Contains(ids, e.DocumentID) {
				t.Errorf("handled an event of %.30s", e.DocumentID)
			}
			return note(ctx, e)
		})
		for i, id := range ids {
			for _, c := range []struct {
				eventType string
				sequence  int64
				want      string
			}{{"user.updated", 5, "done"}, {"user.updated", 4, "stale"}, {"user.deleted", 6, "done"}, {"user.created", 3, "stale"}} {
				e := of(c.eventType, c.sequence-int64(2*i)+100) // older than those of the documents before
				e.ID, e.DocumentID = fmt.Sprint(i, c.sequence), id
				if code, body := ask(h, request(t, e)); code != 200 || body != `{"status":"`+c.want+`"}` {
					t.Errorf("%s %d of document %d: %d %s, want %s", c.eventType, c.sequence, i, code, body, c.want)
				}
			}
		}
		if n := s.count(t, "authgen_received_document"); n != len(ids) {
			t.Errorf("%d rows of %d documents that are gone", n, len(ids))
		}
	})
}

func TestSuperseded(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		for _, c := range []struct {
			e    webhook.Event
			want bool
		}{
			{of("user.updated", 5), false},
			{of("user.email_changed", 4), true},
			{of("user.email_changed", 6), false},
			{of("user.created", 1), true},
		} {
			_, err := s.Receive(t.Context(), c.e, func(ctx context.Context) error {
				if webhook.Superseded(ctx) != c.want {
					t.Errorf("%s %d: superseded is not %v", c.e.Type, c.e.Sequence, c.want)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}

func TestForget(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		updated, gone := event(5), of("user.deleted", 6)
		gone.DocumentID = "gone"
		s.receive(t, updated, webhook.Done)
		s.receive(t, gone, webhook.Done)
		s.forget(t, time.Now().Add(-time.Hour), 0)
		s.receive(t, updated, webhook.Duplicate)
		s.forget(t, time.Now().Add(time.Hour), 3) // two ids, and the document that is gone
		s.receive(t, updated, webhook.Duplicate)  // by its sequence number
		s.receive(t, event(4), webhook.Stale)
		if n := s.count(t, "effect"); n != 2 {
			t.Errorf("%d calls", n)
		}
		s.receive(t, gone, webhook.Done) // it was forgotten indeed
	})
}

// TestForgetWaitsForNobody has Forget run while handlers hold a document that is
// new, and one that was deleted and is created again. The next event of every
// other document is handled meanwhile, and what was held is not forgotten.
func TestForgetWaitsForNobody(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		if s.dialect == dialect.SQLite {
			t.Skip("on SQLite one writes at a time, and Forget awaits its turn")
		}
		const documents = 20
		next := int64(0)
		receive := func(ctx context.Context, eventType, document string, handle func(context.Context) error) error {
			next++
			e := of(eventType, next)
			e.DocumentID = document
			_, err := s.Receive(ctx, e, handle)
			return err
		}
		for i := range documents {
			if err := errors.Join(receive(t.Context(), "user.updated", fmt.Sprint("live", i), nothing),
				receive(t.Context(), "user.deleted", fmt.Sprint("gone", i), nothing)); err != nil {
				t.Fatal(err)
			}
		}
		release := make(chan struct{})
		var held sync.WaitGroup
		for _, document := range []string{"new", "gone7", "live7"} {
			inside := make(chan struct{})
			next++
			e := of("user.created", next)
			e.DocumentID = document
			held.Go(func() {
				if _, err := s.Receive(t.Context(), e, func(context.Context) error {
					close(inside)
					<-release
					return nil
				}); err != nil {
					t.Error(err)
				}
			})
			<-inside
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		n, err := s.Forget(ctx, time.Now().Add(time.Hour))
		if want := int64(2*documents + documents - 1); n != want || err != nil {
			t.Errorf("forgot %d, %v; want %d", n, err, want)
		}
		for i := range documents {
			if i == 7 {
				continue
			}
			if err := errors.Join(receive(ctx, "user.updated", fmt.Sprint("live", i), nothing),
				receive(ctx, "user.created", fmt.Sprint("gone", i), nothing)); err != nil {
				t.Error(err)
			}
		}
		close(release)
		held.Wait()
		late := of("user.updated", 1) // before the deletion, which is remembered
		late.ID, late.DocumentID = "late", "gone7"
		s.receive(t, late, webhook.Stale)
	})
}

// TestForgetMuch has more to forget than goes into a few batches, all of it of one
// moment, between what must stay.
func TestForgetMuch(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		const many = 1003 // not a multiple of a batch
		fill := func(insert string, row func(i int) string) {
			rows := make([]string, many)
			for i := range rows {
				rows[i] = row(i)
			}
			if _, err := s.db.Exec(insert + " VALUES " + strings.Join(rows, ", ")); err != nil {
				t.Fatal(err)
			}
		}
		for moment, name := range map[int]string{1000: "old", 5000: "new"} {
			fill("INSERT INTO authgen_received (event_id, received_at)", func(i int) string {
				return fmt.Sprintf("('%s %d', %d)", name, i, moment)
			})
			const documents = "INSERT INTO authgen_received_document (doc_table, document_id, type, sequence, received_at)"
			for _, table := range []string{"user", "User", "session"} {
				fill(documents, func(i int) string { // deleted
					return fmt.Sprintf("('%s', '%s %d', '', 9, %d)", table, name, i, moment)
				})
			}
			for _, kind := range []string{"", "user.updated"} { // not deleted
				fill(documents, func(i int) string {
					return fmt.Sprintf("('user', 'live %s %d', '%s', %d, %d)", name, i, kind, len(kind), moment)
				})
			}
		}
		s.forget(t, time.UnixMilli(1000), 0)
		s.forget(t, time.UnixMilli(5000), 4*many)
		for query, want := range map[string]int{
			"authgen_received":                                          many,
			"authgen_received WHERE received_at = 5000":                 many,
			"authgen_received_document":                                 7 * many,
			"authgen_received_document WHERE document_id LIKE 'live %'": 4 * many,
			"authgen_received_document WHERE document_id LIKE 'new %'":  3 * many,
		} {
			if n := s.count(t, query); n != want {
				t.Errorf("%d in %s, want %d", n, query, want)
			}
		}
	})
}

// TestOneRowADeletedDocument holds that a document that is gone leaves no more.
func TestOneRowADeletedDocument(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		for i, eventType := range []string{"user.created", "user.updated", "user.email_changed", "user.deleted"} {
			s.receive(t, of(eventType, int64(i+1)), webhook.Done)
		}
		if n := s.count(t, "authgen_received_document"); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestContextEnds(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := s.Receive(ctx, event(1), func(ctx context.Context) error {
			waiting, stop := context.WithTimeout(ctx, 50*time.Millisecond)
			defer stop()
			if _, err := s.Receive(waiting, event(1), accepting(t)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("while another has the document: %v", err)
			}
			err := note(ctx, event(1))
			cancel()
			return err
		})
		if err == nil || s.count(t, "effect") != 0 {
			t.Errorf("the sender hung up, and it was handled: %v", err)
		}
		s.receive(t, event(1), webhook.Done)
	})
}

// TestDeliveredToStore has a sender, a receiver and a store together.
func TestDeliveredToStore(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		var broken atomic.Value
		broken.Store("")
		h := handler(t, s.SQLStore, func(ctx context.Context, e webhook.Event) error {
			err := note(ctx, e)
			switch broken.Load() {
			case "error":
				return errors.Join(err, errors.New("not now"))
			case "panic":
				panic("not now")
			}
			return err
		})
		server := httptest.NewUnstartedServer(h)
		server.Config.ErrorLog = log.New(io.Discard, "", 0) // it logs the panic
		server.Start()
		t.Cleanup(server.Close)
		for how, says := range map[string]string{"error": "answered 500", "panic": "without an answer"} {
			broken.Store(how)
			if o := send(t, at(server)); o.Verdict != outbox.Retry || !strings.Contains(o.Error, says) || s.count(t, "effect") != 0 {
				t.Errorf("%s became %+v", how, o)
			}
		}
		broken.Store("")
		for _, want := range []string{`{"status":"done"}`, `{"status":"duplicate"}`} {
			if o := send(t, at(server)); o.Verdict != outbox.Delivered {
				t.Errorf("became %+v, want %s", o, want)
			}
		}
		if n := s.count(t, "effect"); n != 1 {
			t.Errorf("handled %d times", n)
		}
		for _, c := range []struct {
			e    webhook.Event
			want string
		}{{event(1), `{"status":"duplicate"}`}, {event(9), `{"status":"done"}`}, {event(8), `{"status":"stale"}`}} {
			if code, body := ask(h, request(t, c.e)); code != 200 || body != c.want {
				t.Errorf("%d %s, want %s", code, body, c.want)
			}
		}
		if err := s.db.Close(); err != nil {
			t.Fatal(err)
		}
		if code, body := ask(h, request(t, event(10))); code != 500 || body != `{"error":"the event was not handled"}` {
			t.Errorf("without a database: %d %s", code, body)
		}
	})
}
