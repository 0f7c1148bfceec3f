package otelauthgen_test

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/quickstart/auth"
	otelauthgen "github.com/authgen/authgen/otel"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

func Example() {
	traces, metrics := trace.NewTracerProvider(), metric.NewMeterProvider()
	if err := observe(context.Background(), traces, metrics, auth.NoTriggers{}, dialect.Database{}); err != nil {
		log.Print(err)
	}
}

// observe opens an adapter and its outbox, and has both observed.
func observe(ctx context.Context, traces *trace.TracerProvider, metrics *metric.MeterProvider, triggers auth.Triggers, database dialect.Database) error {
	telemetry, err := otelauthgen.New(
		otelauthgen.WithTracerProvider(traces),
		otelauthgen.WithMeterProvider(metrics),
		otelauthgen.WithSystem("postgresql"),
	)
	if err != nil {
		return err
	}
	db, err := auth.Open(ctx, database, triggers, auth.WithObserver(telemetry))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	box := outbox.New(db.Outbox(), outbox.WithTracer(telemetry.Outbox()))
	stop, err := telemetry.ObserveBacklog(admin.New(db.Outbox()))
	if err != nil {
		return err
	}
	defer func() { _ = stop() }()
	return outbox.NewRelay(box, outbox.Config{}).Run(ctx)
}

// TestREADME finds each Go sample of README.md in this package's tests.
func TestREADME(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests.WriteString(unindented(string(src)))
	}
	samples := strings.Split(string(readme), "```go\n")[1:]
	if len(samples) == 0 {
		t.Error("README.md has no samples")
	}
	for _, sample := range samples {
		if sample, _, _ = strings.Cut(sample, "```"); !strings.Contains(tests.String(), unindented(sample)) {
			t.Errorf("no test has this code:\n%s", sample)
		}
	}
}

func unindented(src string) string {
	var b strings.Builder
	for line := range strings.Lines(src) {
		b.WriteString(strings.TrimLeft(line, "\t "))
	}
	return b.String()
}
