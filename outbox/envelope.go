package outbox

import (
	"encoding/json"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// An eventRow is an event as the tables hold it.
type eventRow struct {
	id, eventType, table, document, operation string
	sequence, occurredAt                      int64
	body                                      []byte
}

// deliveryColumns are the columns of authgen_delivery that fields scans.
const deliveryColumns = `"event_id", "type", "doc_table", "document", "sequence", "operation", "body", "created_at"`

func (e *eventRow) fields() []any {
	return []any{&e.id, &e.eventType, &e.table, &e.document, &e.sequence, &e.operation, &e.body, &e.occurredAt}
}

// A head is the part of a runtime.Event that is in columns.
type head struct {
	ID        string `json:"id"`
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Table     string `json:"table"`
	Document  string `json:"documentId"`
	Sequence  int64  `json:"sequence"`
	Operation string `json:"operation"`
}

// envelope returns the runtime.Event as JSON. The stored body is an object with
// the other members, and becomes the tail of it as it is.
func (e *eventRow) envelope() json.RawMessage {
	text, _ := dialect.EncodeJSON(head{ // strings and a number can always be
		ID: e.id, Type: e.eventType, Timestamp: timeOf(e.occurredAt).Format(authgen.TimeLayout),
		Table: e.table, Document: e.document, Sequence: e.sequence, Operation: e.operation,
	})
	front := json.RawMessage(text)
	const empty = len("{}")
	if len(e.body) <= empty {
		return front
	}
	front[len(front)-1] = ','
	return append(front, e.body[1:]...)
}

// A tail is the part of a runtime.Event that is in the stored body.
type tail struct {
	Changed []string              `json:"changed,omitempty"`
	Data    json.RawMessage       `json:"data"`
	Request *authgen.EventRequest `json:"request,omitempty"`
}

// entry returns the event for a sink.
func (e *eventRow) entry() Entry {
	return Entry{
		ID: e.id, Kind: KindEvent, Type: e.eventType, Table: e.table, DocumentID: e.document,
		Sequence: e.sequence, Body: e.envelope(), Due: timeOf(e.occurredAt),
	}
}
