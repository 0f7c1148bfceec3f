package admin

import (
	"fmt"
	"strings"

	"github.com/authgen/authgen/internal/sqltext"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/internal/queue"
)

// A Filter chooses records. A zero field lets all of them through.
type Filter struct {
	Kind       outbox.Kind // zero is KindDelivery
	ID         string      // of an event, of a job, or "endpoint/event id" of a delivery
	States     []State     // of deliveries
	Endpoint   string      // of deliveries
	Type       string      // of the event or of the job
	Table      string      // of events and deliveries
	DocumentID string      // of events and deliveries

	Bodies bool // List reads the bodies too; it chooses no records
}

func (f Filter) kind() outbox.Kind {
	if f.Kind == 0 {
		return outbox.KindDelivery
	}
	return f.Kind
}

// conditions returns the conditions of the filter on the table of its kind. Deliveries
// are those of one queue.
func (f Filter) conditions(of string) *queue.Conditions {
	c := &queue.Conditions{}
	switch f.kind() {
	case outbox.KindEvent:
		c.AddIf("id", f.ID)
	case outbox.KindJob:
		c.AddIf("id", f.ID)
		c.AddIf("type", f.Type)
		return c
	default:
		c.Add(`"endpoint" = ?`, of)
		if len(f.States) > 0 {
			states := sqltext.List[string]{}
			for _, state := range f.States {
				states = append(states, string(state))
			}
			c.Add(`"state" ?`, states)
		}
		_, event := splitID(f.ID)
		c.AddIf("event_id", event)
	}
	c.AddIf("type", f.Type)
	c.AddIf("doc_table", f.Table)
	c.AddIf("document_id", f.DocumentID)
	return c
}

// check refuses a field that records of the kind do not have: left out of the
// conditions, it would let all of them through.
func (f Filter) check() error {
	kind := f.kind()
	for _, c := range []struct {
		field string
		given bool
	}{
		{"Endpoint", f.Endpoint != "" && kind != outbox.KindDelivery},
		{"States", len(f.States) > 0 && kind != outbox.KindDelivery},
		{"Table", f.Table != "" && kind == outbox.KindJob},
		{"DocumentID", f.DocumentID != "" && kind == outbox.KindJob},
	} {
		if c.given {
			return fmt.Errorf("outbox: records of kind %v have no %s: leave it out of the filter", kind, c.field)
		}
	}
	return nil
}

// in reports whether the filter lets deliveries of a queue through.
func (f Filter) in(queue string) bool {
	endpoint, _ := splitID(f.ID)
	return (f.Endpoint == "" || f.Endpoint == queue) && (endpoint == "" || endpoint == queue)
}

// splitID splits "endpoint/event id". Without a slash, the id is an event's.
func splitID(id string) (endpoint, event string) {
	slash := strings.LastIndexByte(id, '/')
	if slash < 0 {
		return "", id
	}
	return id[:slash], id[slash+1:]
}
