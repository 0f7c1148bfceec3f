package authgen

import (
	"encoding/json"
	"time"
)

// An Event tells of one write of one row, as its transaction recorded it. Its
// JSON is what leaves the outbox: the body of a webhook, or a message of a
// broker. "type", "timestamp" and "data" are where Standard Webhooks puts them.
type Event struct {
	// ID is a UUIDv7, the same at every attempt to deliver the event.
	ID string `json:"id"`
	// Type is the key of the event in schema.yaml: "user.updated".
	Type string `json:"type"`
	// Timestamp is when the write was done, in UTC milliseconds.
	Timestamp time.Time `json:"timestamp"`
	// Table is the key of the table in schema.yaml, and DocumentID the id of the
	// row as text.
	Table      string `json:"table"`
	DocumentID string `json:"documentId"`
	// Sequence is larger than that of every earlier event of the same document.
	// There are gaps: all documents share one counter.
	Sequence int64 `json:"sequence"`
	// Operation is "create", "update" or "delete".
	Operation string `json:"operation"`
	// Changed are the fields that an update changed, secret ones by name too.
	Changed []string `json:"changed,omitempty"`
	// Data is the payload: what the generated type of the event holds.
	Data json.RawMessage `json:"data"`
	// Request is what is known of the request that led to the write.
	Request *EventRequest `json:"request,omitempty"`
}

// An EventRequest is the part of a [Request] that events carry: who asked for what,
// and nothing else of a person, such as an address. What is not known is absent.
type EventRequest struct {
	Path      string `json:"path,omitempty"`
	ActorID   string `json:"actorId,omitempty"`
	SessionID string `json:"sessionId,omitempty"`
	RequestID string `json:"requestId,omitempty"`
}
