package admin

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/internal/queue"
)

// List returns up to limit records, and the cursor that gives the next ones, which is
// empty after the last. The records have no bodies unless the filter asks for them.
// Events come in their order, jobs by when they are due, deliveries by endpoint and then
// by event.
func (a *Admin) List(ctx context.Context, f Filter, cursor string, limit int) (records []Record, next string, err error) {
	if limit <= 0 {
		return nil, "", fmt.Errorf("outbox: cannot list %d records: ask for at least one", limit)
	}
	if err := f.check(); err != nil {
		return nil, "", err
	}
	err = a.queue.Read(ctx, func(ctx context.Context, tx *queue.Tx) (err error) {
		switch f.kind() {
		case outbox.KindEvent:
			records, next, err = listEvents(ctx, tx, f, cursor, limit)
		case outbox.KindJob:
			records, next, err = listJobs(ctx, tx, f, cursor, limit, a.queue.Now())
		default:
			records, next, err = listDeliveries(ctx, tx, f, cursor, limit)
		}
		return err
	})
	return records, next, err
}

func badCursor(cursor string) error {
	return fmt.Errorf("outbox: %q is not a cursor of this list: begin again without one", cursor)
}

func listEvents(ctx context.Context, tx *queue.Tx, f Filter, cursor string, limit int) ([]Record, string, error) {
	where := f.conditions("")
	if cursor != "" {
		after, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil {
			return nil, "", badCursor(cursor)
		}
		where.Add(`"sequence" > ?`, after)
	}
	records, err := events(ctx, tx, where, f.Bodies, limit)
	if err != nil || len(records) < limit {
		return records, "", err
	}
	return records, strconv.FormatInt(records[limit-1].Sequence, 10), nil
}

func listJobs(ctx context.Context, tx *queue.Tx, f Filter, cursor string, limit int, now int64) ([]Record, string, error) {
	where := f.conditions("")
	if cursor != "" {
		text, id, ok := strings.Cut(cursor, "/")
		due, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil {
			return nil, "", badCursor(cursor)
		}
		where.Add(`("due_at" > ? OR "due_at" = ? AND "id" > ?)`, due, due, id)
	}
	records, err := jobs(ctx, tx, where, f.Bodies, limit, now)
	if err != nil || len(records) < limit {
		return records, "", err
	}
	last := records[limit-1]
	return records, strconv.FormatInt(last.Due.UnixMilli(), 10) + "/" + last.ID, nil
}

func listDeliveries(ctx context.Context, tx *queue.Tx, f Filter, cursor string, limit int) ([]Record, string, error) {
	names, err := queue.QueueNames(ctx, tx)
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
		where := f.conditions(name)
		if name == begun {
			where.Add(`"event_id" > ?`, after)
		}
		more, err := deliveries(ctx, tx, where, f.Bodies, limit-len(records))
		if err != nil {
			return nil, "", err
		}
		if records = slices.Concat(records, more); len(records) == limit {
			return records, records[limit-1].ID, nil
		}
	}
	return records, "", nil
}
