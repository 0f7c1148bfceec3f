package queue

import (
	"context"
	"time"
)

// again is a new due_at, whose value is given twice, for an attempt that the engine has
// had already. It is never the old one, which would make it the same entry.
const again = `CASE WHEN "due_at" = ? THEN "due_at" - 1 ELSE ? END`

// An Attempt names one attempt of a delivery.
type Attempt struct {
	Endpoint string
	EventID  string
	Number   int
}

// Begin counts the attempt, and takes the lease for as long as it may last. It is not
// ok if the delivery is no longer at that attempt, or its endpoint is disabled.
func (d Deliveries) Begin(ctx context.Context, a Attempt, lease time.Duration) (e Event, ok bool, err error) {
	err = d.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		ok, e = false, Event{}
		var state State
		var attempts int
		var disabled *int64
		found, err := tx.Row(ctx, `SELECT `+DeliveryColumns+`, "state", "attempts", (SELECT "disabled_at" FROM "authgen_endpoint" WHERE "name" = "endpoint") FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" = ?`+tx.words.ForUpdate,
			[]any{a.Endpoint, a.EventID}, append(e.Fields(), &state, &attempts, &disabled)...)
		if err != nil || !found || (state != Pending && state != Leased) || attempts != a.Number-1 {
			return err
		}
		now := d.db.Now()
		if disabled != nil {
			_, err = tx.Exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'pending', "leased_until" = 0, "due_at" = `+again+` WHERE "endpoint" = ? AND "event_id" = ?`, now, now, a.Endpoint, a.EventID)
			return err
		}
		ok = true
		_, err = tx.Exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'leased', "attempts" = ?, "leased_until" = ? WHERE "endpoint" = ? AND "event_id" = ?`,
			a.Number, d.db.In(lease), a.Endpoint, a.EventID)
		return err
	})
	return e, ok && err == nil, err
}

// GiveBack makes a delivery due again after a while, as if the attempt had not been.
func (d Deliveries) GiveBack(ctx context.Context, a Attempt, after time.Duration) error {
	return d.db.WriteThrough(ctx, func(ctx context.Context, tx *Tx) error {
		due := d.db.In(after)
		_, err := tx.Exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'pending', "leased_until" = 0, "attempts" = ?, "due_at" = `+again+` WHERE "endpoint" = ? AND "event_id" = ? AND "state" = 'leased' AND "attempts" IN (?, ?)`,
			a.Number-1, due, due, a.Endpoint, a.EventID, a.Number-1, a.Number)
		return err
	})
}
