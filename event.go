package authgen

import (
	"encoding/json"
	"time"
)

// An Event tells about one write of one row, as its transaction recorded it. Its JSON is
// the body of a webhook or the message of a broker. The names "type", "timestamp" and
// "data" are those of Standard Webhooks.
type Event struct {
	// ID is a UUIDv7, the same at every attempt to deliver the event.
	ID string `json:"id"`
	// Type is the key of the event in schema.yaml, such as "user.updated".
	Type string `json:"type"`
	// Timestamp is the time of the write, in UTC milliseconds.
	Timestamp time.Time `json:"timestamp"`
	// Table is the key of the table in schema.yaml, and DocumentID is the id of the row as
	// text.
	Table      string `json:"table"`
	DocumentID string `json:"documentId"`
	// Sequence is larger than that of every earlier event of the same document. All
	// documents share one counter, so there are gaps.
	Sequence int64 `json:"sequence"`
	// Operation is "create", "update" or "delete".
	Operation string `json:"operation"`
	// Changed has the names of the fields that an update changed, also of secret ones.
	Changed []string `json:"changed,omitempty"`
	// Data is the payload, the JSON of the event's generated type.
	Data json.RawMessage `json:"data"`
	// Request is what is known about the request that led to the write.
	Request *EventRequest `json:"request,omitempty"`
}

// An EventRequest is the part of a [Request] that events carry. It says who asked for
// what, and leaves out other personal data, such as the IP address. Unknown values are
// absent.
type EventRequest struct {
	Path      string `json:"path,omitempty"`
	ActorID   string `json:"actorId,omitempty"`
	SessionID string `json:"sessionId,omitempty"`
	RequestID string `json:"requestId,omitempty"`
}
