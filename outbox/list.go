package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/authgen/authgen/dialect"
)

// A Record is an event, a job or a delivery as an operator sees it. What does
// not apply, or is not known, is zero.
type Record struct {
	Kind Kind `json:"kind"`
	// ID is the id of the event or of the job, or "endpoint/event id".
	ID       string `json:"id"`
	State    State  `json:"state"`
	Endpoint string `json:"endpoint,omitempty"`
	// Type is that of the event or of the job.
	Type        string          `json:"type"`
	Table       string          `json:"table,omitempty"`
	DocumentID  string          `json:"documentId,omitempty"`
	Sequence    int64           `json:"sequence,omitempty"`
	Operation   string          `json:"operation,omitempty"`
	Key         string          `json:"key,omitempty"` // of a unique job
	Attempts    int             `json:"attempts,omitempty"`
	Created     time.Time       `json:"created"`      // when the event occurred, or the job was scheduled
	Due         time.Time       `json:"due,omitzero"` // zero while it waits for an earlier one of its document
	LeasedUntil time.Time       `json:"leasedUntil,omitzero"`
	Finished    time.Time       `json:"finished,omitzero"`
	Status      int             `json:"status,omitempty"` // HTTP status of the last attempt
	Error       string          `json:"error,omitempty"`  // of the last attempt
	Body        json.RawMessage `json:"body,omitempty"`   // from Show, and from List with Bodies: the whole event, or the job's arguments
}

// A Filter says which records. Zero fields match all.
type Filter struct {
	Kind       Kind    // of what; zero is KindDelivery
	ID         string  // of an event, of a job, or "endpoint/event id" of a delivery
	States     []State // of deliveries
	Endpoint   string  // of deliveries
	Type       string
	Table      string // of events and deliveries
	DocumentID string // of events and deliveries

	Bodies bool // List reads the bodies too; it chooses no records
}

// A conditions is the WHERE of a filter.
type conditions struct {
	text strings.Builder
	args []any
}

func (c *conditions) add(term string, args ...any) {
	if c.text.Len() > 0 {
		c.text.WriteString(" AND ")
	}
	c.text.WriteString(term)
	c.args = append(c.args, args...)
}

// addIf adds a condition on a column unless the value is empty.
func (c *conditions) addIf(column, value string) {
	if value != "" {
		c.add(`"`+column+`" = ?`, value)
	}
}

func (c *conditions) where() string {
	if c.text.Len() == 0 {
		return ""
	}
	return " WHERE " + c.text.String()
}

// of returns the conditions of the filter on the table of its kind; deliveries
// are those of one queue.
func (f Filter) of(queue string) *conditions {
	c := &conditions{}
	switch f.kind() {
	case KindEvent:
		c.addIf("id", f.ID)
		c.addIf("type", f.Type)
	case KindJob:
		c.addIf("id", f.ID)
		c.addIf("kind", f.Type)
		return c
	default:
		c.add(`"endpoint" = ?`, queue)
		if len(f.States) > 0 {
			states := list[string]{}
			for _, state := range f.States {
				states = append(states, string(state))
			}
			c.add(`"state" ?`, states)
		}
		_, event := splitID(f.ID)
		c.addIf("event_id", event)
		c.addIf("type", f.Type)
	}
	c.addIf("doc_table", f.Table)
	c.addIf("document", f.DocumentID)
	return c
}

// check refuses what records of the kind do not have: left out of the condition,
// it would match all of them.
func (f Filter) check() error {
	kind := f.kind()
	for _, c := range []struct {
		field string
		given bool
	}{
		{"Endpoint", f.Endpoint != "" && kind != KindDelivery},
		{"States", len(f.States) > 0 && kind != KindDelivery},
		{"Table", f.Table != "" && kind == KindJob},
		{"Document", f.DocumentID != "" && kind == KindJob},
	} {
		if c.given {
			return fmt.Errorf("outbox: records of kind %v have no %s: leave it out of the filter", kind, c.field)
		}
	}
	return nil
}

func (f Filter) kind() Kind {
	if f.Kind == 0 {
		return KindDelivery
	}
	return f.Kind
}

