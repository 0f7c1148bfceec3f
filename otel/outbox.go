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

// Outbox returns the observer of an outbox, for [outbox.WithTracer]: a span a
// step, and the metrics of README.md.
func (t *Telemetry) Outbox() outbox.Tracer { return relayed{t} }

type relayed struct{ *Telemetry }

// Observe implements [outbox.Observer].
func (t relayed) Trace(ctx context.Context, step outbox.Span) (context.Context, func(outbox.SpanEnd)) {
	if t.tracer == nil && t.meter == nil {
		return ctx, ignoreResult
	}
	began := time.Now()
	var span trace.Span
	if t.tracer != nil {
		ctx, span = t.tracer.Start(ctx, spanNames[step.Name], spanKinds[step.Name]...)
		if span.IsRecording() {
			span.SetAttributes(attributesOf(step)...)
		}
	}
	return ctx, func(r outbox.SpanEnd) {
		if t.meter != nil {
			t.count(context.WithoutCancel(ctx), step, r, time.Since(began))
		}
		if span != nil {
			endStep(span, step, r)
		}
	}
}

func ignoreResult(outbox.SpanEnd) {}

var (
	spanNames = map[outbox.SpanName]string{
		outbox.SpanFanOut: "outbox fan-out", outbox.SpanHandOver: "outbox hand-over",
		outbox.SpanAttempt: "webhook attempt", outbox.SpanCleanUp: "outbox clean-up",
	}
	spanKinds = map[outbox.SpanName][]trace.SpanStartOption{
		outbox.SpanHandOver: {trace.WithSpanKind(trace.SpanKindProducer)},
		outbox.SpanAttempt:  clientSpan,
	}
)

// attributesOf returns what the span of a step tells from its beginning.
func attributesOf(step outbox.Span) []attribute.KeyValue {
	switch step.Name {
	case outbox.SpanHandOver:
		return append(sinkOf(step), attribute.Int("authgen.entries", step.Entries))
	case outbox.SpanAttempt:
		return []attribute.KeyValue{
			attribute.String("authgen.endpoint", step.Endpoint), attribute.String("authgen.event.id", step.EventID),
			attribute.String("authgen.event.type", step.Type), attribute.Int("authgen.attempt", step.Attempt),
		}
	}
	return nil
}

// sinkOf returns who is handed what.
func sinkOf(step outbox.Span) []attribute.KeyValue {
	return []attribute.KeyValue{attribute.String("authgen.sink", step.Sink), attribute.String("authgen.kind", step.Kind.String())}
}

// endStep ends the span of a step. An attempt has failed unless the endpoint
// took the event.
func endStep(span trace.Span, step outbox.Span, r outbox.SpanEnd) {
	defer span.End()
	if !span.IsRecording() {
		return
	}
	if step.Name == outbox.SpanAttempt {
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
func outcomeOf(r outbox.SpanEnd) []attribute.KeyValue {
	outcome := []attribute.KeyValue{attribute.String("authgen.outcome", r.Outcome.Verdict.String())}
	if r.Outcome.Status != 0 {
		outcome = append(outcome, attribute.Int("http.response.status_code", r.Outcome.Status))
	}
	return outcome
}

// failureOf returns the kind of a step's failure, "" if there was none: for an
// endpoint's answer its status, as the semantic conventions want it.
func failureOf(step outbox.Span, r outbox.SpanEnd) string {
	switch {
	case r.Err != nil:
		return kindOf(r.Err).name
	case step.Name != outbox.SpanAttempt || r.Outcome.Verdict == outbox.Delivered:
		return ""
	case r.Outcome.Status != 0:
		return strconv.Itoa(r.Outcome.Status)
	}
	return other
}

// count counts a step that took d.
func (t relayed) count(ctx context.Context, step outbox.Span, r outbox.SpanEnd, d time.Duration) {
	switch n := int64(r.Entries); step.Name {
	case outbox.SpanFanOut:
		t.instruments.events.Add(ctx, n)
	case outbox.SpanHandOver:
		t.instruments.handedOver.Add(ctx, n, metric.WithAttributes(sinkOf(step)...))
	case outbox.SpanCleanUp:
		t.instruments.removed.Add(ctx, n)
	case outbox.SpanAttempt:
		set := metric.WithAttributes(append(outcomeOf(r), attribute.String("authgen.endpoint", step.Endpoint))...)
		t.instruments.attempts.Add(ctx, 1, set)
		t.instruments.attemptDuration.Record(ctx, d.Seconds(), set)
	}
	if r.Err != nil {
		t.instruments.failures.Add(ctx, 1, metric.WithAttributes(
			attribute.String("authgen.span", step.Name.String()), attribute.String("error.type", kindOf(r.Err).name)))
	}
}
