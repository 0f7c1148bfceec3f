package cost

import "runtime/metrics"

// goroutinesMade returns how many goroutines the process has started.
func goroutinesMade() uint64 {
	sample := []metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
