package otelauthgen_test

import (
	"errors"
	"testing"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	otelauthgen "github.com/authgen/authgen/otel"
)

var errRefused = errors.New("no more instruments")

// A refuser refuses what it is told to.
type refuser struct {
	noop.MeterProvider
	counters, gauges, callbacks error
}

func (r refuser) Meter(string, ...metric.MeterOption) metric.Meter { return meter{refuser: r} }

// A meter is that of a refuser.
type meter struct {
	noop.Meter
	refuser refuser
}

func (m meter) Int64Counter(string, ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	return noop.Int64Counter{}, m.refuser.counters
}

func (m meter) Float64ObservableGauge(string, ...metric.Float64ObservableGaugeOption) (metric.Float64ObservableGauge, error) {
	return noop.Float64ObservableGauge{}, m.refuser.gauges
}

func (m meter) RegisterCallback(metric.Callback, ...metric.Observable) (metric.Registration, error) {
	return noop.Registration{}, m.refuser.callbacks
}

// TestRefused hands on what the meter provider says.
func TestRefused(t *testing.T) {
	if _, err := otelauthgen.New(otelauthgen.WithMeterProvider(refuser{counters: errRefused})); !errors.Is(err, errRefused) {
		t.Errorf("a counter: %v", err)
	}
	for name, provider := range map[string]refuser{"a gauge": {gauges: errRefused}, "a callback": {callbacks: errRefused}} {
		telemetry, err := otelauthgen.New(otelauthgen.WithMeterProvider(provider))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := telemetry.ObserveBacklog(nil); !errors.Is(err, errRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
