package otelauthgen

import (
	"errors"

	"go.opentelemetry.io/otel/metric"
)

// instruments are what a Telemetry counts with. README.md lists them.
type instruments struct {
	events, handedOver, failures, removed, attempts metric.Int64Counter
	attemptDuration                                 metric.Float64Histogram
}

// attemptSeconds are the bounds of the histogram's buckets: from an endpoint in
// the same rack to the timeout of a slow one.
var attemptSeconds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}

func newInstruments(meter metric.Meter) (i instruments, err error) {
	counter := func(name, unit, description string) metric.Int64Counter {
		c, refused := meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(description))
		err = errors.Join(err, refused)
		return c
	}
	i.events = counter("authgen.outbox.events", "{event}", "Events that were put into the queues of their destinations.")
	i.handedOver = counter("authgen.outbox.handed_over", "{entry}", "Events, jobs and attempts of deliveries that a sink took.")
	i.failures = counter("authgen.outbox.failures", "{failure}", "Steps of the outbox that failed.")
	i.removed = counter("authgen.outbox.removed", "{row}", "Rows that were kept long enough.")
	i.attempts = counter("authgen.webhook.attempts", "{attempt}", "Attempts to deliver to an endpoint.")
	duration, refused := meter.Float64Histogram("authgen.webhook.attempt.duration", metric.WithUnit("s"),
		metric.WithDescription("How long attempts to deliver to an endpoint took."), metric.WithExplicitBucketBoundaries(attemptSeconds...))
	i.attemptDuration = duration
	return i, errors.Join(err, refused)
}
