package queue

import (
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// A Delivery is one attempt to deliver an event to an endpoint.
type Delivery struct {
	Endpoint string
	Event    Event // without its body until the attempt begins
	Attempt  int   // counts from 1
	Due      int64
	Until    int64 // the end of the lease
	Begun    bool  // the attempt is counted, and the event is whole
}

// summaryColumns are the columns of authgen_delivery that scanSummary scans.
const summaryColumns = `"event_id", "type", "doc_table", "document_id", "sequence", "attempts", "due_at"`

// scanSummary scans a delivery that is due, without its event's body, and more columns.
func scanSummary(row dialect.Row, endpoint string, more ...any) (d Delivery, err error) {
	d.Endpoint = endpoint
	e := &d.Event
	err = row.Scan(append([]any{&e.ID, &e.Type, &e.Document.Table, &e.Document.ID, &e.Sequence, &d.Attempt, &d.Due}, more...)...)
	d.Attempt++ // the column counts those that have begun
	return d, err
}

// eventIDs returns the ids of the events of deliveries.
func eventIDs(deliveries []Delivery) sqltext.List[string] {
	ids := make(sqltext.List[string], len(deliveries))
	for i := range deliveries {
		ids[i] = deliveries[i].Event.ID
	}
	return ids
}
