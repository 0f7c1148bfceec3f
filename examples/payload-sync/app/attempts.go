package main

import (
	"context"
	"log/slog"

	"github.com/authgen/authgen/outbox"
)

// An attemptLog logs every attempt to deliver an event.
type attemptLog struct{ logger *slog.Logger }

// Trace is called when a step of the outbox begins. The function that it returns is called
// when the step ends.
func (l attemptLog) Trace(ctx context.Context, step outbox.Span) (context.Context, func(outbox.SpanEnd)) {
	if step.Name != outbox.SpanAttempt {
		return ctx, func(outbox.SpanEnd) {}
	}
	return ctx, func(result outbox.SpanEnd) {
		outcome := result.Outcome
		level, attrs := slog.LevelInfo, []slog.Attr{
			slog.String("verdict", outcome.Verdict.String()),
			slog.String("endpoint", step.Endpoint),
			slog.String("event", step.EventID),
			slog.String("type", step.Type),
			slog.Int("attempt", step.Attempt),
		}
		if outcome.Verdict != outbox.Delivered {
			level = slog.LevelWarn
			attrs = append(attrs, slog.String("error", outcome.Error))
		}
		if outcome.Verdict == outbox.Retry {
			attrs = append(attrs, slog.Time("due", outcome.RetryAt))
		}
		l.logger.LogAttrs(ctx, level, "attempt to deliver", attrs...)
	}
}
