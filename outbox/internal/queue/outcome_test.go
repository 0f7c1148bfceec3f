package queue_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/runtime"
)

// writes counts the transactions that insert or update, and all units. What only
// deletes is a clean-up, which may come at any time.
type writes struct{ n, units atomic.Int64 }

type hasWritten struct{}

func (w *writes) Observe(ctx context.Context, s authgen.Step) (context.Context, func(error)) {
	switch s.Kind {
	case authgen.StepUnit:
		w.units.Add(1)
		ctx = context.WithValue(ctx, hasWritten{}, new(atomic.Bool))
	case authgen.StepStatement:
		written, inUnit := ctx.Value(hasWritten{}).(*atomic.Bool)
		if inUnit && (strings.HasPrefix(s.SQL, "INSERT") || strings.HasPrefix(s.SQL, "UPDATE")) && written.CompareAndSwap(false, true) {
			w.n.Add(1)
		}
	}
	return ctx, func(error) {}
}

// An event to five endpoints is fanned out in one transaction and claimed in
// another, which counts the attempts; each of them is stored in one at most. A
// writer of the program waits for one of these.
func TestTransactionsOfAnEvent(t *testing.T) {
	const endpointCount = 5
	w := &writes{}
	e := open(t, sqlite.Open(filepath.Join(t.TempDir(), "test.db")), authgen.WithObserver(w))
	begun, end := make(chan struct{}), make(chan struct{})
	p := &endpoints{Hangs: func(outbox.Delivery) { begun <- struct{}{}; <-end }}
	for i := range endpointCount {
		p.All = append(p.All, outbox.Limits{Endpoint: fmt.Sprint("endpoint-", i), Ordered: true})
	}
	engine := outbox.Direct(e.Outbox, endpointCount, e.Outbox.Runner(nil, p))
	stop := e.Relay(outbox.Config{Router: p, Deliverer: p, Engine: engine})
	defer func() { stop(); e.Must(engine.Close(context.Background())) }()
	for range 5 {
		before, delivered := w.n.Load(), len(p.Taken())
		e.Emit(1, "ada")
		for range endpointCount {
			<-begun
		}
		if n := w.n.Load() - before; n != 3 {
			t.Errorf("until the attempts there were %d transactions: one records the event, one fans it out, one claims the deliveries", n)
		}
		for range endpointCount {
			end <- struct{}{}
		}
		e.Eventually("all have the event", func() bool {
			leased := 0
			for _, q := range e.Status().Queues {
				leased += q.Leased
			}
			return len(p.Taken()) == delivered+endpointCount && leased == 0
		})
		if n := w.n.Load() - before; n > 3+endpointCount {
			t.Errorf("an event and its deliveries took %d transactions", n)
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
			e := open(t, sqlite.Open(filepath.Join(t.TempDir(), "test.db")), authgen.WithObserver(w))
			e.Must(e.DB.Exec(t.Context(), `CREATE TRIGGER refuse BEFORE UPDATE ON authgen_delivery WHEN NEW.status = 299 BEGIN SELECT RAISE(ABORT, 'refused'); END`))
			end := make(chan struct{})
			var begun sync.WaitGroup
			begun.Add(attempts)
			p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Concurrency: attempts}}}
			p.Hangs = func(outbox.Delivery) { begun.Done(); <-end }
			p.Answer(func(d outbox.Delivery) outbox.Outcome {
				if d.DocumentID == "document-0" && refused > 0 {
					return outbox.Outcome{Verdict: outbox.Delivered, Status: 299}
				}
				return outbox.Outcome{Verdict: outbox.Delivered, Status: 200}
			})
			for i := range attempts {
				e.Emit(1, fmt.Sprint("document-", i))
			}
			defer e.Delivering(p)()
			begun.Wait()
			before := w.n.Load()
			e.Must(e.DB.Unit(t.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
				if _, err := tx.SQL().ExecContext(ctx, `DELETE FROM authgen_job`); err != nil { // the one writer there is
					return err
				}
				close(end)
				e.Eventually("all have ended", func() bool { return len(p.Taken()) == attempts })
				time.Sleep(10 * time.Millisecond) // for them to get to where they wait
				return nil
			}))
			e.Eventually("the attempts are stored", func() bool { return e.Queue("a").Delivered == attempts-refused })
			if q := e.Queue("a"); q.Leased != refused {
				t.Errorf("%+v", q)
			}
			if n := w.n.Load() - before; refused == 0 && n > attempts/2 {
				t.Errorf("%d attempts were stored in %d transactions", attempts, n)
			}
			e.Eventually("the log is told", func() bool { return e.Log.With("WARN", "an entry failed") == refused })
		})
	}
}

