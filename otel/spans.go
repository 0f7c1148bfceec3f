package otelauthgen

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/authgen/authgen"
)

// The kinds of spans, made once: a step in the program, and a call of a database.
var (
	internalSpan = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindInternal)}
	clientSpan   = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient)}
)

// Observe implements [authgen.Observer]: a span a step.
func (t *Telemetry) Observe(ctx context.Context, step authgen.Step) (context.Context, func(error)) {
	if t.tracer == nil {
		return ctx, ignore
	}
	name, kind := nameOf(step), internalSpan
	if inDatabase(step.Kind) {
		kind = clientSpan
	}
	ctx, span := t.tracer.Start(ctx, name, kind...)
	if !span.IsRecording() {
		return ctx, func(error) { span.End() }
	}
	t.describe(span, step, name)
	return ctx, func(err error) { end(span, err) }
}

func ignore(error) {}

// nameOf returns the name a span starts with: what a sampler decides by, so
// there are few of them, and none is built.
func nameOf(step authgen.Step) string {
	switch step.Kind {
	case authgen.StepUnit:
		return "unit of work"
	case authgen.StepTrigger:
		return step.Name
	case authgen.StepSavepoint:
		return "nested transaction"
	case authgen.StepCommit:
		return "COMMIT"
	case authgen.StepRollback:
		return "ROLLBACK"
	case authgen.StepAfter:
		return "after the transaction"
	}
	return operation(step.SQL)
}

// inDatabase reports whether steps of a kind are calls of the database.
func inDatabase(kind authgen.StepKind) bool {
	switch kind {
	case authgen.StepBegin, authgen.StepStatement, authgen.StepCommit, authgen.StepRollback:
		return true
	}
	return false
}

// describe sets the attributes of a span that is recorded. Those of databases
// have the names of OpenTelemetry's semantic conventions.
func (t *Telemetry) describe(span trace.Span, step authgen.Step, name string) {
	switch {
	case step.Kind == authgen.StepUnit:
		span.SetAttributes(attribute.Int("authgen.attempt", step.Attempt))
	case step.Kind == authgen.StepTrigger:
		span.SetAttributes(attribute.String("authgen.trigger", step.Name), attribute.Int("authgen.depth", step.Depth))
	case inDatabase(step.Kind):
		span.SetAttributes(t.system...)
		summary := summarize(name, step.SQL)
		span.SetName(summary)
		span.SetAttributes(attribute.String("db.operation.name", name), attribute.String("db.query.summary", summary))
		if step.SQL != "" && !t.hideText {
			span.SetAttributes(attribute.String("db.query.text", step.SQL))
		}
	}
}

// end ends a span, with the kind of the error that its step ended in.
func end(span trace.Span, err error) {
	if err != nil {
		kind := kindOf(err)
		span.SetAttributes(attribute.String("error.type", kind.name))
		if !kind.answer {
			span.SetStatus(codes.Error, kind.name)
		}
	}
	span.End()
}
