package outbox_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
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
		b.Run(d.Name+"/jobs", func(b *testing.B) {
			e := openBench(b, d.Open(b))
			measure(b, backlog, func() { e.Schedule(backlog) }, func() { e.drain(outbox.Config{}, backlog) })
		})
		b.Run(d.Name+"/events", func(b *testing.B) {
			e := openBench(b, d.Open(b))
			measure(b, backlog, func() { e.Backlog(backlog) }, func() {
				sink := newCounting(backlog)
				e.until(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}}, sink.all)
			})
		})
		b.Run(d.Name+"/fan-out to five", func(b *testing.B) {
			e := openBench(b, d.Open(b))
			p := &endpoints{}
			for i := range 5 {
				p.All = append(p.All, outbox.Limits{Endpoint: fmt.Sprintf("endpoint-%d", i)})
			}
			measure(b, backlog, func() { e.Backlog(backlog) }, func() {
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
			b.Run(fmt.Sprintf("%s/ordered=%v", d.Name, ordered), func(b *testing.B) {
				e := openBench(b, d.Open(b))
				p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Ordered: ordered}}}
				measure(b, backlog, func() { e.Backlog(backlog); p.Got = nil }, func() {
					done := make(chan struct{})
					go func() {
						for len(p.Taken()) < backlog {
							time.Sleep(time.Millisecond)
						}
						close(done)
					}()
					engine := outbox.Direct(e.Outbox, 1, e.Outbox.Runner(nil, p))
					e.until(outbox.Config{Router: p, Deliverer: p, Engine: engine}, done)
					e.Must(engine.Close(context.Background()))
				})
			})
		}
	}
}

func openBench(b *testing.B, database dialect.Database) *env {
	e := open(b, database)
	e.Time = time.Now()
	e.Outbox = outbox.New(e.DB, outbox.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
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
	go func() { ended <- outbox.NewRelay(e.Outbox, c).Run(ctx) }()
	<-done
	cancel()
	e.Must(<-ended)
}

// waiting reports whether events wait for the fan-out.
func (e *env) waiting() bool {
	records, _, err := e.Admin.List(context.Background(), admin.Filter{Kind: outbox.KindEvent}, "", 1)
	e.Must(err)
	return len(records) > 0
}
