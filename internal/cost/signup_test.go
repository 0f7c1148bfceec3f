package cost

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/webhook"
)

// BenchmarkSignUp prints what webhook endpoints cost a sign-up, which is a create
// with triggers: without an event, with one that nobody takes, with five endpoints
// that take it while others sign up, and with five that hang. They take turns in
// one run, each on a database of its own. In a rush one sign-up begins when another
// ends; steadily, fifty begin in a second.
func BenchmarkSignUp(b *testing.B) {
	for _, d := range databases {
		for _, load := range []struct {
			name  string
			every time.Duration
		}{{"rush", 0}, {"steady", 20 * time.Millisecond}} {
			b.Run(d.name+"/"+load.name, func(b *testing.B) {
				none, event, five, hanging := newSignUps(b, d, "W2"), newSignUps(b, d, "W2e"), newSignUps(b, d, "W2e"), newSignUps(b, d, "W2e")
				five.deliver(b, func(http.ResponseWriter, *http.Request) {})
				hanging.deliver(b, hang)
				for b.Loop() {
					for _, s := range []*signUps{none, event, five, hanging} {
						s.turn(b, load.every)
					}
				}
				b.ReportMetric(spread(event.took)[1]/1e3, "event-p50-µs")
				event.report(b, none, "event/none")
				five.report(b, event, "five/event")
				hanging.report(b, event, "hanging/event")
			})
		}
	}
}

// hang answers nothing until the sender hangs up.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // what comes behind it is the end of the connection
	<-r.Context().Done()
}

// signUps are sign-ups on one database, and how long each took.
type signUps struct {
	*fixture
	workload workload
	took     []time.Duration
	settled  func() bool // what can be delivered now is; nil: nobody delivers
}

func newSignUps(b *testing.B, d database, name string) *signUps {
	s := &signUps{fixture: open(b, d.open(d.dsn(b))), workload: workloadNamed(name)}
	chunk(b, s.fixture, s.workload) // statements are prepared once
	return s
}

// turn makes some sign-ups. When others have their turn, nobody delivers.
func (s *signUps) turn(b *testing.B, every time.Duration) {
	var next <-chan time.Time
	if every > 0 {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		next = ticker.C
	}
	for range 20 {
		run, err := s.workload.prepare(context.Background(), s.fixture)
		if err != nil {
			b.Fatal(err)
		}
		if next != nil {
			<-next
		}
		start := time.Now()
		if err := run(); err != nil {
			b.Fatal(err)
		}
		s.took = append(s.took, time.Since(start))
	}
	for s.settled != nil && !s.settled() {
		time.Sleep(time.Millisecond)
	}
}

// concurrency is how many attempts an endpoint has under way at most.
const concurrency = 8

// deliver has events delivered to five endpoints that answer so, until the
// benchmark ends.
func (s *signUps) deliver(b *testing.B, answer http.HandlerFunc) {
	receiver := httptest.NewServer(answer)
	b.Cleanup(receiver.Close)
	var endpoints []webhook.Endpoint
	for i := range 5 {
		endpoints = append(endpoints, webhook.Endpoint{
			Name: fmt.Sprint("endpoint-", i), URL: webhook.NewSecret(receiver.URL), Events: []string{"*"}, Ordered: true, Concurrency: concurrency, AllowPrivate: []string{"127.0.0.1"},
			Secrets: []webhook.Secret{webhook.NewSecret("whsec_" + base64.StdEncoding.EncodeToString([]byte("known to all, so no secret")))},
		})
	}
	sender, err := webhook.New(endpoints)
	if err != nil {
		b.Fatal(err)
	}
	box := outbox.New(s.db.Outbox(), outbox.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	engine := outbox.Direct(box, 8, box.Runner(nil, sender))
	relay := outbox.NewRelay(box, outbox.Config{Router: sender, Deliverer: sender, Engine: engine})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- relay.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		closing, giveUp := context.WithCancel(context.Background())
		giveUp() // the attempts that hang end at once
		if err := errors.Join(<-done, engine.Close(closing)); !errors.Is(err, context.Canceled) {
			b.Error(err)
		}
		sender.Close()
	})
	s.settled = func() bool { return idle(b, admin.New(s.db.Outbox())) }
}

// idle reports whether there is nothing to hand over, or endpoints that hang have
// as many attempts under way as they may.
func idle(b *testing.B, outbox *admin.Admin) bool {
	status, err := outbox.Status(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	busy := func(q admin.QueueStatus) bool { return q.Due+q.Leased > 0 && q.Leased < concurrency }
	return status.Events.Waiting == 0 && !slices.ContainsFunc(status.Queues, busy)
}

// report prints mean, median and the slowest of a hundred as ratios to those of
// others.
func (s *signUps) report(b *testing.B, others *signUps, name string) {
	mine, theirs := spread(s.took), spread(others.took)
	for i, unit := range []string{"mean", "p50", "p99"} {
		b.ReportMetric(mine[i]/theirs[i], name+"-"+unit)
	}
}

// spread returns mean, median and 99th percentile.
func spread(took []time.Duration) [3]float64 {
	sorted := slices.Sorted(slices.Values(took))
	var sum time.Duration
	for _, t := range sorted {
		sum += t
	}
	n := len(sorted)
	return [3]float64{float64(sum) / float64(n), float64(sorted[n/2]), float64(sorted[n*99/100])}
}
