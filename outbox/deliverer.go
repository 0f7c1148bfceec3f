package outbox

import (
	"context"
	"encoding/json"
	"time"
)

// A Router says which webhook endpoints an event goes to.
type Router interface {
	// Route returns the names of the endpoints that want events of a type.
	// It is asked once per type and batch.
	Route(eventType string) []string
}

// A Deliverer knows the webhook endpoints and makes attempts to deliver to them.
type Deliverer interface {
	// Limits returns the endpoints that there are, and how each is to be
	// treated. It is asked again for every round and every attempt, so an
	// endpoint may come and go. Deliveries to an endpoint that is not among them
	// stay where they are.
	Limits() []Limits
	// Deliver makes one attempt. It returns when the attempt is over, at the
	// latest at the endpoint's Timeout, and says what is to become of the
	// delivery.
	Deliver(ctx context.Context, d Delivery) Outcome
}

// Limits is how an endpoint is to be treated.
type Limits struct {
	Endpoint string
	// Ordered lets a delivery wait while an earlier one of the same document is not
	// finished. An exhausted delivery is finished.
	Ordered bool
	// Concurrency is how many attempts may run at once, over all processes; 0 is
	// DefaultConcurrency.
	Concurrency int
	// Rate is how many attempts may begin in a second, over all processes; 0 is
	// any number.
	Rate float64
	// Timeout is how long an attempt may take; 0 is DefaultTimeout. An attempt
	// that has not ended some time later counts as dead: see WithGrace.
	Timeout time.Duration
}

// What the zero values of Limits mean.
const (
	DefaultConcurrency = 16
	DefaultTimeout     = 30 * time.Second
)

// A Delivery is one event on its way to one endpoint.
type Delivery struct {
	Endpoint string
	Attempt  int // counts from 1, and again from 1 after a replay
	// EventID, Type, Table, DocumentID, Sequence and Operation are those of the
	// event.
	EventID    string
	Type       string
	Table      string
	DocumentID string
	Sequence   int64
	Operation  string
	// OccurredAt is when the write was done that the event tells of.
	OccurredAt time.Time
	// Body is the whole [authgen.Event] as JSON, the same bytes at each attempt.
	Body json.RawMessage
}

// A Verdict is what becomes of a delivery after an attempt.
type Verdict uint8

// The verdicts.
const (
	// Delivered: the endpoint took it.
	Delivered Verdict = iota + 1
	// Retry: it is due again at Outcome.RetryAt.
	Retry
	// Exhausted: it is not tried again until an operator replays it.
	Exhausted
	// DisableEndpoint: the endpoint wants no more deliveries. All of them wait, this one
	// too, until an operator enables it.
	DisableEndpoint
)

// String returns "delivered", "retry", "exhausted" or "disable_endpoint".
func (v Verdict) String() string {
	switch v {
	case Delivered:
		return "delivered"
	case Retry:
		return "retry"
	case Exhausted:
		return "exhausted"
	case DisableEndpoint:
		return "disable_endpoint"
	}
	return "no verdict"
}

// An Outcome is how an attempt ended.
type Outcome struct {
	Verdict Verdict
	Status  int       // of the HTTP response; 0: there was no response
	Error   string    // what went wrong, to be shown to the operator; cut to 1,000 bytes
	RetryAt time.Time // of Retry
}

func (l Limits) concurrency() int {
	if l.Concurrency <= 0 {
		return DefaultConcurrency
	}
	return l.Concurrency
}

func (l Limits) timeout() time.Duration {
	if l.Timeout <= 0 {
		return DefaultTimeout
	}
	return l.Timeout
}
