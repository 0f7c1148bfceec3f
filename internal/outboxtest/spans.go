package outboxtest

import (
	"context"
	"sync"

	"github.com/authgen/authgen/outbox"
)

// A Span is one that a tracer was told of.
type Span struct {
	outbox.Span
	outbox.SpanEnd
}

// Spans remember what a tracer is told.
type Spans struct {
	mu   sync.Mutex
	done []Span
}

// Trace implements [outbox.Tracer].
func (s *Spans) Trace(ctx context.Context, begun outbox.Span) (context.Context, func(outbox.SpanEnd)) {
	return ctx, func(r outbox.SpanEnd) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.done = append(s.done, Span{begun, r})
	}
}

// Of returns the spans of a name.
func (s *Spans) Of(kind outbox.SpanName) (some []Span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.done {
		if d.Span.Name == kind {
			some = append(some, d)
		}
	}
	return some
}
