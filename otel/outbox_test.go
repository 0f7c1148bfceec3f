package otelauthgen_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/sqlite"
	otelauthgen "github.com/authgen/authgen/otel"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/templates"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// A bench is an outbox whose telemetry is recorded. Its clock stands still.
type bench struct {
	db        *runtime.DB
	store     *outbox.Outbox
	telemetry *otelauthgen.Telemetry
	spans     *tracetest.SpanRecorder
	metrics   *metric.ManualReader
}

var now = time.UnixMilli(1_790_000_000_000)

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{spans: tracetest.NewSpanRecorder(), metrics: metric.NewManualReader()}
	var err error
	b.telemetry, err = otelauthgen.New(
		otelauthgen.WithTracerProvider(sdk.NewTracerProvider(sdk.WithSpanProcessor(b.spans))),
		otelauthgen.WithMeterProvider(metric.NewMeterProvider(metric.WithReader(b.metrics))),
	)
	if err != nil {
		t.Fatal(err)
	}
	b.db, err = runtime.Open(t.Context(), sqlite.Open(filepath.Join(t.TempDir(), "app.db")), runtime.Schema{}, authgen.WithClock(func() time.Time { return now }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.db.Close() })
	ddl, err := templates.Outbox.ReadFile("outbox/sqlite.sql")
	if err != nil {
		t.Fatal(err)
	}
	b.unit(t, func(ctx context.Context, tx *runtime.Tx) error {
		for statement := range strings.SplitSeq(string(ddl), ";\n") {
			if _, err := tx.SQL().ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	b.store = outbox.New(b.db, outbox.WithTracer(b.telemetry.Outbox()))
	return b
}

func (b *bench) unit(t *testing.T, fn func(context.Context, *runtime.Tx) error) {
	t.Helper()
	if err := b.db.Unit(t.Context(), 0, fn); err != nil {
		t.Fatal(err)
	}
}

// record commits an event of each type.
func (b *bench) record(t *testing.T, types ...string) {
	t.Helper()
	b.unit(t, func(ctx context.Context, tx *runtime.Tx) error {
		r := tx.Record(ctx, &dialect.Table{Key: "user", Name: "user"}, "ada", runtime.OperationCreate, nil)
		for _, eventType := range types {
			r.Event(eventType, map[string]string{"name": "Ada"})
		}
		return r.Err()
	})
}

// run runs a relay until done says so.
func (b *bench) run(t *testing.T, c outbox.Config, done func() bool) {
	t.Helper()
	c.Poll = 5 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error)
	go func() { stopped <- outbox.NewRelay(b.store, c).Run(ctx) }()
	for end := time.Now().Add(patience); !done() && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
	}
	cancel()
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if !done() {
		t.Fatalf("not within %v", patience)
	}
}

// value returns what a metric says of a set of attributes, given as key, value,
// key, value; of a histogram the count.
func (b *bench) value(t *testing.T, name string, attributes ...string) float64 {
	t.Helper()
	var collected metricdata.ResourceMetrics
	if err := b.metrics.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for i := 0; i < len(attributes); i += 2 {
		want[attributes[i]] = attributes[i+1]
	}
	for _, scope := range collected.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != name {
				continue
			}
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				return pick(data.DataPoints, want)
			case metricdata.Gauge[int64]:
				return pick(data.DataPoints, want)
			case metricdata.Gauge[float64]:
				return pick(data.DataPoints, want)
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					if same(p.Attributes, want) {
						return float64(p.Count)
					}
				}
			}
		}
	}
	return 0
}

func pick[N int64 | float64](points []metricdata.DataPoint[N], want map[string]string) float64 {
	for _, p := range points {
		if same(p.Attributes, want) {
			return float64(p.Value)
		}
	}
	return 0
}

func same(set attribute.Set, want map[string]string) bool {
	for key, value := range want {
		got, ok := set.Value(attribute.Key(key))
		if !ok || got.String() != value {
			return false
		}
	}
	return set.Len() == len(want)
}

// A broker takes what it is handed, once it has refused something.
type broker struct{ refused bool }

