package cost

import (
	"context"
	"testing"
)

func BenchmarkWorkload(b *testing.B) {
	ctx := context.Background()
	for _, d := range databases {
		b.Run(d.name, func(b *testing.B) {
			for _, w := range workloads {
				b.Run(w.name, func(b *testing.B) {
					f := open(b, d.open(d.dsn(b)))
					b.ReportAllocs()
					for b.Loop() {
						b.StopTimer()
						run, err := w.prepare(ctx, f)
						if err != nil {
							b.Fatal(err)
						}
						b.StartTimer()
						if err := run(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}
