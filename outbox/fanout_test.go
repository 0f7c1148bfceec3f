package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
)

// A transaction that has written events and does not end holds up its own events
// only, and those are not forgotten.
func TestOpenTransactionHoldsUpNobody(t *testing.T) {
	for _, d := range databases[1:] { // SQLite has one writer
		t.Run(d.Name, func(t *testing.T) {
			e := open(t, d.Open(t))
			p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Ordered: true}}}
			wrote, ended := make(chan struct{}), make(chan error, 1)
			end, stop := context.WithCancel(context.Background())
			t.Cleanup(stop)
			go func() {
				ended <- e.DB.Unit(context.Background(), 0, func(ctx context.Context, tx *runtime.Tx) error {
					r := tx.Record(ctx, &dialect.Table{Key: "user"}, "slow", runtime.OperationCreate, nil)
					r.Event("user.created", map[string]string{})
					if err := tx.Schedule(ctx, job{}); err != nil {
						return err
					}
					err := tx.Nested(ctx, func(context.Context) error { return nil }) // at whose edge it is written
					close(wrote)
					<-end.Done()
					return errors.Join(err, r.Err())
				})
			}()
			<-wrote
			e.Emit(20, "ada", "eve")
			e.Schedule(20)
			var ran atomic.Int32
			handlers := outbox.NewHandlers()
			outbox.Handle(handlers, func(context.Context, job) error { ran.Add(1); return nil })
			engine := outbox.Direct(e.Outbox, 4, e.Outbox.Runner(handlers, p))
			defer func() { e.Must(engine.Close(context.Background())) }()
			defer e.Relay(outbox.Config{Router: p, Deliverer: p, Engine: engine, Batch: 7})()
			defer e.RelayOn(outbox.New(e.DB), outbox.Config{Router: p, Batch: 3})()
			e.Eventually("the others are delivered", func() bool { return e.Queue("a").Delivered == 40 })
			e.Eventually("the other jobs have run", func() bool { return ran.Load() == 20 && e.Status().Jobs.Leased == 0 })
			stop()
			e.Must(<-ended)
			e.Eventually("its own is delivered", func() bool { return e.Queue("a").Delivered == 41 && ran.Load() == 21 })
			last := map[string]int64{}
			for _, d := range p.Taken() {
				if d.Sequence <= last[d.DocumentID] {
					t.Errorf("%s: %d came behind %d", d.DocumentID, d.Sequence, last[d.DocumentID])
				}
				last[d.DocumentID] = d.Sequence
			}
			for _, q := range e.Status().Queues {
				if q.Name != "a" {
					t.Errorf("there is a queue %q", q.Name)
				}
			}
		})
	}
}

// A relay tells the log of the destinations of others that it does not know.
func TestStrangers(t *testing.T) {
	onEach(t, func(e *env) {
		hooks := &endpoints{All: []outbox.Limits{{Endpoint: "hooks"}}}
		stop := e.Delivering(hooks)
		e.Emit(1, "ada")
		e.Eventually("it is delivered", func() bool { return e.Queue("hooks").Delivered == 1 })
		stop()
		told := func(name string) int { return e.Log.With("WARN", "another relay", "destination="+name) }
		defer e.Relay(outbox.Config{Events: map[string]outbox.Sink{"broker": &noted{}}})()
		e.Eventually("it is told of hooks", func() bool { return told("hooks") == 1 })
		if told("broker") != 0 {
			e.Error("it is told of its own")
		}
	})
	e := open(t, databases[0].Open(t))
	hooks := &endpoints{All: []outbox.Limits{{Endpoint: "hooks"}}}
	stop := e.Delivering(hooks)
	e.Emit(1, "ada")
	e.Eventually("it is delivered", func() bool { return e.Queue("hooks").Delivered == 1 })
	stop()
	e.Pass(time.Hour) // a destination that is no more
	e.CleanUp()
	e.Emit(1, "ada")
	sink := &noted{}
	stop = e.Relay(outbox.Config{Events: map[string]outbox.Sink{"broker": sink}})
	e.Eventually("it is taken", func() bool { return len(sink.Taken()) == 1 })
	stop()
	if n := e.Log.With("WARN"); n != 0 {
		t.Errorf("there are %d warnings", n)
	}
}

// On MariaDB an event is copied as it was locked. That a read without a lock
// misses it happens once in some hundred thousand commits, on a busy machine, so
// the statement is looked at.
func TestFanOutReadsWhatItLocked(t *testing.T) {
	copying := &copies{}
	e := open(t, mysql.Open(testdb.MySQL(t)), authgen.WithObserver(copying))
	e.Queued(&endpoints{All: []outbox.Limits{{Endpoint: "hooks"}}}, 1, "ada")
	if !strings.Contains(copying.text, " FOR UPDATE ") {
		t.Errorf("it is copied by %s", copying.text)
	}
}

// copies keep the statement that copies events into a queue.
type copies struct{ text string }

func (c *copies) Observe(ctx context.Context, step authgen.Step) (context.Context, func(error)) {
	if strings.HasPrefix(step.SQL, "INSERT INTO `authgen_delivery`") {
		c.text = step.SQL // one relay fans out, and has ended when it is read
	}
	return ctx, func(error) {}
}

// A transaction of the fan-out is no longer where there are many endpoints: what
// it copies counts, an event at least.
func TestFanOutCountsCopies(t *testing.T) {
	for endpoint, most := range map[int]int{3: 3, 20: 1} { // of batches of ten
		t.Run(fmt.Sprint(endpoint, " endpoints"), func(t *testing.T) {
			e := open(t, databases[0].Open(t))
			p := &endpoints{}
			for i := range endpoint {
				p.All = append(p.All, outbox.Limits{Endpoint: fmt.Sprint("endpoint-", i)})
			}
			const events = 20
			e.Emit(events, "ada")
			stop := e.Relay(outbox.Config{Router: p, Batch: 10, Poll: time.Hour})
			e.Eventually("all are in their queues", func() bool { return e.Status().Events.Waiting == 0 })
			stop()
			moved := 0
			for _, s := range e.Spans.Of(outbox.SpanFanOut) {
				if moved += s.SpanEnd.Entries; s.SpanEnd.Entries > most {
					t.Errorf("%d events in one transaction, want %d at most", s.SpanEnd.Entries, most)
				}
			}
			for _, q := range e.Status().Queues {
				if q.Pending != events {
					t.Errorf("%+v", q)
				}
			}
			if moved != events {
				t.Errorf("%d events were moved", moved)
			}
		})
	}
}