func (k *broker) Send(context.Context, []outbox.Entry) error {
	if !k.refused {
		k.refused = true
		return context.DeadlineExceeded
	}
	return nil
}

func TestMetricsOfEvents(t *testing.T) {
	b := newBench(t)
	b.record(t, "user.created", "user.updated", "user.updated")
	sink := []string{"authgen.sink", "nats", "authgen.kind", "event"}
	b.run(t, outbox.Config{Events: map[string]outbox.Sink{"nats": &broker{}}}, func() bool {
		return b.value(t, "authgen.outbox.handed_over", sink...) == 3
	})
	if n := b.value(t, "authgen.outbox.events"); n != 3 {
		t.Errorf("%v events", n)
	}
	if n := b.value(t, "authgen.outbox.failures", "authgen.span", "hand-over", "error.type", "timeout"); n != 1 {
		t.Errorf("%v failures", n)
	}
	fanOut := find(t, b.spans, "outbox fan-out")
	if text(fanOut, "authgen.done") != "3" {
		t.Errorf("fan-out: %v", fanOut.Attributes())
	}
	refused := find(t, b.spans, "outbox hand-over") // the first
	if refused.SpanKind() != trace.SpanKindProducer || refused.Status().Code != codes.Error || text(refused, "error.type") != "timeout" ||
		text(refused, "authgen.sink") != "nats" || text(refused, "authgen.entries") != "3" || text(refused, "authgen.done") != "0" {
		t.Errorf("hand-over: %v %v", refused.Status(), refused.Attributes())
	}
}

// A deliverer answers by the type of the event.
type deliverer map[string]outbox.Outcome

func (d deliverer) Route(string) []string { return []string{"cms"} }

func (d deliverer) Limits() []outbox.Limits { return []outbox.Limits{{Endpoint: "cms"}} }

func (d deliverer) Deliver(_ context.Context, delivery outbox.Delivery) outbox.Outcome {
	return d[delivery.Type]
}

