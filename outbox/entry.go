package outbox

import (
	"encoding/json"
	"fmt"
	"time"
)

// A Class is what an entry is.
type Class uint8

// The classes of entries.
const (
	EventClass    Class = iota + 1 // an event, for an event sink
	JobClass                       // a job that is due
	DeliveryClass                  // one attempt to deliver an event to a webhook endpoint
)

var classes = map[Class]string{EventClass: "event", JobClass: "job", DeliveryClass: "delivery"}

// String returns "event", "job" or "delivery".
func (c Class) String() string {
	if name, ok := classes[c]; ok {
		return name
	}
	return fmt.Sprintf("class %d", uint8(c))
}

// MarshalText gives the text of String, so that an engine can store an Entry
// as JSON.
func (c Class) MarshalText() ([]byte, error) {
	if _, ok := classes[c]; !ok {
		return nil, fmt.Errorf("outbox: there is no %v", c)
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads what MarshalText gives.
func (c *Class) UnmarshalText(text []byte) error {
	for class, name := range classes {
		if name == string(text) {
			*c = class
			return nil
		}
	}
	return fmt.Errorf("outbox: there is no class %q: it is event, job or delivery", text)
}

// DeliveryKind is the kind under which an engine that has kinds of its own
// files the entries of DeliveryClass. No job has it.
const DeliveryKind = "authgen_delivery"

// An Entry is what a sink is handed: an event, a job, or one attempt of a
// delivery. An engine may store it as JSON and hand it back to
// [Store.Attempt] or [Handlers.Run] later, in another process.
type Entry struct {
	// ID is the sink's key for deduplication: the same entry may be handed over
	// again, under the same ID. It is the id of the event or of the job, or
	// "endpoint/event id/attempt/due" of an attempt.
	ID    string `json:"id"`
	Class Class  `json:"class"`
	// Kind is the type of the event, the kind of the job, or the name of the
	// endpoint.
	Kind string `json:"kind"`
	// Table, DocumentID and Sequence are those of the event; a job has none. Of
	// one document, entries are handed to an event sink in order of Sequence.
	Table      string `json:"table,omitempty"`
	DocumentID string `json:"documentId,omitempty"`
	Sequence   int64  `json:"sequence,omitempty"`
	// Body is the whole runtime.Event of an event, the arguments of a job, or
	// what [Store.Attempt] needs to find the delivery.
	Body json.RawMessage `json:"body"`
	// Due is when the entry became due.
	Due time.Time `json:"due"`
	// Until is the end of the lease: before it, nobody else is handed the entry.
	Until time.Time `json:"-"`

	begun *Delivery // of an attempt that has begun with its claim; nil: Store.Attempt begins it
}
