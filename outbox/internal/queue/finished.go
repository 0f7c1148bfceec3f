package queue

import (
	"context"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// Finished removes the deliveries of a queue that were kept long enough.
type Finished struct {
	db   *DB
	name string
}

// Finished returns what removes the finished deliveries of a queue.
func (d *DB) Finished(name string) Finished { return Finished{d, name} }

// removeBatch is how many rows of a state one transaction looks at: few, as it must not
// hold up others.
const removeBatch = 500

// finishedStates are the states of what is removed in time. What to do with exhausted
// deliveries, the operator decides.
var finishedStates = []State{Delivered, Cancelled}

// Old reports whether there are deliveries that have been finished, or kept, since
// before a time.
func (f Finished) Old(ctx context.Context, before int64) (there bool, err error) {
	err = f.db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		for _, state := range finishedStates {
			var one int
			found, err := tx.Row(ctx, `SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = ? AND "position" <= ? ORDER BY "position" LIMIT 1`, []any{f.name, state, before}, &one)
			if there = there || found; err != nil {
				return err
			}
		}
		return nil
	})
	return there, err
}

// Remove looks at the deliveries that Old tells of, a batch of each state, and removes
// them. It keeps what reconcile compares with: the last delivery of each document,
// unless that told that the document was deleted, or was finished before forgotten.
// What is kept is looked at again when it is that old once more. There may be more if
// a batch was full.
func (f Finished) Remove(ctx context.Context, before, forgotten int64) (removed int, more bool, err error) {
	err = f.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		removed, more = 0, false
		for _, state := range finishedStates {
			keep, remove, err := f.sift(ctx, tx, state, before, forgotten)
			if err != nil {
				return err
			}
			more = more || len(keep)+len(remove) == removeBatch
			removed += len(remove)
			if len(remove) > 0 {
				if _, err := tx.Exec(ctx, `DELETE FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" ?`, f.name, remove); err != nil {
					return err
				}
			}
			if len(keep) > 0 {
				if _, err := tx.Exec(ctx, `UPDATE "authgen_delivery" SET "kept_at" = ? WHERE "endpoint" = ? AND "event_id" ?`, f.db.Now(), f.name, keep); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return removed, more, err
}

// sift locks a batch of finished deliveries and says which to keep. The delivery that
// told that a document was deleted is the last of that document's to be removed:
// without it, the one before would look as if the document were still there.
func (f Finished) sift(ctx context.Context, tx *Tx, state State, before, forgotten int64) (keep, remove sqltext.List[string], err error) {
	const other = `EXISTS (SELECT 1 FROM "authgen_delivery" AS "o" WHERE "o"."endpoint" = "d"."endpoint" AND "o"."doc_table" = "d"."doc_table" AND "o"."document_id" = "d"."document_id" AND "o"."state" = 'delivered' AND "o"."sequence" `
	err = tx.Query(ctx, func(row dialect.Row) error {
		var id, operation string
		var finished int64
		var later, earlier bool
		if err := row.Scan(&id, &operation, &finished, &later, &earlier); err != nil {
			return err
		}
		last := !later && operation != "delete" && finished > forgotten
		if state == Delivered && (last || operation == "delete" && earlier) {
			keep = append(keep, id)
		} else {
			remove = append(remove, id)
		}
		return nil
	}, `SELECT "event_id", "operation", COALESCE("finished_at", 0), `+other+`> "d"."sequence"), `+other+`< "d"."sequence") FROM "authgen_delivery" AS "d" WHERE "endpoint" = ? AND "state" = ? AND "position" <= ? ORDER BY "position" LIMIT ?`+tx.words.SkipLocked,
		f.name, state, before, removeBatch)
	return keep, remove, err
}
