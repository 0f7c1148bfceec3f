package admin

import (
	"context"
	"encoding/json"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/internal/queue"
)

// A Record is an event, a job or a delivery as an operator sees it. What does not apply,
// or is not known, is zero.
type Record struct {
	Kind outbox.Kind `json:"kind"`
	// ID is the id of the event or of the job, or "endpoint/event id".
	ID          string          `json:"id"`
	State       State           `json:"state"`
	Endpoint    string          `json:"endpoint,omitempty"`
	Type        string          `json:"type"` // of the event or of the job
	Table       string          `json:"table,omitempty"`
	DocumentID  string          `json:"documentId,omitempty"`
	Sequence    int64           `json:"sequence,omitempty"`
	Operation   string          `json:"operation,omitempty"`
	Key         string          `json:"key,omitempty"` // of a unique job
	Attempts    int             `json:"attempts,omitempty"`
	Created     time.Time       `json:"created"`      // when the event occurred, or the job was scheduled
	Due         time.Time       `json:"due,omitzero"` // zero while it waits for an earlier event of its document
	LeasedUntil time.Time       `json:"leasedUntil,omitzero"`
	Finished    time.Time       `json:"finished,omitzero"`
	Status      int             `json:"status,omitempty"` // HTTP status of the last attempt
	Error       string          `json:"error,omitempty"`  // of the last attempt
	Body        json.RawMessage `json:"body,omitempty"`   // from Show, and from List with Bodies: the whole event, or the job's arguments
}

// columnIf returns a column that is read only if its content is wanted.
func columnIf(wanted bool, name string) string {
	if wanted {
		return `"` + name + `"`
	}
	return `'' AS "` + name + `"`
}

// fill fills in what a record has of its event.
func (r *Record) fill(e *queue.Event, bodies bool) {
	r.Type, r.Table, r.DocumentID, r.Sequence, r.Operation = e.Type, e.Document.Table, e.Document.ID, e.Sequence, e.Operation
	r.Created = queue.Time(e.OccurredAt)
	if bodies {
		r.Body = e.JSON()
	}
}

func events(ctx context.Context, tx *queue.Tx, where *queue.Conditions, bodies bool, limit int) (records []Record, err error) {
	err = tx.Query(ctx, func(row dialect.Row) error {
		var e queue.Event
		if err := row.Scan(e.Fields()...); err != nil {
			return err
		}
		r := Record{Kind: outbox.KindEvent, ID: e.ID, State: StateWaiting}
		r.fill(&e, bodies)
		records = append(records, r)
		return nil
	}, `SELECT "id", "type", "doc_table", "document_id", "sequence", "operation", `+columnIf(bodies, "body")+`, "occurred_at" FROM "authgen_event"`+where.Where()+` ORDER BY "sequence" LIMIT ?`,
		where.Args(limit)...)
	return records, err
}

func jobs(ctx context.Context, tx *queue.Tx, where *queue.Conditions, bodies bool, limit int, now int64) (records []Record, err error) {
	err = tx.Query(ctx, func(row dialect.Row) error {
		r := Record{Kind: outbox.KindJob, State: StateWaiting}
		var key *string
		var body []byte
		var due, created, leased int64
		if err := row.Scan(&r.ID, &r.Type, &key, &due, &created, &leased, &body); err != nil {
			return err
		}
		if key != nil {
			r.Key = *key
		}
		if bodies {
			r.Body = body
		}
		r.Due, r.Created = queue.Time(due), queue.Time(created)
		switch {
		case leased > now:
			r.State, r.LeasedUntil = StateLeased, queue.Time(leased)
		case due <= now:
			r.State = StateDue
		}
		records = append(records, r)
		return nil
	}, `SELECT "id", "type", "unique_key", "due_at", "created_at", "leased_until", `+columnIf(bodies, "args")+` FROM "authgen_job"`+where.Where()+` ORDER BY "due_at", "id" LIMIT ?`,
		where.Args(limit)...)
	return records, err
}

func deliveries(ctx context.Context, tx *queue.Tx, where *queue.Conditions, bodies bool, limit int) (records []Record, err error) {
	err = tx.Query(ctx, func(row dialect.Row) error {
		r := Record{Kind: outbox.KindDelivery}
		var e queue.Event
		var leased int64
		var due, blocked, finished, status *int64
		var text *string
		if err := row.Scan(append(e.Fields(), &r.Endpoint, &r.State, &r.Attempts, &due, &leased, &blocked, &finished, &status, &text)...); err != nil {
			return err
		}
		r.ID, r.Finished = r.Endpoint+"/"+e.ID, queue.TimeOrZero(finished)
		r.fill(&e, bodies)
		switch r.State {
		case StatePending:
			if blocked == nil {
				r.Due = queue.TimeOrZero(due)
			}
		case StateLeased:
			r.LeasedUntil = queue.Time(leased)
		}
		if status != nil {
			r.Status = int(*status)
		}
		if text != nil {
			r.Error = *text
		}
		records = append(records, r)
		return nil
	}, `SELECT "event_id", "type", "doc_table", "document_id", "sequence", "operation", `+columnIf(bodies, "body")+`, "occurred_at", "endpoint", "state", "attempts", "due_at", "leased_until", "blocked_until", "finished_at", "status", "error" FROM "authgen_delivery"`+where.Where()+` ORDER BY "event_id" LIMIT ?`,
		where.Args(limit)...)
	return records, err
}
