package otelauthgen_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	_ "modernc.org/sqlite" // the driver

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/examples/quickstart/auth"
	"github.com/authgen/authgen/examples/quickstart/triggers"
	otelauthgen "github.com/authgen/authgen/otel"
)

// traced opens an adapter whose spans are recorded from here on.
func traced(t *testing.T, options ...otelauthgen.Option) (*auth.DB, *tracetest.SpanRecorder) {
	t.Helper()
	recorder := tracetest.NewSpanRecorder()
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder))
	telemetry, err := otelauthgen.New(append(options, otelauthgen.WithTracerProvider(provider))...)
	if err != nil {
		t.Fatal(err)
	}
	noMail := func(context.Context, string, string) error { return nil }
	db, err := auth.Open(t.Context(), sqlite.Open(filepath.Join(t.TempDir(), "app.db")),
		&triggers.Triggers{Mail: noMail, BlockedDomains: []string{"spam.example"}}, auth.WithObserver(telemetry))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	recorder.Reset()
	return db, recorder
}

// find returns the first span of that name that has ended.
func find(t *testing.T, recorder *tracetest.SpanRecorder, name string) sdk.ReadOnlySpan {
	t.Helper()
	var names []string
	for _, span := range recorder.Ended() {
		if span.Name() == name {
			return span
		}
		names = append(names, span.Name())
	}
	t.Fatalf("no span %q, but %q", name, names)
	return nil
}

// text returns the value of an attribute as text, "" if the span has none.
func text(span sdk.ReadOnlySpan, key attribute.Key) string {
	for _, a := range span.Attributes() {
		if a.Key == key {
			return a.Value.String()
		}
	}
	return ""
}

func TestSpansOfAWrite(t *testing.T) {
	db, recorder := traced(t, otelauthgen.WithSystem("sqlite"))
	ctx, root := sdk.NewTracerProvider().Tracer("").Start(t.Context(), "request")
	if _, err := db.User.Create(ctx, auth.UserCreate{Name: "Ada", Email: "ada@example.com"}); err != nil {
		t.Fatal(err)
	}
	unit := find(t, recorder, "unit of work")
	if unit.Parent().SpanID() != root.SpanContext().SpanID() {
		t.Error("the unit is not a child of the caller's span")
	}
	if text(unit, "authgen.attempt") != "1" || unit.SpanKind() != trace.SpanKindInternal {
		t.Errorf("unit: %v, %v", unit.Attributes(), unit.SpanKind())
	}
	fired := find(t, recorder, "user.onCreate")
	if text(fired, "authgen.trigger") != "user.onCreate" || fired.Parent().SpanID() != unit.SpanContext().SpanID() {
		t.Errorf("trigger: %v", fired.Attributes())
	}
	profile := find(t, recorder, "INSERT profile")
	if profile.Parent().SpanID() != fired.SpanContext().SpanID() {
		t.Error("what a trigger writes is not a child of the trigger's span")
	}
	insert := find(t, recorder, "INSERT user")
	for key, want := range map[attribute.Key]string{
		"db.system.name": "sqlite", "db.operation.name": "INSERT", "db.query.summary": "INSERT user",
	} {
		if got := text(insert, key); got != want {
			t.Errorf("%s is %q, not %q", key, got, want)
		}
	}
	if sql := text(insert, "db.query.text"); !strings.HasPrefix(sql, "INSERT INTO `user`") {
		t.Errorf("db.query.text is %q", sql)
	}
	if insert.SpanKind() != trace.SpanKindClient {
		t.Errorf("a statement is of kind %v", insert.SpanKind())
	}
	if begin := find(t, recorder, "BEGIN"); text(begin, "db.query.text") != "BEGIN IMMEDIATE" {
		t.Errorf("begin: %v", begin.Attributes())
	}
	find(t, recorder, "COMMIT")
	if started, ended := len(recorder.Started()), len(recorder.Ended()); started != ended {
		t.Errorf("%d spans started, %d ended", started, ended)
	}
}