// While one goroutine stores attempts, and waits, those whose attempts it has
// taken do nothing.
func TestStoringWaitsQuietly(t *testing.T) {
	for _, d := range databases[1:] { // which have many writers
		t.Run(d.Name, func(t *testing.T) {
			const leaders, attempts = 4, 20
			w := &writes{}
			e := open(t, d.Open(t), authgen.WithObserver(w))
			endFirst, endOthers := make(chan struct{}), make(chan struct{})
			var begun sync.WaitGroup
			begun.Add(attempts)
			p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Concurrency: attempts}}}
			p.Hangs = func(d outbox.Delivery) {
				begun.Done()
				if d.DocumentID == "first" {
					<-endFirst
				} else {
					<-endOthers
				}
			}
			e.Emit(leaders, "first")
			e.Emit(attempts-leaders, "other")
			engine := outbox.Direct(e.Outbox, 1, e.Outbox.Runner(nil, p))
			stop := e.Relay(outbox.Config{Router: p, Deliverer: p, Engine: engine, Poll: time.Hour})
			defer func() { stop(); e.Must(engine.Close(context.Background())) }()
			begun.Wait()
			freeFirst, freeOthers := e.locked("first"), e.locked("other")
			close(endFirst)
			e.Eventually("the first have ended", func() bool { return len(p.Taken()) == leaders })
			time.Sleep(50 * time.Millisecond) // for them to get to where they wait for their rows
			close(endOthers)
			e.Eventually("all have ended", func() bool { return len(p.Taken()) == attempts })
			freeFirst() // and one of the others takes them all
			time.Sleep(50 * time.Millisecond)
			before := w.units.Load()
			time.Sleep(50 * time.Millisecond)
			if n := w.units.Load() - before; n > attempts {
				t.Errorf("%d units began while all wait", n)
			}
			freeOthers()
			e.Eventually("the attempts are stored", func() bool { return e.Queue("a").Delivered == attempts })
		})
	}
}

// locked locks the deliveries of a document until free is called.
func (e *env) locked(document string) (free func()) {
	has, end, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- e.DB.Unit(context.Background(), 0, func(ctx context.Context, tx *runtime.Tx) error {
			if _, err := tx.SQL().ExecContext(ctx, `UPDATE authgen_delivery SET status = NULL WHERE document_id = '`+document+`'`); err != nil {
				return err
			}
			close(has)
			<-end
			return nil
		})
	}()
	<-has
	return func() {
		close(end)
		e.Must(<-done)
	}
}

// A claim that fails holds up no other endpoint.
func TestClaimFails(t *testing.T) {
	e := open(t, sqlite.Open(filepath.Join(t.TempDir(), "test.db")))
	e.Must(e.DB.Exec(t.Context(), `CREATE TRIGGER refuse BEFORE UPDATE ON authgen_delivery WHEN NEW.state = 'leased' AND NEW.endpoint = 'b' BEGIN SELECT RAISE(ABORT, 'refused'); END`))
	p := &endpoints{All: []outbox.Limits{{Endpoint: "a"}, {Endpoint: "b"}, {Endpoint: "c"}}}
	defer e.Delivering(p)()
	e.Emit(3, "ada")
	e.Eventually("the others have the events", func() bool { return e.Queue("a").Delivered == 3 && e.Queue("c").Delivered == 3 })
	e.Eventually("the log is told which fails", func() bool { return e.Log.With("WARN", "hand-over of deliveries", "endpoint b", "refused") == 1 })
	e.Must(e.DB.Exec(t.Context(), `DROP TRIGGER refuse`))
	e.Eventually("all have the events", func() bool { return e.Queue("b").Delivered == 3 })
}

// An attempt whose lease may end before it does is not made: others would make it
// as well.
func TestClaimedForTooLong(t *testing.T) {
	onEach(t, func(e *env) {
		p := oneEndpoint()
		run, late := e.Outbox.Runner(nil, p), true
		engine := outbox.Direct(e.Outbox, 1, func(ctx context.Context, entry outbox.Entry) error {
			if late {
				late = false
				e.Pass(30 * time.Second)
			}
			return run(ctx, entry)
		})
		stop := e.Relay(outbox.Config{Router: p, Deliverer: p, Engine: engine})
		defer func() { stop(); e.Must(engine.Close(context.Background())) }()
		e.Emit(1, "ada")
		e.Eventually("it is delivered", func() bool { return e.Queue("a").Delivered == 1 })
		if got := p.Taken(); len(got) != 1 || got[0].Attempt != 1 {
			e.Errorf("there were %d attempts, the last number %d", len(got), got[len(got)-1].Attempt)
		}
		if r := e.List(admin.Filter{})[0]; r.Attempts != 1 {
			e.Errorf("%d attempts are counted", r.Attempts)
		}
	})
}
