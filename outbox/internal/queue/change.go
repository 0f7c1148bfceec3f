package queue

import (
	"context"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// Changes are what operators change.
type Changes struct{ db *DB }

// Changes returns what changes rows for operators.
func (d *DB) Changes() Changes { return Changes{d} }

// changeBatch is how many rows one transaction of an operator changes.
const changeBatch = 500

// A change is what is done to deliveries.
type change struct {
	set  string // of the UPDATE
	args []any
	ends bool // they are finished by it, and the next of their documents may follow
	and  string
}

// Replay makes deliveries of a queue pending and due that match a condition, as if they
// had never been attempted. It leaves out those that are pending and wait for something
// other than their time: blocked ones, and those for an event sink.
func (c Changes) Replay(ctx context.Context, queue string, matching func() *Conditions) (int, error) {
	now := c.db.Now()
	return c.each(ctx, queue, matching, change{
		set:  `"state" = 'pending', "attempts" = 0, "due_at" = CASE WHEN "due_at" IS NULL THEN NULL WHEN "due_at" = ? THEN "due_at" - 1 ELSE ? END, "leased_until" = 0, "finished_at" = NULL, "kept_at" = NULL, "status" = NULL, "error" = NULL`,
		args: []any{now, now}, and: `("state" <> 'pending' OR "due_at" IS NOT NULL AND "blocked_until" IS NULL)`,
	})
}

// Cancel finishes deliveries of a queue that match a condition.
func (c Changes) Cancel(ctx context.Context, queue string, matching func() *Conditions) (int, error) {
	return c.each(ctx, queue, matching, change{
		set:  `"state" = 'cancelled', "finished_at" = ?, "blocked_until" = NULL, "leased_until" = 0`,
		args: []any{c.db.Now()}, ends: true,
	})
}

// Remove removes events or jobs that match a condition.
func (c Changes) Remove(ctx context.Context, table string, matching func() *Conditions) (int, error) {
	var n int64
	err := c.db.Write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		where := matching()
		n, err = tx.Exec(ctx, `DELETE FROM "`+table+`"`+where.Where(), where.Args()...)
		return err
	})
	return int(n), err
}

// each changes the deliveries, one batch after the other, each in a transaction of its
// own.
func (c Changes) each(ctx context.Context, queue string, matching func() *Conditions, change change) (total int, err error) {
	last := ""
	for {
		changed, err := c.some(ctx, queue, matching(), last, change)
		if err != nil {
			return total, err
		}
		total += len(changed)
		if len(changed) < changeBatch {
			return total, nil
		}
		last = changed[len(changed)-1]
	}
}

// some changes one batch behind an event, and returns their events. What was changed
// does not come again, though a relay may bring it back meanwhile to a state that the
// condition lets through.
func (c Changes) some(ctx context.Context, queue string, where *Conditions, last string, change change) (ids sqltext.List[string], err error) {
	where.Add(`"event_id" > ?`, last)
	if change.and != "" {
		where.Add(change.and)
	}
	err = c.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		ids = nil
		documents := map[Document]bool{}
		err := tx.Query(ctx, func(row dialect.Row) error {
			var id string
			var of Document
			var blocked *int64
			if err := row.Scan(&id, &of.Table, &of.ID, &blocked); err != nil {
				return err
			}
			ids = append(ids, id)
			if blocked == nil { // what waits for a blocked one waits for another as well
				documents[of] = true
			}
			return nil
		}, `SELECT "event_id", "doc_table", "document_id", "blocked_until" FROM "authgen_delivery"`+where.Where()+` ORDER BY "event_id" LIMIT ?`+tx.words.ForUpdate, where.Args(changeBatch)...)
		if err != nil || len(ids) == 0 {
			return err
		}
		args := append(change.args[:len(change.args):len(change.args)], queue, ids)
		if _, err = tx.Exec(ctx, `UPDATE "authgen_delivery" SET `+change.set+` WHERE "endpoint" = ? AND "event_id" ?`, args...); err != nil || !change.ends {
			return err
		}
		return releaseBehind(ctx, tx, queue, documents, c.db.Now())
	})
	return ids, err
}

// releaseBehind makes the next delivery of each document due, after some were finished.
func releaseBehind(ctx context.Context, tx *Tx, endpoint string, documents map[Document]bool, now int64) error {
	some, err := hasBlocked(ctx, tx, endpoint)
	if err != nil || !some {
		return err
	}
	for of := range documents {
		if err := releaseNext(ctx, tx, endpoint, of, now); err != nil {
			return err
		}
	}
	return nil
}
