package queue

import (
	"encoding/json"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// A Document names the row that an event tells of.
type Document struct{ Table, ID string }

// An Event is an event as the tables hold it.
type Event struct {
	ID, Type   string
	Document   Document
	Operation  string
	Sequence   int64
	OccurredAt int64
	body       []byte
}

// DeliveryColumns are the columns of authgen_delivery that Fields scans.
const DeliveryColumns = `"event_id", "type", "doc_table", "document_id", "sequence", "operation", "body", "occurred_at"`

// EventColumns are the same columns of authgen_event.
const EventColumns = `"id", "type", "doc_table", "document_id", "sequence", "operation", "body", "occurred_at"`

// Fields returns where DeliveryColumns and EventColumns are scanned to.
func (e *Event) Fields() []any {
	return []any{&e.ID, &e.Type, &e.Document.Table, &e.Document.ID, &e.Sequence, &e.Operation, &e.body, &e.OccurredAt}
}

// A head is the part of an [authgen.Event] that is in columns.
type head struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Timestamp  string `json:"timestamp"`
	Table      string `json:"table"`
	DocumentID string `json:"documentId"`
	Sequence   int64  `json:"sequence"`
	Operation  string `json:"operation"`
}

// JSON returns the whole [authgen.Event]. The stored body is an object with the other
// members, and becomes the tail of it as it is.
func (e *Event) JSON() json.RawMessage {
	text, _ := dialect.EncodeJSON(head{ // strings and a number can always be encoded
		ID: e.ID, Type: e.Type, Timestamp: Time(e.OccurredAt).Format(authgen.TimeLayout),
		Table: e.Document.Table, DocumentID: e.Document.ID, Sequence: e.Sequence, Operation: e.Operation,
	})
	front := json.RawMessage(text)
	const empty = len("{}")
	if len(e.body) <= empty {
		return front
	}
	front[len(front)-1] = ','
	return append(front, e.body[1:]...)
}

// A tail is the part of an [authgen.Event] that is in the stored body.
type tail struct {
	Changed []string              `json:"changed,omitempty"`
	Data    json.RawMessage       `json:"data"`
	Request *authgen.EventRequest `json:"request,omitempty"`
}
