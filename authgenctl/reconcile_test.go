package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/authgenctl/internal/reconcile"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/cli"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/outbox"
)

func TestReconcileFindsNothingWhereAllWasTold(t *testing.T) {
	onEachSystem(t, func(s *system) {
		s.open(3)
		first := s.tickets[0].ID
		// The last event of this one carries its title alone.
		_, err := s.db.Ticket.Update(s.Context(), first, auth.TicketPatch{Title: auth.Set("renamed"), Notes: auth.Set(new(json.RawMessage(`{"b": [1.50, 1e2], "a": "<ä>"}`)))})
		s.must(err)
		// And this one's nothing but its id.
		_, err = s.db.Ticket.Update(s.Context(), s.tickets[1].ID, auth.TicketPatch{Pin: auth.Set(auth.NewSecret("other"))})
		s.must(err)
		s.must(s.db.Ticket.Delete(s.Context(), s.tickets[2].ID))
		s.deliver()
		if n := len(s.cms.news()); n != 1+3+2+2+1 {
			t.Errorf("%d events were delivered", n)
		}
		// Moves by an update that changes nothing, and tells nobody.
		_, err = s.db.Ticket.Update(s.Context(), first, auth.TicketPatch{Title: auth.Set("renamed")})
		s.must(err)
		s.does("desk: 1 rows, 1 delivered documents; missed nothing\nticket: 2 rows, 3 delivered documents; missed nothing", "reconcile", "--endpoint", "cms")
		s.brought()
	})
}

func TestReconcileTellsWhatWasMissed(t *testing.T) {
	onEachSystem(t, func(s *system) {
		s.open(5)
		changed, gone, exhausted, unseen, same := s.tickets[0], s.tickets[1], s.tickets[2], s.tickets[3], s.tickets[4]
		s.cms.refuse(string(unseen.ID), outbox.Exhausted)
		s.deliver()
		before := s.cms.news()
		s.cms.refuse(string(unseen.ID), 0)
		s.cms.refuse(string(exhausted.ID), outbox.Exhausted)
		_, err := s.db.Ticket.Update(s.Context(), exhausted.ID, auth.TicketPatch{Hits: auth.Set(7), SpareID: auth.Set(&s.deskID)})
		s.must(err)
		s.deliver()
		s.cms.refuse(string(exhausted.ID), 0)
		s.exec(`UPDATE "ticket" SET "title" = ?, "notes" = ?, "pin" = ? WHERE "id" = ?`, "<changed>", `{"k":1}`, "new-secret", string(changed.ID))
		s.exec(`DELETE FROM "ticket" WHERE "id" = ?`, string(gone.ID))
		s.exec(`UPDATE "ticket" SET "pin" = ? WHERE "id" = ?`, "new-secret", string(same.ID)) // of which nobody is told the value

		report := func(verb string) string {
			return "desk: 1 rows, 1 delivered documents; missed nothing\n" +
				"ticket: 4 rows, 4 delivered documents; " + verb + " 1 ticket.created, 1 ticket.deleted, 2 ticket.updated"
		}
		s.does(report("missed"), "reconcile", "--endpoint", "cms", "--dry-run")
		s.brought()
		s.does(report("told"), "reconcile", "--endpoint", "cms")
		s.does("desk: 1 rows, 1 delivered documents; missed nothing\nticket: 4 rows, 4 delivered documents; missed nothing; 3 on their way", "reconcile", "--endpoint", "cms")
		told := s.brought("ticket.created "+string(unseen.ID), "ticket.updated "+string(changed.ID), "ticket.updated "+string(exhausted.ID), "ticket.deleted "+string(gone.ID))
		for key, e := range told {
			if e.Sequence <= before[len(before)-1].Sequence || len(e.ID) != 36 || e.Table != "ticket" || time.Since(e.Timestamp) > time.Hour {
				t.Errorf("%s is %+v", key, e)
			}
			if bytes.Contains(e.Data, []byte("secret")) {
				t.Errorf("%s tells a secret: %s", key, e.Data)
			}
		}
		e := told["ticket.updated "+string(changed.ID)]
		if e.Operation != "update" || !slices.Equal(e.Changed, []string{"title", "notes"}) {
			t.Errorf("an update of %v by %s", e.Changed, e.Operation)
		}
		now, err := s.db.Ticket.Get(s.Context(), changed.ID)
		s.must(err)
		want, err := dialect.EncodeJSON(auth.TicketUpdatedEvent{ID: now.ID, DeskID: now.DeskID, SpareID: now.SpareID, Title: now.Title, Hits: now.Hits, Notes: now.Notes, UpdatedAt: authgen.Timestamp{Time: now.UpdatedAt}})
		s.must(err)
		if string(e.Data) != want {
			t.Errorf("told %s, want %s", e.Data, want)
		}
		if e := told["ticket.updated "+string(exhausted.ID)]; !slices.Equal(e.Changed, []string{"spareId", "hits"}) {
			t.Errorf("what was exhausted changed %v", e.Changed)
		}
		if e := told["ticket.deleted "+string(gone.ID)]; e.Operation != "delete" || string(e.Data) != `{"id":"`+string(gone.ID)+`","deskId":"`+string(s.deskID)+`","spareId":null}` {
			t.Errorf("the end was told by %s with %s", e.Operation, e.Data)
		}
		for _, e := range told {
			if _, err := auth.DecodeEvent(e); err != nil {
				t.Error(err)
			}
		}
		s.does("desk: 1 rows, 1 delivered documents; missed nothing\nticket: 4 rows, 5 delivered documents; missed nothing", "reconcile", "--endpoint", "cms")
	})
}

