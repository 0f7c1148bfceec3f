package outbox_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/runtime/outbox"
	"github.com/authgen/authgen/runtime/sqlite"
)

// writes counts the transactions that write, on SQLite.
type writes struct{ n atomic.Int64 }

func (w *writes) Observe(ctx context.Context, s runtime.Step) (context.Context, func(error)) {
	if s.Kind == runtime.StepBegin && strings.Contains(s.SQL, "IMMEDIATE") {
		w.n.Add(1)
	}
	return ctx, func(error) {}
}

// An event to five endpoints is fanned out in one transaction and claimed in
// another, which counts the attempts; each of them is stored in one at most. A
// writer of the program waits for one of these.
func TestTransactionsOfAnEvent(t *testing.T) {
	w := &writes{}
	e := open(t, sqlite.Open(filepath.Join(t.TempDir(), "test.db")), runtime.WithObserver(w))
	p := &endpoints{}
	for i := range 5 {
		p.limits = append(p.limits, outbox.Limits{Endpoint: fmt.Sprint("endpoint-", i), Ordered: true})
	}
	defer e.delivering(p)()
	for range 3 {
		before, delivered := w.n.Load(), len(p.taken())
		e.emit(1, "ada")
		e.eventually("all have the event", func() bool {
			q := e.status().Queues
			return len(p.taken()) == delivered+5 && len(q) == 5 && q[0].Leased+q[1].Leased+q[2].Leased+q[3].Leased+q[4].Leased == 0
		})
		if n := w.n.Load() - before; n > 1+1+1+5 {
			t.Errorf("an event and its five deliveries took %d transactions", n)
		}
	}
}

// Attempts that end together are stored together, and each alone if one of them
// cannot be.
func TestStoredTogether(t *testing.T) {
	for _, refused := range []int{0, 1} {
		t.Run(fmt.Sprint(refused, " refused"), func(t *testing.T) {
			const attempts = 20
			w := &writes{}
			e := open(t, sqlite.Open(filepath.Join(t.TempDir(), "test.db")), runtime.WithObserver(w))
			e.must(e.db.Exec(t.Context(), `CREATE TRIGGER refuse BEFORE UPDATE ON authgen_delivery WHEN NEW.status = 299 BEGIN SELECT RAISE(ABORT, 'refused'); END`))
			end := make(chan struct{})
			var begun sync.WaitGroup
			begun.Add(attempts)
			p := &endpoints{limits: []outbox.Limits{{Endpoint: "a", Concurrency: attempts}}}
			p.hangs = func(outbox.Delivery) { begun.Done(); <-end }
			p.answer(func(d outbox.Delivery) outbox.Outcome {
				if d.Document == "document-0" && refused > 0 {
					return outbox.Outcome{Verdict: outbox.Delivered, Status: 299}
				}
				return outbox.Outcome{Verdict: outbox.Delivered, Status: 200}
			})
			for i := range attempts {
				e.emit(1, fmt.Sprint("document-", i))
			}
			defer e.delivering(p)()
			begun.Wait()
			before := w.n.Load()
			e.must(e.db.Unit(t.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
				if _, err := tx.SQL().ExecContext(ctx, `DELETE FROM authgen_job`); err != nil { // the one writer there is
					return err
				}
				close(end)
				e.eventually("all have ended", func() bool { return len(p.taken()) == attempts })
				time.Sleep(10 * time.Millisecond) // for them to get to where they wait
				return nil
			}))
			e.eventually("the attempts are stored", func() bool { return e.queue("a").Delivered == attempts-refused })
			if q := e.queue("a"); q.Leased != refused {
				t.Errorf("%+v", q)
			}
			if n := w.n.Load() - before; refused == 0 && n > attempts/2 {
				t.Errorf("%d attempts were stored in %d transactions", attempts, n)
			}
			e.eventually("the log is told", func() bool { return e.log.with("WARN", "an entry failed") == refused })
		})
	}
}
