package cost

import (
	"context"
	"slices"
	"testing"
	"time"
)

// BenchmarkEvents prints what an event costs: the time of a write that records
// one beside that of the same write without, which take turns in one run.
func BenchmarkEvents(b *testing.B) {
	for _, d := range databases {
		for _, name := range []string{"W1", "W2", "W3", "W4"} {
			b.Run(d.name+"/"+name, func(b *testing.B) {
				f := open(b, d.open(d.dsn(b)))
				without, with := workloadNamed(name), workloadNamed(name+"e")
				chunk(b, f, without) // statements are prepared once
				chunk(b, f, with)
				var ratios []float64
				for b.Loop() {
					t := chunk(b, f, without)
					ratios = append(ratios, float64(chunk(b, f, with))/float64(t))
				}
				slices.Sort(ratios)
				b.ReportMetric(ratios[len(ratios)/2], "of-without")
			})
		}
	}
}

func workloadNamed(name string) workload {
	i := slices.IndexFunc(workloads, func(w workload) bool { return w.name == name })
	return workloads[i]
}

// chunk returns the time of some runs of a workload.
func chunk(b *testing.B, f *fixture, w workload) time.Duration {
	var total time.Duration
	for range 20 {
		run, err := w.prepare(context.Background(), f)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if err := run(); err != nil {
			b.Fatal(err)
		}
		total += time.Since(start)
	}
	return total
}
