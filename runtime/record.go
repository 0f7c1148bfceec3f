package runtime

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// The operations of events.
const (
	OperationCreate = "create"
	OperationUpdate = "update"
	OperationDelete = "delete"
)

// A recorded is an event on its way to the outbox.
type recorded struct {
	id, eventType, table, document, operation string
	at                                        int64 // Unix milliseconds
	body                                      string
}

// A Recording takes the events of one write of a row.
type Recording struct {
	tx        *Tx
	ctx       context.Context
	table     *dialect.Table
	document  string
	operation string
	body      eventBody
	err       error
}

// An eventBody is the part of an [authgen.Event] that is not a column of the outbox.
type eventBody struct {
	Changed []string              `json:"changed,omitempty"`
	Data    any                   `json:"data"`
	Request *authgen.EventRequest `json:"request,omitempty"`
}

// Record begins the events of a write that was done. It takes the id of the row, the
// operation, and for an update the fields that it changed.
func (tx *Tx) Record(ctx context.Context, t *dialect.Table, document, operation string, changed []string) *Recording {
	r := &Recording{tx: tx, ctx: ctx, table: t, document: document, operation: operation}
	r.body = eventBody{Changed: changed, Request: eventRequest(ctx)}
	return r
}

// eventRequest returns what an event tells of the request, or nil if nothing is
// known.
func eventRequest(ctx context.Context) *authgen.EventRequest {
	r, ok := authgen.RequestFrom(ctx)
	if !ok {
		return nil
	}
	known := authgen.EventRequest{Path: r.Path.Or(""), ActorID: r.ActorID.Or(""), SessionID: r.SessionID.Or(""), RequestID: r.RequestID.Or("")}
	if known == (authgen.EventRequest{}) {
		return nil
	}
	return &known
}

// Event records an event with its payload. After the first failure it does nothing.
func (r *Recording) Event(eventType string, payload any) {
	if r.err != nil {
		return
	}
	r.body.Data = payload
	body, err := dialect.EncodeJSON(r.body)
	if err != nil {
		// The text of an encoder may quote the value.
		r.err = &authgen.StatementError{Table: r.table.Key, Reason: "the payload of event " + eventType + " cannot be written as JSON", Cause: err}
		return
	}
	r.err = r.tx.stageEvent(r.ctx, recorded{
		id: UUIDv7(), eventType: eventType, table: r.table.Key, document: r.document, operation: r.operation,
		at: r.tx.db.Now().UnixMilli(), body: body,
	})
}

// Marked returns the keys of the fields that are marked. marks has a mark for each field
// that a patch can set.
func Marked(t *dialect.Table, marks []bool) []string {
	var list []string
	for i := range t.Fields {
		if t.Fields[i].Fixed {
			continue
		}
		if marks[0] {
			list = append(list, t.Fields[i].Key)
		}
		marks = marks[1:]
	}
	return list
}

// Err returns the first failure.
func (r *Recording) Err() error { return r.err }

func (tx *Tx) stageEvent(ctx context.Context, e recorded) error {
	tx.state.Lock()
	tx.writes++ // a call that fails from here on is half done (U1)
	tx.staged.events = append(tx.staged.events, e)
	tx.staged.bytes += len(e.body)
	full := tx.staged.full()
	tx.state.Unlock()
	if full {
		return tx.flush(ctx)
	}
	return nil
}

var eventColumns = []string{"id", "type", "doc_table", "document_id", "operation", "occurred_at", "body"}

// writeEvents appends the rest of the statement that stores events. The
// database counts them. A row stays locked from its write to the end of the
// transaction, so the events of one document are counted in the order of the
// writes.
func (b *Builder) writeEvents(events []recorded) {
	b.writeRows(eventTable, eventColumns, len(events), func(i int) []any {
		e := &events[i]
		return []any{e.id, e.eventType, e.table, e.document, e.operation, e.at, e.body}
	})
}

// UnknownEvent returns the error for an event whose type is not declared. It wraps
// [authgen.ErrUnknownEvent].
func UnknownEvent(eventType string) error {
	return fmt.Errorf("%q: %w in schema.yaml; the sender may have a newer one", eventType, authgen.ErrUnknownEvent)
}

// DecodeEvent returns the payload of an event as a T.
func DecodeEvent[T any](e authgen.Event) (T, error) {
	var payload T
	if err := json.Unmarshal(e.Data, &payload); err != nil {
		return payload, fmt.Errorf("event %s: its data does not fit the payload that schema.yaml declares: %w", e.Type, err)
	}
	return payload, nil
}
