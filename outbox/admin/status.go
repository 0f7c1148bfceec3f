package admin

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/outbox/internal/queue"
)

// A Status is how much is in the outbox, and how old it is. Times are zero where
// there is nothing to tell of.
type Status struct {
	At     time.Time     `json:"at"` // by the store's clock
	Events EventStatus   `json:"events"`
	Jobs   JobStatus     `json:"jobs"`
	Queues []QueueStatus `json:"queues"` // by name
}

// An EventStatus counts the events that wait for the fan-out.
type EventStatus struct {
	Waiting int       `json:"waiting"`
	Oldest  time.Time `json:"oldest,omitzero"` // when the first of them occurred
}

// A JobStatus counts jobs.
type JobStatus struct {
	Waiting int       `json:"waiting"` // not due yet
	Due     int       `json:"due"`
	Leased  int       `json:"leased"`          // being handed over, or put off after a failure
	Oldest  time.Time `json:"oldest,omitzero"` // since when the first of those due or leased has been due
}

// A QueueStatus counts the deliveries to a webhook endpoint, or those that wait
// for an event sink.
type QueueStatus struct {
	Name      string `json:"name"`
	Pending   int    `json:"pending"`
	Due       int    `json:"due"`      // of the pending, those that could be attempted now, as far as relays know
	Retrying  int    `json:"retrying"` // of the pending, those with an attempt that failed
	Leased    int    `json:"leased"`
	Exhausted int    `json:"exhausted"`
	Delivered int    `json:"delivered,omitzero"` // and kept, as an event sink's are not
	Cancelled int    `json:"cancelled"`          // and kept
	// Oldest is when the first of the events occurred that are pending or leased.
	Oldest     time.Time `json:"oldest,omitzero"`
	DisabledAt time.Time `json:"disabledAt,omitzero"`
	Reason     string    `json:"reason,omitempty"` // why it is disabled
	// SucceededAt and FailedAt are when an attempt last did, to the second.
	SucceededAt time.Time `json:"succeededAt,omitzero"`
	FailedAt    time.Time `json:"failedAt,omitzero"`
}

// Status counts what is in the outbox. It reads an index of all deliveries that
// are kept.
func (a *Admin) Status(ctx context.Context) (status Status, err error) {
	err = a.queue.Read(ctx, func(ctx context.Context, tx *queue.Tx) error {
		now := a.queue.Now()
		status = Status{At: queue.Time(now)}
		if err := countEvents(ctx, tx, &status.Events); err != nil {
			return err
		}
		if err := countJobs(ctx, tx, now, &status.Jobs); err != nil {
			return err
		}
		queues := map[string]*QueueStatus{}
		for _, count := range []func(context.Context, *queue.Tx, map[string]*QueueStatus, int64) error{listQueues, countDeliveries, countUnfinished} {
			if err := count(ctx, tx, queues, now); err != nil {
				return err
			}
		}
		for _, name := range slices.Sorted(maps.Keys(queues)) {
			status.Queues = append(status.Queues, *queues[name])
		}
		return nil
	})
	return status, err
}

func countEvents(ctx context.Context, tx *queue.Tx, e *EventStatus) error {
	var oldest *int64
	_, err := tx.Row(ctx, `SELECT COUNT(*), MIN("occurred_at") FROM "authgen_event"`, nil, &e.Waiting, &oldest)
	e.Oldest = queue.TimeOrZero(oldest)
	return err
}

func countJobs(ctx context.Context, tx *queue.Tx, now int64, j *JobStatus) error {
	return tx.Query(ctx, func(row dialect.Row) error {
		var n, due, leased int
		var oldest int64
		if err := row.Scan(&due, &leased, &n, &oldest); err != nil {
			return err
		}
		switch {
		case leased == 1:
			j.Leased += n
		case due == 1:
			j.Due += n
		default:
			j.Waiting += n
		}
		if at := queue.Time(oldest); due == 1 && (j.Oldest.IsZero() || at.Before(j.Oldest)) {
			j.Oldest = at
		}
		return nil
	}, `SELECT "due", "leased", COUNT(*), MIN("due_at") FROM (SELECT "due_at", CASE WHEN "due_at" <= ? THEN 1 ELSE 0 END AS "due", CASE WHEN "leased_until" > ? THEN 1 ELSE 0 END AS "leased" FROM "authgen_job") AS "j" GROUP BY "due", "leased"`, now, now)
}

// queueOf returns the status of a queue, which may be one that nothing has gone
// to yet, or whose row is gone.
func queueOf(queues map[string]*QueueStatus, name string) *QueueStatus {
	q := queues[name]
	if q == nil {
		q = &QueueStatus{Name: name}
		queues[name] = q
	}
	return q
}

func listQueues(ctx context.Context, tx *queue.Tx, queues map[string]*QueueStatus, _ int64) error {
	return tx.Query(ctx, func(row dialect.Row) error {
		var name string
		var reason *string
		var disabled, succeeded, failed *int64
		if err := row.Scan(&name, &disabled, &reason, &succeeded, &failed); err != nil {
			return err
		}
		q := queueOf(queues, name)
		q.DisabledAt, q.SucceededAt, q.FailedAt = queue.TimeOrZero(disabled), queue.TimeOrZero(succeeded), queue.TimeOrZero(failed)
		if reason != nil && disabled != nil {
			q.Reason = *reason
		}
		return nil
	}, `SELECT "name", "disabled_at", "reason", "succeeded_at", "failed_at" FROM "authgen_endpoint"`)
}

func countDeliveries(ctx context.Context, tx *queue.Tx, queues map[string]*QueueStatus, _ int64) error {
	return tx.Query(ctx, func(row dialect.Row) error {
		var name string
		var state State
		var n int
		if err := row.Scan(&name, &state, &n); err != nil {
			return err
		}
		q := queueOf(queues, name)
		switch state {
		case StatePending:
			q.Pending = n
		case StateLeased:
			q.Leased = n
		case StateExhausted:
			q.Exhausted = n
		case StateDelivered:
			q.Delivered = n
		case StateCancelled:
			q.Cancelled = n
		}
		return nil
	}, `SELECT "endpoint", "state", COUNT(*) FROM "authgen_delivery" GROUP BY "endpoint", "state"`)
}

// countUnfinished adds what is not in the index, of those that are few.
func countUnfinished(ctx context.Context, tx *queue.Tx, queues map[string]*QueueStatus, now int64) error {
	for name, q := range queues {
		if q.Pending+q.Leased == 0 {
			continue
		}
		var oldest *int64
		// In one statement, as one that becomes leased meanwhile would be in no count.
		_, err := tx.Row(ctx, `SELECT COALESCE(SUM(CASE WHEN "state" = 'pending' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN "state" = 'leased' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN "state" = 'pending' AND "blocked_until" IS NULL AND COALESCE("due_at", 0) <= ? THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN "state" = 'pending' AND "attempts" > 0 THEN 1 ELSE 0 END), 0), MIN("occurred_at") FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" IN ('pending', 'leased')`,
			[]any{now, name}, &q.Pending, &q.Leased, &q.Due, &q.Retrying, &oldest)
		if err != nil {
			return err
		}
		q.Oldest = queue.TimeOrZero(oldest)
	}
	return nil
}
