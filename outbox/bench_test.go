package outbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
)

// A counting sink takes everything, and tells when it has had as many as are
// wanted.
type counting struct {
	want int64
	got  atomic.Int64
	all  chan struct{}
}

func newCounting(want int) *counting {
	return &counting{want: int64(want), all: make(chan struct{})}
}

func (c *counting) Send(_ context.Context, due []outbox.Entry) error {
	n := int64(len(due))
	if after := c.got.Add(n); after >= c.want && after-n < c.want {
		close(c.all)
	}
	return nil
}

// BenchmarkRelay hands over what waits to sinks that do nothing, and prints how
// many entries a second that makes: of jobs to an engine, of events to one event
// sink, of events into the queues of five webhook endpoints.
func BenchmarkRelay(b *testing.B) {
	const backlog = 20_000
	for _, d := range databases {
		b.Run(d.name+"/jobs", func(b *testing.B) {
			e := openBench(b, d.open(b))
			measure(b, backlog, func() { e.schedule(backlog) }, func() { e.drain(outbox.Config{}, backlog) })
		})
		b.Run(d.name+"/events", func(b *testing.B) {
			e := openBench(b, d.open(b))
			measure(b, backlog, func() { e.backlog(backlog) }, func() {
				sink := newCounting(backlog)
				e.until(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}}, sink.all)
			})
		})
		b.Run(d.name+"/fan-out to five", func(b *testing.B) {
			e := openBench(b, d.open(b))
			p := &endpoints{}
			for i := range 5 {
				p.limits = append(p.limits, outbox.Limits{Endpoint: fmt.Sprintf("endpoint-%d", i)})
			}
			measure(b, backlog, func() { e.backlog(backlog) }, func() {
				done := make(chan struct{})
				go func() {
					for e.waiting() {
						time.Sleep(5 * time.Millisecond)
					}
					close(done)
				}()
				e.until(outbox.Config{Router: p}, done)
			})
		})
	}
}

// BenchmarkDeliveries runs deliveries to one endpoint to their end in this
// process, with a deliverer that does nothing.
func BenchmarkDeliveries(b *testing.B) {
	const backlog = 2_000
	for _, d := range databases {
		for _, ordered := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/ordered=%v", d.name, ordered), func(b *testing.B) {
				e := openBench(b, d.open(b))
				p := &endpoints{limits: []outbox.Limits{{Endpoint: "a", Ordered: ordered}}}
				measure(b, backlog, func() { e.backlog(backlog); p.got = nil }, func() {
					done := make(chan struct{})
					go func() {
						for len(p.taken()) < backlog {
							time.Sleep(time.Millisecond)
						}
						close(done)
					}()
					engine := outbox.Direct(e.store, 1, e.store.Runner(nil, p))
					e.until(outbox.Config{Router: p, Deliverer: p, Engine: engine}, done)
					e.must(engine.Close(context.Background()))
				})
			})
		}
	}
}

func openBench(b *testing.B, database dialect.Database) *env {
	e := open(b, database)
	e.now = time.Now()
	e.store = outbox.New(e.db, outbox.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	return e
}

func measure(b *testing.B, entries int, prepare, run func()) {
	var spent time.Duration
	for b.Loop() {
		b.StopTimer()
		prepare()
		b.StartTimer()
		start := time.Now()
		run()
		spent += time.Since(start)
	}
	b.ReportMetric(float64(entries)*float64(b.N)/spent.Seconds(), "entries/s")
}

// drain hands n jobs over.
func (e *env) drain(c outbox.Config, n int) {
	sink := newCounting(n)
	c.Engine = sink
	e.until(c, sink.all)
}

// until runs a relay until done.
func (e *env) until(c outbox.Config, done <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- outbox.NewRelay(e.store, c).Run(ctx) }()
	<-done
	cancel()
	e.must(<-ended)
}

// backlog records n events of a thousand documents.
func (e *env) backlog(n int) {
	events := make([]authgen.Event, n)
	for i := range events {
		events[i] = authgen.Event{
			Type: "user.updated", Table: "user", DocumentID: fmt.Sprintf("document-%020d", i%1000), Operation: "update",
			Changed: []string{"email", "name"}, Data: json.RawMessage(`{"id":"` + runtime.NanoID() + `","name":"Ada Lovelace","email":"ada@example.com","emailVerified":true,"role":"admin"}`),
			Request: &authgen.EventRequest{Path: "/update-user", ActorID: runtime.NanoID(), SessionID: runtime.NanoID()},
		}
	}
	e.must(e.store.Emit(context.Background(), events...))
}

// waiting reports whether events wait for the fan-out.
func (e *env) waiting() bool {
	records, _, err := e.store.List(context.Background(), outbox.Filter{Kind: outbox.KindEvent}, "", 1)
	e.must(err)
	return len(records) > 0
}
