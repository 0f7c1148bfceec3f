package faults

import (
	"context"
	"regexp"
	"strings"
	"sync"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
)

// A gate stops a program at the place that the test has named: the last of
// some, which it must come to in their order.
type gate struct {
	mu   sync.Mutex
	at   []string
	stop func()
}

// arm sets the places of the gate. Whatever comes to the last one is stopped by stop.
func (g *gate) arm(at []string, stop func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at, g.stop = at, stop
}

// here is called wherever a program may be stopped.
func (g *gate) here(place string) {
	g.mu.Lock()
	if len(g.at) == 0 || g.at[0] != place {
		g.mu.Unlock()
		return
	}
	g.at = g.at[1:]
	last, stop := len(g.at) == 0, g.stop
	g.mu.Unlock()
	if last {
		stop()
	}
}

// statements are the places in units of work that write to the outbox:
//
//	INSERT authgen_event            the statement has run
//	COMMIT INSERT authgen_event     it was the last to write, and COMMIT comes next
//	committed INSERT authgen_event  COMMIT was answered, and nobody was told yet
type statements struct{ *gate }

type unitKey struct{}

var writing = regexp.MustCompile(`(?s)^(INSERT|UPDATE|DELETE)\b.*?\b(authgen_\w+)`)

func (s statements) Observe(ctx context.Context, step authgen.Step) (context.Context, func(error)) {
	last, _ := ctx.Value(unitKey{}).(*string)
	switch {
	case step.Kind == authgen.StepUnit:
		return context.WithValue(ctx, unitKey{}, new(string)), func(error) {}
	case last == nil:
	case step.Kind == authgen.StepStatement:
		if m := writing.FindStringSubmatch(step.SQL); m != nil {
			*last = m[1] + " " + m[2]
			return ctx, s.unlessFailed(*last)
		}
	case step.Kind == authgen.StepCommit:
		s.here("COMMIT " + *last)
		return ctx, s.unlessFailed("committed " + *last)
	}
	return ctx, func(error) {}
}

func (g *gate) unlessFailed(place string) func(error) {
	return func(err error) {
		if err == nil {
			g.here(place)
		}
	}
}

// steps are the places where a step of the outbox begins: "fan-out", "attempt",
// "hand-over engine job", "hand-over plain event".
type steps struct{ *gate }

func (s steps) Trace(ctx context.Context, step outbox.Span) (context.Context, func(outbox.SpanEnd)) {
	place := step.Name.String()
	if step.Name == outbox.SpanHandOver {
		place = strings.Join([]string{place, step.Sink, step.Kind.String()}, " ")
	}
	s.here(place)
	return ctx, func(outbox.SpanEnd) {}
}
