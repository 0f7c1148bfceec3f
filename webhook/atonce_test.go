package webhook_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/webhook"
)

// TestSameEventAtOnce has one event come many times at once.
func TestSameEventAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		for round := int64(1); round <= 10; round++ {
			e := event(round)
			e.DocumentID = fmt.Sprint(round)
			var done atomic.Int64
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					switch s.retried(t, e, func(ctx context.Context) error { return note(ctx, e) }) {
					case webhook.Done:
						done.Add(1)
					case webhook.Stale:
						t.Error("stale")
					}
				})
			}
			all.Wait()
			if n := s.count(t, "effect"); done.Load() != 1 || n != int(round) {
				t.Errorf("round %d: done %d times, %d effects", round, done.Load(), n)
			}
		}
	})
}

// TestDocumentAtOnce has the events of a document come in any order, on many
// connections: what the receiver keeps is never put back.
func TestDocumentAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		const last = 40
		if _, err := s.db.Exec("CREATE TABLE copy (sequence BIGINT NOT NULL)"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.db.Exec("INSERT INTO copy (sequence) VALUES (0)"); err != nil {
			t.Fatal(err)
		}
		come := make(chan webhook.Event)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for e := range come {
					s.retried(t, e, func(ctx context.Context) error {
						tx := webhook.TxFrom(ctx)
						var before int64
						if err := tx.QueryRowContext(ctx, "SELECT sequence FROM copy").Scan(&before); err != nil {
							return err
						}
						if before >= e.Sequence {
							t.Errorf("%d was handled after %d", e.Sequence, before)
						}
						_, err := tx.ExecContext(ctx, fmt.Sprintf("UPDATE copy SET sequence = %d", e.Sequence))
						return err
					})
				}
			})
		}
		for _, i := range rand.Perm(last) {
			come <- event(int64(i + 1))
		}
		close(come)
		all.Wait()
		var kept int64
		if err := s.db.QueryRow("SELECT sequence FROM copy").Scan(&kept); err != nil || kept != last {
			t.Errorf("what is kept is of %d, %v", kept, err)
		}
		if n := s.count(t, "authgen_received"); n != last {
			t.Errorf("%d ids are known", n)
		}
	})
}

// TestOlderWaits holds that an event waits while a newer one of its document, new
// or known, is being handled, and that others do not where the database can tell.
func TestOlderWaits(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		for _, first := range []int64{10, 20} { // the document is new, and then known
			inside, release := make(chan struct{}), make(chan struct{})
			var all sync.WaitGroup
			all.Go(func() {
				_, err := s.Receive(t.Context(), event(first), func(context.Context) error {
					close(inside)
					<-release
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
			<-inside
			all.Go(func() {
				if got := s.retried(t, event(first-1), accepting(t)); got != webhook.Stale {
					t.Errorf("the older one was %q", got)
				}
			})
			if s.dialect != dialect.SQLite {
				other := event(first + 1)
				other.DocumentID = fmt.Sprint("another", first)
				s.receive(t, other, webhook.Done)
			}
			time.Sleep(50 * time.Millisecond) // for the older one to get to where it waits
			close(release)
			all.Wait()
		}
	})
}

// TestForgetAtOnce has everything be forgotten, by several at once, while events
// come of documents that are deleted and created again.
func TestForgetAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		var receivers, forgetters sync.WaitGroup
		done := make(chan struct{})
		for range 3 {
			forgetters.Go(func() {
				for {
					if _, err := s.Forget(t.Context(), time.Now().Add(time.Hour)); err != nil {
						t.Error(err)
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		for worker := range int64(4) {
			receivers.Go(func() {
				for i := range int64(20) {
					e := of([]string{"user.deleted", "user.created"}[i%2], 100*worker+i+1)
					e.DocumentID = fmt.Sprint(i % 5) // which others have, too
					s.retried(t, e, nothing)
				}
			})
		}
		receivers.Wait()
		close(done)
		forgetters.Wait()
		if _, err := s.Forget(t.Context(), time.Now().Add(time.Hour)); err != nil {
			t.Error(err)
		}
		if n := s.count(t, "authgen_received") + s.count(t, "authgen_received_document WHERE type = '' AND sequence > 0"); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

func TestTablesAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s kept) {
		for _, table := range []string{"authgen_received", "authgen_received_document"} {
			if _, err := s.db.Exec("DROP TABLE " + table); err != nil {
				t.Fatal(err)
			}
		}
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if err := s.CreateTables(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		s.receive(t, event(1), webhook.Done)
	})
}
