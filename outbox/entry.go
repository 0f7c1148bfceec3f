package outbox

import (
	"encoding/json"
	"fmt"
	"time"
)

// A Kind tells events, jobs and deliveries apart.
type Kind uint8

// The kinds of entries and records.
const (
	KindEvent    Kind = iota + 1 // an event, for an event sink
	KindJob                      // a job that is due
	KindDelivery                 // an event on its way to a webhook endpoint; as an entry, one attempt
)

var kinds = map[Kind]string{KindEvent: "event", KindJob: "job", KindDelivery: "delivery"}

// String returns "event", "job" or "delivery".
func (k Kind) String() string {
	if name, ok := kinds[k]; ok {
		return name
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// MarshalText returns the text of String, so that an engine can store an Entry as JSON.
func (k Kind) MarshalText() ([]byte, error) {
	if _, ok := kinds[k]; !ok {
		return nil, fmt.Errorf("outbox: there is no %v", k)
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads the text that MarshalText returns.
func (k *Kind) UnmarshalText(text []byte) error {
	for kind, name := range kinds {
		if name == string(text) {
			*k = kind
			return nil
		}
	}
	return fmt.Errorf("outbox: there is no kind %q: it is event, job or delivery", text)
}

// An Entry is what a sink is handed: an event, a job, or one attempt of a
// delivery. An engine may store it as JSON and hand it back to
// [Outbox.Attempt] or [Handlers.Run] later, in another process.
type Entry struct {
	// ID is the sink's key for deduplication: the same entry may be handed over
	// again, under the same ID. It is the id of the event or of the job, or
	// "endpoint/event id/attempt/due" of an attempt.
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Type is the type of the event, also of one that is delivered, or of the job:
	// "user.created", "send_email".
	Type string `json:"type"`
	// Endpoint is the webhook endpoint of a delivery.
	Endpoint string `json:"endpoint,omitempty"`
	// Table, DocumentID and Sequence are those of the event; a job has none. Of
	// one document, entries are handed to an event sink in order of Sequence.
	Table      string `json:"table,omitempty"`
	DocumentID string `json:"documentId,omitempty"`
	Sequence   int64  `json:"sequence,omitempty"`
	// Body is the whole [authgen.Event] of an event, the arguments of a job, or
	// what [Outbox.Attempt] needs to find the delivery.
	Body json.RawMessage `json:"body"`
	// Due is when the entry became due.
	Due time.Time `json:"due"`
	// Until is the end of the lease: before it, no other relay hands the entry over.
	Until time.Time `json:"-"`

	begun *Delivery // of an attempt that began when it was leased; nil: Outbox.Attempt begins it
}
