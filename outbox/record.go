package outbox

import (
	"context"
	"fmt"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// Show returns what is known under an id, with bodies: an event that waits, a
// job, or the deliveries of an event, one an endpoint; "endpoint/event id" is
// one of them. If there is nothing, the error is [authgen.ErrNotFound].
func (s *Outbox) Show(ctx context.Context, id string) (records []Record, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) error {
		if records = nil; id == "" { // would match everything
			return nil
		}
		events, err := tx.events(ctx, Filter{Kind: KindEvent, ID: id}.of(""), true, 1)
		if err != nil {
			return err
		}
		jobs, err := tx.jobs(ctx, Filter{Kind: KindJob, ID: id}.of(""), true, 1, s.now())
		if err != nil {
			return err
		}
		records = append(events, jobs...)
		names, err := tx.queueNames(ctx)
		if err != nil {
			return err
		}
		f := Filter{ID: id}
		for _, name := range names {
			if !f.in(name) {
				continue
			}
			deliveries, err := tx.deliveries(ctx, f.of(name), true, 1)
			if err != nil {
				return err
			}
			records = append(records, deliveries...)
		}
		return nil
	})
	if err == nil && len(records) == 0 {
		err = fmt.Errorf("outbox: no event, job or delivery has the id %q: %w", id, authgen.ErrNotFound)
	}
	return records, err
}

// column returns a column that is read only if its content is wanted.
func column(name string, wanted bool) string {
	if wanted {
		return `"` + name + `"`
	}
	return `''`
}

func (s *statements) events(ctx context.Context, where *conditions, bodies bool, limit int) (records []Record, err error) {
	err = s.query(ctx, func(row dialect.Row) error {
		var e eventRow
		if err := row.Scan(&e.sequence, &e.id, &e.eventType, &e.table, &e.document, &e.operation, &e.occurredAt, &e.body); err != nil {
			return err
		}
		r := Record{
			Kind: KindEvent, ID: e.id, State: StateWaiting, Type: e.eventType, Table: e.table, DocumentID: e.document,
			Sequence: e.sequence, Operation: e.operation, Created: timeOf(e.occurredAt),
		}
		if bodies {
			r.Body = e.envelope()
		}
		records = append(records, r)
		return nil
	}, `SELECT "sequence", "id", "type", "doc_table", "document", "operation", "occurred_at", `+column("body", bodies)+` FROM "authgen_event"`+where.where()+` ORDER BY "sequence" LIMIT ?`,
		append(where.args, limit)...)
	return records, err
}

func (s *statements) jobs(ctx context.Context, where *conditions, bodies bool, limit int, now int64) (records []Record, err error) {
	err = s.query(ctx, func(row dialect.Row) error {
		r := Record{Kind: KindJob, State: StateWaiting}
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
		r.Due, r.Created = timeOf(due), timeOf(created)
		switch {
		case leased > now:
			r.State, r.LeasedUntil = StateLeased, timeOf(leased)
		case due <= now:
			r.State = StateDue
		}
		records = append(records, r)
		return nil
	}, `SELECT "id", "kind", "unique_key", "due_at", "created_at", "leased_until", `+column("args", bodies)+` FROM "authgen_job"`+where.where()+` ORDER BY "due_at", "id" LIMIT ?`,
		append(where.args, limit)...)
	return records, err
}

func (s *statements) deliveries(ctx context.Context, where *conditions, bodies bool, limit int) (records []Record, err error) {
	err = s.query(ctx, func(row dialect.Row) error {
		r := Record{Kind: KindDelivery}
		var e eventRow
		var due, leased int64
		var finished, status *int64
		var text *string
		if err := row.Scan(&r.Endpoint, &e.id, &e.sequence, &e.eventType, &e.table, &e.document, &e.operation, &r.State, &r.Attempts, &due, &leased, &e.occurredAt, &finished, &status, &text, &e.body); err != nil {
			return err
		}
		r.ID, r.Type, r.Table, r.DocumentID, r.Sequence, r.Operation = r.Endpoint+"/"+e.id, e.eventType, e.table, e.document, e.sequence, e.operation
		r.Created, r.Finished = timeOf(e.occurredAt), timeOrZero(finished)
		switch r.State {
		case StatePending:
			if due != e.sequence && due < held { // else a place in the queue of an event sink, or no time
				r.Due = timeOf(due)
			}
		case StateLeased:
			r.LeasedUntil = timeOf(leased)
		}
		if status != nil {
			r.Status = int(*status)
		}
		if text != nil {
			r.Error = *text
		}
		if bodies {
			r.Body = e.envelope()
		}
		records = append(records, r)
		return nil
	}, `SELECT "endpoint", "event_id", "sequence", "type", "doc_table", "document", "operation", "state", "attempts", "due_at", "leased_until", "created_at", "finished_at", "status", "error", `+column("body", bodies)+` FROM "authgen_delivery"`+where.where()+` ORDER BY "event_id" LIMIT ?`,
		append(where.args, limit)...)
	return records, err
}
