package river_test

import (
	"context"
	"testing"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/river"
)

// BenchmarkHandOver measures how many jobs a second a relay claims, gives to
// River and removes from the outbox. Nobody runs them.
func BenchmarkHandOver(b *testing.B) {
	const jobs = 20000
	for _, p := range places {
		b.Run(p.name, func(b *testing.B) {
			s := prepared(b, p.make(b))
			for b.Loop() {
				b.StopTimer()
				for from := 0; from < jobs; from += 1000 {
					s.schedule(b, from, from+1000)
				}
				e := s.engine(b, river.Config{})
				ctx, stop := context.WithCancel(b.Context())
				sink := &counting{Sink: e, left: jobs, empty: stop}
				var engine outbox.Sink = sink
				if in, ok := e.(outbox.Transactional); ok {
					engine = countingIn{sink, in}
				}
				relay := outbox.NewRelay(s.store, outbox.Config{Engine: engine})
				b.StartTimer()
				if err := relay.Run(ctx); err != nil { // returns when the last are removed
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(jobs*b.N)/b.Elapsed().Seconds(), "entries/s")
			b.ReportMetric(0, "ns/op")
			if n := s.waiting(b); n != 0 {
				b.Fatalf("%d jobs are still in the outbox", n)
			}
		})
	}
}

// A counting sink calls empty when it has taken so many entries.
type counting struct {
	outbox.Sink
	left  int
	empty func()
}

func (c *counting) Send(ctx context.Context, due []outbox.Entry) error {
	return c.count(len(due), c.Sink.Send(ctx, due))
}

func (c *counting) count(n int, err error) error {
	if err != nil {
		return err
	}
	if c.left -= n; c.left == 0 {
		c.empty()
	}
	return nil
}

type countingIn struct {
	*counting
	in outbox.Transactional
}

func (c countingIn) SendTx(ctx context.Context, due []outbox.Entry, removal outbox.Ack) error {
	return c.count(len(due), c.in.SendTx(ctx, due, removal))
}
