package otelauthgen

import (
	"context"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/authgen/authgen/outbox"
)

// Outbox returns the observer of an outbox, for [outbox.WithObserver]: a span a
// step, and the metrics of README.md.
func (t *Telemetry) Outbox() outbox.Observer { return relayed{t} }

type relayed struct{ *Telemetry }

// Observe implements [outbox.Observer].
func (t relayed) Observe(ctx context.Context, step outbox.Step) (context.Context, func(outbox.Result)) {
	if t.tracer == nil && t.meter == nil {
		return ctx, ignoreResult
	}
	began := time.Now()
	var span trace.Span
	if t.tracer != nil {
		ctx, span = t.tracer.Start(ctx, spanNames[step.Kind], spanKinds[step.Kind]...)
		if span.IsRecording() {
			span.SetAttributes(attributesOf(step)...)
		}
	}
	return ctx, func(r outbox.Result) {
		if t.meter != nil {
			t.count(context.WithoutCancel(ctx), step, r, time.Since(began))
		}
		if span != nil {
			endStep(span, step, r)
		}
	}
}

func ignoreResult(outbox.Result) {}

var (
	spanNames = map[outbox.StepKind]string{
		outbox.StepFanOut: "outbox fan-out", outbox.StepHandOver: "outbox hand-over",
		outbox.StepAttempt: "webhook attempt", outbox.StepCleanUp: "outbox clean-up",
	}
	spanKinds = map[outbox.StepKind][]trace.SpanStartOption{
		outbox.StepHandOver: {trace.WithSpanKind(trace.SpanKindProducer)},
		outbox.StepAttempt:  clientSpan,
	}
)

// attributesOf returns what the span of a step tells from its beginning.
func attributesOf(step outbox.Step) []attribute.KeyValue {
	switch step.Kind {
	case outbox.StepHandOver:
		return append(sinkOf(step), attribute.Int("authgen.entries", step.Entries))
	case outbox.StepAttempt:
		return []attribute.KeyValue{
			attribute.String("authgen.endpoint", step.Endpoint), attribute.String("authgen.event.id", step.EventID),
			attribute.String("authgen.event.type", step.Type), attribute.Int("authgen.attempt", step.Attempt),
		}
	}
	return nil
}

// sinkOf returns who is handed what.
func sinkOf(step outbox.Step) []attribute.KeyValue {
	return []attribute.KeyValue{attribute.String("authgen.sink", step.Sink), attribute.String("authgen.class", step.Class.String())}
}

// endStep ends the span of a step. An attempt has failed unless the endpoint
// took the event.
func endStep(span trace.Span, step outbox.Step, r outbox.Result) {
	defer span.End()
	if !span.IsRecording() {
		return
	}
	if step.Kind == outbox.StepAttempt {
		span.SetAttributes(outcomeOf(r)...)
	} else {
		span.SetAttributes(attribute.Int("authgen.done", r.Entries))
	}
	if name := failureOf(step, r); name != "" {
		span.SetAttributes(attribute.String("error.type", name))
		span.SetStatus(codes.Error, name)
	}
}

// outcomeOf returns how an attempt ended.
func outcomeOf(r outbox.Result) []attribute.KeyValue {
	outcome := []attribute.KeyValue{attribute.String("authgen.outcome", r.Outcome.Verdict.String())}
	if r.Outcome.Status != 0 {
		outcome = append(outcome, attribute.Int("http.response.status_code", r.Outcome.Status))
	}
	return outcome
}

// failureOf returns the kind of a step's failure, "" if there was none: for an
// endpoint's answer its status, as the semantic conventions want it.
func failureOf(step outbox.Step, r outbox.Result) string {
	switch {
	case r.Err != nil:
		return kindOf(r.Err).name
	case step.Kind != outbox.StepAttempt || r.Outcome.Verdict == outbox.Delivered:
		return ""
	case r.Outcome.Status != 0:
		return strconv.Itoa(r.Outcome.Status)
	}
	return other
}

// count counts a step that took d.
func (t relayed) count(ctx context.Context, step outbox.Step, r outbox.Result, d time.Duration) {
	switch n := int64(r.Entries); step.Kind {
	case outbox.StepFanOut:
		t.instruments.events.Add(ctx, n)
	case outbox.StepHandOver:
		t.instruments.handedOver.Add(ctx, n, metric.WithAttributes(sinkOf(step)...))
	case outbox.StepCleanUp:
		t.instruments.removed.Add(ctx, n)
	case outbox.StepAttempt:
		set := metric.WithAttributes(append(outcomeOf(r), attribute.String("authgen.endpoint", step.Endpoint))...)
		t.instruments.attempts.Add(ctx, 1, set)
		t.instruments.attemptDuration.Record(ctx, d.Seconds(), set)
	}
	if r.Err != nil {
		t.instruments.failures.Add(ctx, 1, metric.WithAttributes(
			attribute.String("authgen.step", step.Kind.String()), attribute.String("error.type", kindOf(r.Err).name)))
	}
}
