package nats_test

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	authnats "github.com/authgen/authgen/nats"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
)

func ExampleNew() {
	ctx, db := context.Background(), (*runtime.DB)(nil) // db.Outbox() of a generated package
	if err := publish(ctx, db); err != nil {
		log.Fatal(err)
	}
}

// publish hands events over until ctx ends.
func publish(ctx context.Context, db *runtime.DB) error {
	conn, err := nats.Connect("nats://127.0.0.1:4222", nats.MaxReconnects(-1))
	if err != nil {
		return err
	}
	defer conn.Close()
	sink, err := authnats.New(conn, authnats.Config{})
	if err != nil {
		return err
	}
	if err := sink.EnsureStream(ctx, sink.EventStream()); err != nil {
		return err
	}
	return outbox.NewRelay(outbox.New(db), outbox.Config{
		Events: map[string]outbox.Sink{"nats": sink},
	}).Run(ctx)
}

func ExampleSink_EnsureStream() {
	ctx, sink := context.Background(), (*authnats.Sink)(nil)
	if err := replicated(ctx, sink); err != nil {
		log.Fatal(err)
	}
}

// replicated makes a stream that is not the default.
func replicated(ctx context.Context, sink *authnats.Sink) error {
	config := sink.EventStream()
	config.Replicas = 3
	config.MaxAge = 365 * 24 * time.Hour
	err := sink.EnsureStream(ctx, config)
	return err
}

// work runs what is in the stream of a sink's jobs.
func work(ctx context.Context, js jetstream.JetStream, stream string, run func(context.Context, outbox.Entry) error) (stop func(), err error) {
	workers, err := js.CreateOrUpdateConsumer(ctx, stream, jetstream.ConsumerConfig{
		Durable: "workers",
		AckWait: time.Minute, // longer than a job, or an attempt of a delivery, takes
	})
	if err != nil {
		return nil, err
	}
	consuming, err := workers.Consume(func(m jetstream.Msg) {
		entry, err := authnats.DecodeEntry(m.Headers(), m.Data())
		if err == nil {
			err = run(ctx, entry)
		}
		if err != nil {
			_ = m.NakWithDelay(time.Second) // it comes again
			return
		}
		_ = m.Ack() // if this is lost, it comes again
	})
	if err != nil {
		return nil, err
	}
	return consuming.Stop, nil
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
