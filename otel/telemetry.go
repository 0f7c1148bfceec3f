// Package otelauthgen reports what a generated adapter and its outbox do to
// OpenTelemetry: spans of units of work, triggers and statements, and metrics of
// events, jobs and webhooks.
//
// A [Telemetry] that was given no provider does nothing, and costs a nil check a
// step. No value that is bound to a statement, and no text of an error, which
// may quote one, leaves through it.
package otelauthgen

import (
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// scope is the name of the instrumentation in what is exported.
const scope = "github.com/authgen/authgen/otel"

// A Telemetry is both the observer of an adapter, for its option WithObserver,
// and the observer of a relay. It is safe for concurrent use.
type Telemetry struct {
	tracer      trace.Tracer // nil without a TracerProvider
	meter       metric.Meter // nil without a MeterProvider
	instruments instruments
	system      []attribute.KeyValue // db.system.name, if it is known
	hideText    bool
}

// An Option says where telemetry goes, and what it holds.
type Option func(*Telemetry)

// WithTracerProvider makes spans go to provider. Without it no spans are made.
func WithTracerProvider(provider trace.TracerProvider) Option {
	return func(t *Telemetry) { t.tracer = provider.Tracer(scope) }
}

// WithMeterProvider makes metrics go to provider. Without it nothing is measured.
func WithMeterProvider(provider metric.MeterProvider) Option {
	return func(t *Telemetry) { t.meter = provider.Meter(scope) }
}

// WithSystem makes name the attribute db.system.name of statements: "sqlite",
// "postgresql", "mariadb" or "mysql", as the semantic conventions of
// OpenTelemetry spell them.
func WithSystem(name string) Option {
	return func(t *Telemetry) { t.system = []attribute.KeyValue{attribute.String("db.system.name", name)} }
}

// WithoutQueryText leaves out the attribute db.query.text. The text of the
// adapter's own statements holds no values, but what a program runs through
// tx.SQL() is as the program wrote it.
func WithoutQueryText() Option { return func(t *Telemetry) { t.hideText = true } }

// New returns a Telemetry. Its error is one of the MeterProvider, which refused
// an instrument.
func New(options ...Option) (*Telemetry, error) {
	t := &Telemetry{}
	for _, option := range options {
		option(t)
	}
	if t.meter == nil {
		return t, nil
	}
	var err error
	if t.instruments, err = newInstruments(t.meter); err != nil {
		return nil, fmt.Errorf("the meter provider refuses an instrument: %w", err)
	}
	return t, nil
}
