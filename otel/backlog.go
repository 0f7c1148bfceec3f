package otelauthgen

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// gauges show what is in an outbox.
type gauges struct {
	waiting, queued, disabled metric.Int64ObservableGauge
	age                       metric.Float64ObservableGauge
}

// ObserveBacklog makes the metrics tell, each time they are collected, how much
// is in the outbox and how old it is, until stop is called. It asks the
// database ([admin.Admin.Status]): where several processes share one, let one of
// them do it. Without a MeterProvider it does nothing; the error is one of the
// MeterProvider.
func (t *Telemetry) ObserveBacklog(outbox *admin.Admin) (stop func() error, err error) {
	if t.meter == nil {
		return func() error { return nil }, nil
	}
	g, err := newGauges(t.meter)
	if err != nil {
		return nil, fmt.Errorf("the meter provider refuses a gauge: %w", err)
	}
	registration, err := t.meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		status, err := outbox.Status(ctx)
		if err == nil {
			g.observe(o, status)
		}
		return err
	}, g.waiting, g.queued, g.disabled, g.age)
	if err != nil {
		return nil, fmt.Errorf("the meter provider refuses a callback: %w", err)
	}
	return registration.Unregister, nil
}

func newGauges(meter metric.Meter) (g gauges, err error) {
	gauge := func(name, unit, description string) metric.Int64ObservableGauge {
		g, refused := meter.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description))
		err = errors.Join(err, refused)
		return g
	}
	g.waiting = gauge("authgen.outbox.waiting", "{entry}", "Events that wait for the fan-out, and jobs that are not handed over.")
	g.queued = gauge("authgen.outbox.queued", "{delivery}", "Deliveries to an endpoint, or events for a sink, that are not finished.")
	g.disabled = gauge("authgen.outbox.disabled", "1", "1 if an endpoint is disabled, otherwise 0.")
	age, refused := meter.Float64ObservableGauge("authgen.outbox.age", metric.WithUnit("s"),
		metric.WithDescription("How long the oldest entry has waited: an event since it occurred, a job since it was due."))
	g.age = age
	return g, errors.Join(err, refused)
}

func (g *gauges) observe(o metric.Observer, s admin.Status) {
	event, job := attribute.String("authgen.kind", outbox.KindEvent.String()), attribute.String("authgen.kind", outbox.KindJob.String())
	g.count(o, g.waiting, event, admin.StateWaiting, s.Events.Waiting)
	g.count(o, g.waiting, job, admin.StateWaiting, s.Jobs.Waiting)
	g.count(o, g.waiting, job, admin.StateDue, s.Jobs.Due)
	g.count(o, g.waiting, job, admin.StateLeased, s.Jobs.Leased)
	g.since(o, event, s.At, s.Events.Oldest)
	g.since(o, job, s.At, s.Jobs.Oldest)
	for _, q := range s.Queues {
		name := attribute.String("authgen.queue", q.Name)
		g.count(o, g.queued, name, admin.StatePending, q.Pending)
		g.count(o, g.queued, name, admin.StateLeased, q.Leased)
		g.count(o, g.queued, name, admin.StateExhausted, q.Exhausted)
		g.since(o, name, s.At, q.Oldest)
		off := int64(0)
		if !q.DisabledAt.IsZero() {
			off = 1
		}
		o.ObserveInt64(g.disabled, off, metric.WithAttributes(name))
	}
}

func (g *gauges) count(o metric.Observer, gauge metric.Int64Observable, of attribute.KeyValue, state admin.State, n int) {
	o.ObserveInt64(gauge, int64(n), metric.WithAttributes(of, attribute.String("authgen.state", string(state))))
}

// since tells how old the oldest is: 0 if nothing waits.
func (g *gauges) since(o metric.Observer, of attribute.KeyValue, now, oldest time.Time) {
	age := 0.0
	if !oldest.IsZero() {
		age = max(now.Sub(oldest).Seconds(), 0)
	}
	o.ObserveFloat64(g.age, age, metric.WithAttributes(of))
}