// in reports whether the filter lets deliveries of a queue through.
func (f Filter) in(queue string) bool {
	endpoint, _ := splitID(f.ID)
	return (f.Endpoint == "" || f.Endpoint == queue) && (endpoint == "" || endpoint == queue)
}

// splitID splits "endpoint/event id". Without a slash, it is an event's.
func splitID(id string) (endpoint, event string) {
	slash := strings.LastIndexByte(id, '/')
	if slash < 0 {
		return "", id
	}
	return id[:slash], id[slash+1:]
}

// List returns up to limit records, without their bodies unless the filter asks for
// them, and the cursor that
// gives the next ones, which is empty behind the last. Events come in their
// order, jobs by when they are due, deliveries by endpoint and then by event.
func (s *Outbox) List(ctx context.Context, f Filter, cursor string, limit int) (records []Record, next string, err error) {
	if limit <= 0 {
		return nil, "", fmt.Errorf("outbox: cannot list %d records: ask for at least one", limit)
	}
	if err := f.check(); err != nil {
		return nil, "", err
	}
	err = s.read(ctx, func(ctx context.Context, tx *statements) (err error) {
		switch f.kind() {
		case KindEvent:
			records, next, err = tx.listEvents(ctx, f, cursor, limit)
		case KindJob:
			records, next, err = tx.listJobs(ctx, f, cursor, limit, s.now())
		default:
			records, next, err = tx.listDeliveries(ctx, f, cursor, limit)
		}
		return err
	})
	return records, next, err
}

func badCursor(cursor string) error {
	return fmt.Errorf("outbox: %q is no cursor of this list: begin again without one", cursor)
}

func (s *statements) listEvents(ctx context.Context, f Filter, cursor string, limit int) ([]Record, string, error) {
	where := f.of("")
	if cursor != "" {
		after, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil {
			return nil, "", badCursor(cursor)
		}
		where.add(`"sequence" > ?`, after)
	}
	records, err := s.events(ctx, where, f.Bodies, limit)
	if err != nil || len(records) < limit {
		return records, "", err
	}
	return records, strconv.FormatInt(records[limit-1].Sequence, 10), nil
}

func (s *statements) listJobs(ctx context.Context, f Filter, cursor string, limit int, now int64) ([]Record, string, error) {
	where := f.of("")
	if cursor != "" {
		text, id, ok := strings.Cut(cursor, "/")
		due, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil {
			return nil, "", badCursor(cursor)
		}
		where.add(`("due_at" > ? OR "due_at" = ? AND "id" > ?)`, due, due, id)
	}
	records, err := s.jobs(ctx, where, f.Bodies, limit, now)
	if err != nil || len(records) < limit {
		return records, "", err
	}
	last := records[limit-1]
	return records, strconv.FormatInt(last.Due.UnixMilli(), 10) + "/" + last.ID, nil
}

func (s *statements) listDeliveries(ctx context.Context, f Filter, cursor string, limit int) ([]Record, string, error) {
	names, err := s.queueNames(ctx)
	if err != nil {
		return nil, "", err
	}
	begun, after := splitID(cursor)
	if cursor != "" && begun == "" {
		return nil, "", badCursor(cursor)
	}
	var records []Record
	for _, name := range names {
		if name < begun || !f.in(name) {
			continue
		}
		where := f.of(name)
		if name == begun {
			where.add(`"event_id" > ?`, after)
		}
		more, err := s.deliveries(ctx, where, f.Bodies, limit-len(records))
		if err != nil {
			return nil, "", err
		}
		if records = slices.Concat(records, more); len(records) == limit {
			return records, records[limit-1].ID, nil
		}
	}
	return records, "", nil
}

// queueNames returns the names of all queues there are, in order.
func (s *statements) queueNames(ctx context.Context) (names []string, err error) {
	err = s.query(ctx, func(row dialect.Row) error {
		var name string
		err := row.Scan(&name)
		names = append(names, name)
		return err
	}, `SELECT "name" FROM "authgen_endpoint" WHERE "name" <> ? ORDER BY "name"`, fanOutLock)
	slices.Sort(names)
	return names, err
}