// A table whose delete event carries less than the others, and of which the end
// is told though the last event carries less still.
func TestReconcileKnowsOldEvents(t *testing.T) {
	onEachSystem(t, func(s *system) {
		s.open(1)
		s.deliver()
		_, err := s.db.Ticket.Update(s.Context(), s.tickets[0].ID, auth.TicketPatch{Pin: auth.Set(auth.NewSecret("other"))})
		s.must(err)
		s.cms.refuse("ticket.updated", outbox.Exhausted)
		s.deliver()
		s.cms.refuse("ticket.updated", 0)
		s.cms.news()
		s.exec(`DELETE FROM "ticket" WHERE "id" = ?`, string(s.tickets[0].ID))
		s.exec(`DELETE FROM "desk" WHERE "id" = ?`, string(s.deskID))
		s.does("desk: 0 rows, 1 delivered documents; told 1 desk.closed\nticket: 0 rows, 1 delivered documents; told 1 ticket.deleted", "reconcile", "--endpoint", "cms")
		told := s.brought("desk.closed "+string(s.deskID), "ticket.deleted "+string(s.tickets[0].ID))
		if got, want := string(told["desk.closed "+string(s.deskID)].Data), `{"id":"`+string(s.deskID)+`","name":"front"}`; got != want {
			t.Errorf("told %s, want %s", got, want)
		}
		if got, want := string(told["ticket.deleted "+string(s.tickets[0].ID)].Data), `{"id":"`+string(s.tickets[0].ID)+`","deskId":"`+string(s.deskID)+`","spareId":null}`; got != want {
			t.Errorf("told %s, want %s", got, want)
		}
	})
}

func TestReconcileTellsTheEndpointAlone(t *testing.T) {
	onEachSystem(t, func(s *system) {
		s.open(2)
		s.cms.name = "search"
		s.deliver()
		s.cms.news()
		s.cms.name = "cms"
		s.does("ticket: 2 rows, 0 delivered documents; told 2 ticket.created", "reconcile", "--endpoint", "cms", "--new", "--table", "ticket", "--type", "ticket.created")
		s.brought("ticket.created "+string(s.tickets[0].ID), "ticket.created "+string(s.tickets[1].ID))
		status, err := s.admin.Status(s.Context())
		s.must(err)
		if q := status.Queues; len(q) != 2 || q[0].Delivered != 2 || q[1].Name != "search" || q[1].Delivered != 3 || q[1].Pending != 0 {
			t.Errorf("the queues are %+v", q)
		}
		// Events that no relay has taken yet are on their way.
		_, err = s.db.Ticket.Update(s.Context(), s.tickets[0].ID, auth.TicketPatch{Title: auth.Set("later")})
		s.must(err)
		s.does("ticket: 2 rows, 2 delivered documents; missed nothing; 1 on their way", "reconcile", "--endpoint", "cms", "--table", "ticket")
	})
}

// many stores tickets past the program, of which nobody was told.
func (s *system) many(n int) {
	s.Helper()
	s.open(1)
	s.deliver()
	s.cms.news()
	at := "2026-01-02 03:04:05.000"
	if s.raw.Dialect.Kind() == dialect.SQLite {
		at = "2026-01-02T03:04:05.000Z"
	}
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf("('t%05d', '%s', 'many', 'ticket-secret', 0, '%s')", i, s.deskID, at))
	}
	s.exec(`INSERT INTO "ticket" ("id", "deskId", "title", "pin", "hits", "updatedAt") VALUES ` + strings.Join(rows, ", "))
}