// What is bound to statements, and what drivers' errors quote of it, is nowhere.
func TestSpansHoldNoValues(t *testing.T) {
	db, recorder := traced(t)
	in := auth.UserCreate{Name: "Ada", Email: "ada-the-secret@example.com"}
	if _, err := db.User.Create(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if _, err := db.User.Create(t.Context(), in); !errors.Is(err, authgen.ErrUnique) {
		t.Fatalf("the second create: %v", err)
	}
	if len(recorder.Ended()) == 0 {
		t.Fatal("no spans")
	}
	for _, span := range recorder.Ended() {
		told := span.Name() + span.Status().Description
		for _, a := range span.Attributes() {
			told += a.Value.String()
		}
		if len(span.Events()) > 0 || strings.Contains(told, "ada-the-secret") {
			t.Errorf("%s: %s %v", span.Name(), told, span.Events())
		}
	}
}

func TestErrorsByKind(t *testing.T) {
	db, recorder := traced(t)
	ctx := t.Context()
	mallory := auth.UserCreate{Name: "Mallory", Email: "mallory@spam.example"}
	for _, c := range []struct {
		name, kind string
		status     codes.Code
		fail       func(context.Context, *auth.Tx) error
	}{
		{"a veto is an answer", "rejected", codes.Unset, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.User.Create(ctx, mallory)
			return err
		}},
		{"so is that there is no such row", "not_found", codes.Unset, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.User.Get(ctx, "nobody")
			return err
		}},
		{"what refers to nothing", "foreign_key", codes.Error, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: "nobody"})
			return err
		}},
		{"a cancelled context", "canceled", codes.Error, func(ctx context.Context, tx *auth.Tx) error {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			_, err := tx.User.Get(ctx, "nobody")
			return err
		}},
		{"an error of the program", "_OTHER", codes.Error, func(context.Context, *auth.Tx) error {
			return errors.New("no kind")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			recorder.Reset()
			if err := db.Tx(ctx, c.fail); err == nil {
				t.Fatal("no error")
			}
			unit := find(t, recorder, "unit of work")
			if got := text(unit, "error.type"); got != c.kind || unit.Status().Code != c.status {
				t.Errorf("%s, %v", got, unit.Status())
			}
		})
	}
}

func TestWithoutQueryText(t *testing.T) {
	db, recorder := traced(t, otelauthgen.WithoutQueryText())
	err := db.Tx(t.Context(), func(ctx context.Context, tx *auth.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, "update user set name = 'Ada' where 1 = 0")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, span := range recorder.Ended() {
		if sql := text(span, "db.query.text"); sql != "" {
			t.Errorf("%s has the text %q", span.Name(), sql)
		}
	}
	find(t, recorder, "UPDATE user")
}

// A span that nobody records is given no attributes, and no provider no span.
func TestNotRecorded(t *testing.T) {
	step := authgen.Step{Kind: authgen.StepStatement, SQL: `SELECT "id" FROM "user" WHERE "id" = ?`}
	for name, options := range map[string][]otelauthgen.Option{
		"no provider":         nil,
		"a provider of noops": {otelauthgen.WithTracerProvider(noop.NewTracerProvider())},
		"a sampler that drops": {otelauthgen.WithTracerProvider(sdk.NewTracerProvider(
			sdk.WithSampler(sdk.NeverSample()), sdk.WithSpanProcessor(tracetest.NewSpanRecorder())))},
	} {
		t.Run(name, func(t *testing.T) {
			telemetry, err := otelauthgen.New(options...)
			if err != nil {
				t.Fatal(err)
			}
			ctx, done := telemetry.Observe(t.Context(), step)
			if trace.SpanFromContext(ctx).IsRecording() {
				t.Error("the span is recorded")
			}
			done(nil)
			if options != nil {
				return
			}
			if n := testing.AllocsPerRun(100, func() {
				_, done := telemetry.Observe(ctx, step)
				done(nil)
			}); n != 0 {
				t.Errorf("a step allocates %v times", n)
			}
		})
	}
}

// A panic in a trigger ends its spans too.
func TestPanicEndsSpans(t *testing.T) {
	db, recorder := traced(t)
	func() {
		defer func() { _ = recover() }()
		_ = db.Tx(t.Context(), func(context.Context, *auth.Tx) error { panic("a bug") })
	}()
	unit := find(t, recorder, "unit of work")
	if unit.Status().Code != codes.Error {
		t.Errorf("the unit ended with %v", unit.Status())
	}
	if !slices.ContainsFunc(recorder.Ended(), func(s sdk.ReadOnlySpan) bool { return s == unit }) || len(recorder.Started()) != len(recorder.Ended()) {
		t.Errorf("%d started, %d ended", len(recorder.Started()), len(recorder.Ended()))
	}
}
