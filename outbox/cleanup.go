package outbox

import (
	"context"
	"time"

	"github.com/authgen/authgen/dialect"
)

const (
	// cleanEvery is how often the relay looks for what was kept long enough.
	cleanEvery = time.Minute
	// cleanBatch is how many rows one transaction of it looks at: few, as it must
	// hold up nobody.
	cleanBatch = 500
)

// cleanUp removes finished deliveries that were kept long enough, of every
// queue there ever was.
func (r *Relay) cleanUp(ctx context.Context) (time.Duration, error) {
	if err := r.lookForStrangers(ctx); err != nil {
		return 0, err
	}
	names, err := r.store.queues(ctx)
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		for more := true; more && ctx.Err() == nil; {
			if more, err = r.cleanQueue(ctx, name); err != nil {
				return 0, err
			}
		}
	}
	return cleanEvery, nil
}

// cleanQueue looks at one batch, and reports whether there may be another.
func (r *Relay) cleanQueue(ctx context.Context, name string) (bool, error) {
	now := r.store.now()
	before, forgotten := now-r.config.Keep.Milliseconds(), now-r.config.Remember.Milliseconds()
	old, err := r.store.old(ctx, name, before)
	if err != nil || !old {
		return false, err
	}
	ctx, done := r.store.trace(ctx, Span{Name: SpanCleanUp, Endpoint: name})
	seen, removed, err := r.store.clean(ctx, name, before, forgotten)
	done(SpanEnd{Entries: removed, Err: err})
	return seen == cleanBatch, err
}

// queues returns the names of all endpoints and event sinks that events ever
// went to.
func (s *Outbox) queues(ctx context.Context) (names []string, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) (err error) {
		names, err = tx.queueNames(ctx)
		return err
	})
	return names, err
}

// finished are the states of what clean-up looks at. Exhausted deliveries are the
// operator's to decide on.
var finished = []State{StateDelivered, StateCancelled}

// old reports whether there is something for clean to look at.
func (s *Outbox) old(ctx context.Context, name string, before int64) (there bool, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) error {
		for _, state := range finished {
			var one int
			found, err := tx.row(ctx, `SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = ? AND "due_at" <= ? ORDER BY "due_at" LIMIT 1`, []any{name, state, before}, &one)
			if there = there || found; err != nil {
				return err
			}
		}
		return nil
	})
	return there, err
}

// clean looks at the finished deliveries of a queue that have been so since
// before that time, a batch of each state, and removes them. It keeps what
// reconcile compares with: the last delivered of each document, unless that told
// of its end, or is so old that it is forgotten. What is kept is looked at again
// when it is that old once more.
func (s *Outbox) clean(ctx context.Context, name string, before, forgotten int64) (seen, removed int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *statements) error {
		seen, removed = 0, 0
		for _, state := range finished {
			keep, remove, err := tx.sift(ctx, name, state, before, forgotten)
			if err != nil {
				return err
			}
			seen = max(seen, len(keep)+len(remove))
			removed += len(remove)
			if len(remove) > 0 {
				if _, err := tx.exec(ctx, `DELETE FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ?`, name, remove); err != nil {
					return err
				}
			}
			if len(keep) > 0 {
				if _, err := tx.exec(ctx, `UPDATE "authgen_delivery" SET "due_at" = ? WHERE "endpoint" = ? AND "event_id" ?`, s.now(), name, keep); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return seen, removed, err
}

// sift locks a batch of finished deliveries and says which to keep. One that
// told of the end of a document goes last of that document's: without it, the
// one before would look as if the document were still there.
func (s *statements) sift(ctx context.Context, name string, state State, before, forgotten int64) (keep, remove list[string], err error) {
	const other = `EXISTS (SELECT 1 FROM "authgen_delivery" AS "o" WHERE "o"."endpoint" = "d"."endpoint" AND "o"."doc_table" = "d"."doc_table" AND "o"."document" = "d"."document" AND "o"."state" = 'delivered' AND "o"."sequence" `
	err = s.query(ctx, func(row dialect.Row) error {
		var id, operation string
		var finished int64
		var later, earlier bool
		if err := row.Scan(&id, &operation, &finished, &later, &earlier); err != nil {
			return err
		}
		last := !later && operation != "delete" && finished > forgotten
		if state == StateDelivered && (last || operation == "delete" && earlier) {
			keep = append(keep, id)
		} else {
			remove = append(remove, id)
		}
		return nil
	}, `SELECT "event_id", "operation", COALESCE("finished_at", 0), `+other+`> "d"."sequence"), `+other+`< "d"."sequence") FROM "authgen_delivery" AS "d" WHERE "endpoint" = ? AND "state" = ? AND "due_at" <= ? ORDER BY "due_at" LIMIT ?`+s.skipLocked(),
		name, state, before, cleanBatch)
	return keep, remove, err
}