func TestReconcileGoesOn(t *testing.T) {
	const n = 1100
	onEachSystem(t, func(s *system) {
		s.many(n)
		args := []string{"reconcile", "--endpoint", "cms", "--table", "ticket", "--limit", "400"}
		runs := 0
		for after := ""; ; runs++ {
			code, stdout, stderr := s.outbox(append(args, "--after", after)...)
			if code != cli.ExitOK {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			_, next, more := strings.Cut(strings.TrimSpace(stdout), "go on with --after ")
			if !more {
				break
			}
			after = next
		}
		if runs < n/400 {
			t.Errorf("it took %d runs", runs)
		}
		s.toldOnce(n)
	})
}

// toldOnce fails the test unless the endpoint is told once of each of many.
func (s *system) toldOnce(n int) {
	s.Helper()
	s.deliver()
	times := map[string]int{}
	for _, e := range s.cms.news() {
		times[e.Type+" "+e.DocumentID]++
	}
	for i := range n {
		if key := fmt.Sprintf("ticket.created t%05d", i); times[key] != 1 {
			s.Fatalf("%s was told %d times", key, times[key])
		}
	}
	if len(times) != n {
		s.Errorf("cms was told %d events, want %d", len(times), n)
	}
}

func TestReconcileInterrupted(t *testing.T) {
	const n = 1100
	onEachSystem(t, func(s *system) {
		s.many(n)
		p, err := (&cli.Options{File: conformance, Out: cli.NewPrinter(io.Discard, io.Discard)}).Read()
		s.must(err)
		ctx, stop := context.WithCancel(s.Context())
		defer stop()
		missed := 0
		c := &reconcile.Comparison{
			DB: s.db.Outbox(), Outbox: s.store, Admin: s.admin, Endpoint: "cms", Events: p.Model.Events,
			Ledgers: []*reconcile.Ledger{reconcile.NewLedger(p.Model.Table("ticket"), func(string) bool { return true })},
			At:      reconcile.Cursor{Table: "ticket"},
			Missed: func(authgen.Event) {
				if missed++; missed == 700 { // in the second batch
					stop()
				}
			},
			Report: func(*reconcile.Ledger, reconcile.Tally) {},
		}
		if err := c.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("it ended with %v", err)
		}
		if c.At.Gone || c.At.After == "" || missed >= n {
			t.Errorf("it is at %v, having told of %d", c.At, missed)
		}
		code, stdout, stderr := s.outbox("reconcile", "--endpoint", "cms", "--table", "ticket", "--after", c.At.String())
		if code != cli.ExitOK || !strings.Contains(stdout, "ticket: 101 rows") {
			t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
		}
		s.toldOnce(n)
	})
}

// A row that is being written while it is compared must not be told as it was,
// behind the event that tells what it is.
func TestReconcileWaitsForWriters(t *testing.T) {
	onEachSystem(t, func(s *system) {
		s.open(1)
		s.deliver()
		s.cms.news()
		id := s.tickets[0].ID
		s.exec(`UPDATE "ticket" SET "title" = ? WHERE "id" = ?`, "drifted", string(id))
		done := make(chan int, 1)
		s.must(s.db.Tx(s.Context(), func(ctx context.Context, tx *auth.Tx) error {
			if _, err := tx.Ticket.Update(ctx, id, auth.TicketPatch{Title: auth.Set("written")}); err != nil {
				return err
			}
			// What is staged is written ahead of a savepoint.
			if err := tx.Tx(ctx, func(context.Context, *auth.Tx) error { return nil }); err != nil {
				return err
			}
			go func() {
				code, _, _ := s.outbox("reconcile", "--endpoint", "cms", "--table", "ticket")
				done <- code
			}()
			time.Sleep(300 * time.Millisecond) // it may come as far as it can
			return nil
		}))
		if code := <-done; code != cli.ExitOK {
			t.Errorf("exit code %d", code)
		}
		s.deliver()
		news := s.cms.news()
		last := news[len(news)-1]
		if e := (auth.TicketRetitledEvent{}); json.Unmarshal(last.Data, &e) != nil || e.Title != "written" {
			t.Errorf("the last event tells %s", last.Data)
		}
	})
}
