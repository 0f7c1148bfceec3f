package outbox

import "context"

// A StepKind is a kind of thing that the outbox does.
type StepKind uint8

// The kinds of steps.
const (
	StepFanOut   StepKind = iota + 1 // events go into the queues of their destinations, in one transaction
	StepHandOver                     // a sink is handed entries
	StepAttempt                      // one attempt to deliver to an endpoint
	StepCleanUp                      // rows that were kept long enough are removed
)

// String returns "fan-out", "hand-over", "attempt" or "clean-up".
func (k StepKind) String() string {
	switch k {
	case StepFanOut:
		return "fan-out"
	case StepHandOver:
		return "hand-over"
	case StepAttempt:
		return "attempt"
	case StepCleanUp:
		return "clean-up"
	}
	return "no step"
}

// A Step is one thing that the outbox does, as an [Observer] sees it begin. It
// carries no payload.
type Step struct {
	Kind StepKind
	// Sink names the event sink, as in Config.Events; EngineName for the engine.
	Sink string
	// Class and Entries are what a sink is handed.
	Class   Class
	Entries int
	// Endpoint, EventID, Type and Attempt are those of an attempt. A hand-over of
	// deliveries has the Endpoint too.
	Endpoint string
	EventID  string
	Type     string
	Attempt  int
}

// A Result is how a step ended.
type Result struct {
	// Entries is how many events were fanned out, entries taken, or rows removed.
	Entries int
	// Outcome is that of an attempt. Its Verdict is 0 if there was none, as the
	// outcome could not be stored.
	Outcome Outcome
	Err     error
}

// EngineName is the Sink of steps that hand entries to the engine.
const EngineName = "engine"

// An Observer is told of every step that has something to do, as it begins and
// as it ends. It is called from the goroutine of the step, in a fan-out inside
// the transaction: it should be quick.
type Observer interface {
	// Observe is called at the beginning of a step. The context it returns is the
	// one that the step runs with; the function is called at its end.
	Observe(ctx context.Context, step Step) (context.Context, func(Result))
}

// observe tells the observer, if there is one, of a step.
func (s *Store) observe(ctx context.Context, step Step) (context.Context, func(Result)) {
	if s.observer == nil {
		return ctx, func(Result) {}
	}
	return s.observer.Observe(ctx, step)
}
