package queue

import (
	"context"
	"math"
	"time"

	"github.com/authgen/authgen/internal/sqltext"
)

// Of an ordered endpoint only the first unfinished delivery of each document may be
// attempted. A lease that comes upon another one blocks it: it is no longer among what
// is due, so that no lease looks at it again and again, however many there are. The
// transaction that finishes a delivery releases the next one of its document.
//
// To be blocked decides only where leases look. Whether a delivery is the first of its
// document is always asked when it is leased. So a delivery that is released too early
// costs one look. A delivery that nobody releases, for example because one process
// takes the endpoint for ordered and another does not, is released after lookAgain.
const (
	// blockedFrom is where the positions of blocked deliveries begin, behind those of
	// all that are due: the column's expression adds it to blocked_until.
	blockedFrom = int64(1) << 52
	// lookAgain is how long a delivery is blocked at most, before a lease asks again.
	lookAgain = 10 * time.Minute
)

// blockedUntil returns the blocked_until of a delivery that is blocked now.
func blockedUntil(now int64) int64 { return now + lookAgain.Milliseconds() }

// lastReleasable returns the last position of the blocked deliveries that may be
// released: of all of them if the endpoint is not ordered.
func (e Endpoint) lastReleasable(now int64) int64 {
	if e.Ordered {
		return blockedFrom + now
	}
	return math.MaxInt64
}

// block blocks deliveries that are locked.
func block(ctx context.Context, tx *Tx, endpoint string, ids sqltext.List[string], now int64) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `UPDATE "authgen_delivery" SET "blocked_until" = ? WHERE "endpoint" = ? AND "event_id" ?`, blockedUntil(now), endpoint, ids)
	return err
}

// release makes a batch of deliveries due that have been blocked for long enough, and
// returns how many.
func (e Endpoint) release(ctx context.Context, tx *Tx, now int64) (int, error) {
	ids, err := tx.Texts(ctx, `SELECT "event_id" FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "position" >= ? AND "position" <= ? ORDER BY "position" LIMIT ?`+tx.words.SkipLocked,
		e.Name, blockedFrom, e.lastReleasable(now), leaseBatch)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	_, err = tx.Exec(ctx, `UPDATE "authgen_delivery" SET "due_at" = ?, "blocked_until" = NULL WHERE "endpoint" = ? AND "event_id" ?`, now, e.Name, ids)
	return len(ids), err
}

// releaseNext makes the next delivery of a document due, after one was finished. It
// waits for a lease that is about to block it.
func releaseNext(ctx context.Context, tx *Tx, endpoint string, of Document, now int64) error {
	var id string
	var state State
	var blocked *int64
	query, args := tx.firstPending(endpoint, of)
	found, err := tx.Row(ctx, `SELECT "event_id", "state", "blocked_until" FROM "authgen_delivery" WHERE `+query+tx.words.ForUpdate, args, &id, &state, &blocked)
	if err != nil || !found || state != Pending || blocked == nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE "authgen_delivery" SET "due_at" = ?, "blocked_until" = NULL WHERE "endpoint" = ? AND "event_id" = ?`, now, endpoint, id)
	return err
}

// hasBlocked reports whether an endpoint has deliveries that are blocked.
func hasBlocked(ctx context.Context, tx *Tx, endpoint string) (bool, error) {
	var one int
	return tx.Row(ctx, `SELECT 1 FROM "authgen_delivery" WHERE "endpoint" = ? AND "state" = 'pending' AND "position" >= ? ORDER BY "position" LIMIT 1`, []any{endpoint, blockedFrom}, &one)
}