func TestMetricsOfAttempts(t *testing.T) {
	b := newBench(t)
	d := deliverer{
		"user.created": {Verdict: outbox.Delivered, Status: 204},
		"user.updated": {Verdict: outbox.Retry, Status: 500, Error: "ada@example.com", RetryAt: now.Add(time.Hour)},
		"user.deleted": {Verdict: outbox.Exhausted, Error: "no answer"},
		"user.locked":  {Verdict: outbox.DisableEndpoint, Status: 410},
	}
	engine := outbox.Direct(b.store, 1, b.store.Runner(nil, d))
	defer func() {
		if err := engine.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	attempts := func(outcome ...string) func() bool {
		of := append([]string{"authgen.endpoint", "cms", "authgen.outcome"}, outcome...)
		return func() bool {
			return b.value(t, "authgen.webhook.attempts", of...) == 1 && b.value(t, "authgen.webhook.attempt.duration", of...) == 1
		}
	}
	for _, c := range []struct {
		eventType, failure string
		outcome            []string
	}{
		{"user.created", "", []string{"delivered", "http.response.status_code", "204"}},
		{"user.updated", "500", []string{"retry", "http.response.status_code", "500"}},
		{"user.deleted", "_OTHER", []string{"exhausted"}},
		{"user.locked", "410", []string{"disable_endpoint", "http.response.status_code", "410"}},
	} {
		b.spans.Reset()
		b.record(t, c.eventType)
		b.run(t, outbox.Config{Router: d, Deliverer: d, Engine: engine}, attempts(c.outcome...))
		span := find(t, b.spans, "webhook attempt")
		if span.SpanKind() != trace.SpanKindClient || text(span, "authgen.endpoint") != "cms" || text(span, "authgen.event.type") != c.eventType ||
			text(span, "authgen.attempt") != "1" || len(text(span, "authgen.event.id")) != 36 || text(span, "authgen.outcome") != c.outcome[0] {
			t.Errorf("%s: %v", c.eventType, span.Attributes())
		}
		if text(span, "error.type") != c.failure || (span.Status().Code == codes.Error) != (c.failure != "") {
			t.Errorf("%s: error.type %q, %v", c.eventType, text(span, "error.type"), span.Status())
		}
		for _, a := range span.Attributes() {
			if strings.Contains(a.Value.String(), "ada@") {
				t.Errorf("%s: the text of an error is told: %v", c.eventType, a)
			}
		}
	}
}

// job is a job.
type job struct{}

func (job) JobType() string { return "job" }

func TestBacklog(t *testing.T) {
	b := newBench(t)
	stop, err := b.telemetry.ObserveBacklog(admin.New(b.db))
	if err != nil {
		t.Fatal(err)
	}
	b.record(t, "user.created", "user.updated")
	b.unit(t, func(ctx context.Context, tx *runtime.Tx) error {
		return errors.Join(
			tx.Schedule(ctx, job{}, authgen.At(now.Add(-90*time.Second))),
			tx.Schedule(ctx, job{}, authgen.After(time.Hour)),
			tx.Schedule(ctx, job{}, authgen.After(2*time.Hour)))
	})
	for _, statement := range []string{
		`INSERT INTO authgen_endpoint (name, disabled_at, reason) VALUES ('cms', 1, 'gone'), ('crm', NULL, NULL)`,
		`INSERT INTO authgen_delivery (endpoint, event_id, sequence, type, doc_table, document_id, operation, body, state, due_at, occurred_at) VALUES
			('cms', '1', 1, 'user.created', 'user', 'ada', 'create', '{}', 'pending', 0, 1789999940000),
			('cms', '2', 2, 'user.created', 'user', 'ada', 'create', '{}', 'exhausted', 0, 0),
			('cms', '3', 3, 'user.created', 'user', 'ada', 'create', '{}', 'exhausted', 0, 0)`,
	} {
		b.unit(t, func(ctx context.Context, tx *runtime.Tx) error {
			_, err := tx.SQL().ExecContext(ctx, statement)
			return err
		})
	}
	for _, c := range []struct {
		name string
		of   []string
		want float64
	}{
		{"authgen.outbox.waiting", []string{"authgen.kind", "event", "authgen.state", "waiting"}, 2},
		{"authgen.outbox.waiting", []string{"authgen.kind", "job", "authgen.state", "due"}, 1},
		{"authgen.outbox.waiting", []string{"authgen.kind", "job", "authgen.state", "waiting"}, 2},
		{"authgen.outbox.queued", []string{"authgen.queue", "cms", "authgen.state", "pending"}, 1},
		{"authgen.outbox.queued", []string{"authgen.queue", "cms", "authgen.state", "exhausted"}, 2},
		{"authgen.outbox.disabled", []string{"authgen.queue", "cms"}, 1},
		{"authgen.outbox.disabled", []string{"authgen.queue", "crm"}, 0},
		{"authgen.outbox.age", []string{"authgen.kind", "job"}, 90},
		{"authgen.outbox.age", []string{"authgen.queue", "cms"}, 60},
	} {
		if got := b.value(t, c.name, c.of...); got != c.want {
			t.Errorf("%s %v is %v, not %v", c.name, c.of, got, c.want)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if n := b.value(t, "authgen.outbox.queued", "authgen.queue", "cms", "authgen.state", "exhausted"); n != 0 {
		t.Errorf("told of %v after stop", n)
	}
}

// What ended with its context is counted all the same.
func TestCountedAfterCancel(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, done := b.telemetry.Outbox().Trace(ctx, outbox.Span{Name: outbox.SpanAttempt, Endpoint: "cms"})
	cancel()
	done(outbox.SpanEnd{Err: context.Canceled})
	if n := b.value(t, "authgen.outbox.failures", "authgen.span", "attempt", "error.type", "canceled"); n != 1 {
		t.Errorf("%v failures", n)
	}
}

func TestOutboxWithoutProviders(t *testing.T) {
	telemetry, err := otelauthgen.New()
	if err != nil {
		t.Fatal(err)
	}
	observer, ctx := telemetry.Outbox(), t.Context()
	if n := testing.AllocsPerRun(100, func() {
		_, done := observer.Trace(ctx, outbox.Span{Name: outbox.SpanFanOut})
		done(outbox.SpanEnd{Entries: 1})
	}); n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
	stop, err := telemetry.ObserveBacklog(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
