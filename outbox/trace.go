package outbox

import "context"

// A SpanName names what the outbox does during a span.
type SpanName uint8

// The names of spans.
const (
	SpanFanOut   SpanName = iota + 1 // events go into the queues of their destinations, in one transaction
	SpanHandOver                     // a sink is handed entries
	SpanAttempt                      // one attempt to deliver to an endpoint
	SpanCleanUp                      // rows that were kept long enough are removed
)

// String returns "fan-out", "hand-over", "attempt" or "clean-up".
func (k SpanName) String() string {
	switch k {
	case SpanFanOut:
		return "fan-out"
	case SpanHandOver:
		return "hand-over"
	case SpanAttempt:
		return "attempt"
	case SpanCleanUp:
		return "clean-up"
	}
	return "no span"
}

// A Span is one thing that the outbox does, as a [Tracer] sees it begin. It carries
// no payload.
type Span struct {
	Name SpanName
	// Sink names the event sink, as in Config.Events; EngineName for the engine.
	Sink string
	// Kind and Entries are what a sink is handed.
	Kind    Kind
	Entries int
	// Endpoint, EventID, Type and Attempt are those of an attempt. A hand-over of
	// deliveries has the Endpoint too.
	Endpoint string
	EventID  string
	Type     string
	Attempt  int
}

// A SpanEnd is how a span ended.
type SpanEnd struct {
	// Entries is how many events were fanned out, entries taken, or rows removed.
	Entries int
	// Outcome is that of an attempt. Its Verdict is 0 if there was none, as the
	// outcome could not be stored.
	Outcome Outcome
	Err     error
}

// EngineName is the Sink of spans that hand entries to the engine.
const EngineName = "engine"

// A Tracer is told of every span in which there is something to do, as it begins and
// as it ends. It is called from the goroutine that works, in a fan-out inside the
// transaction: it should be quick.
type Tracer interface {
	// Trace is called at the beginning of a span. The context it returns is the one
	// that the work is done with; the function is called at the end.
	Trace(ctx context.Context, span Span) (context.Context, func(SpanEnd))
}

// trace tells the tracer, if there is one, of a span.
func (o *Outbox) trace(ctx context.Context, span Span) (context.Context, func(SpanEnd)) {
	if o.tracer == nil {
		return ctx, func(SpanEnd) {}
	}
	return o.tracer.Trace(ctx, span)
}
