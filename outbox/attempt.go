package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

// An attempt names one attempt of a delivery: it is the body of its entry.
type attempt struct {
	Endpoint string `json:"endpoint"`
	Event    string `json:"event"`
	Attempt  int    `json:"attempt"`
}

// id returns the ID of the entry. It has the time at which the delivery was due
// in it, so that an attempt that was given up, or is made again after a replay,
// is not taken for one that the engine has had.
func (a attempt) id(dueAt int64) string {
	return a.Endpoint + "/" + a.Event + "/" + strconv.Itoa(a.Attempt) + "/" + strconv.FormatInt(dueAt, 10)
}

// anew is a new due_at, whose value is given twice, for an attempt that the
// engine has had already: never the old one, which would make it the same entry.
const anew = `CASE WHEN "due_at" = ? THEN "due_at" - 1 ELSE ? END`

// eventsOf returns the ids of the events of attempts.
func eventsOf(entries []Entry) list[string] {
	ids := make(list[string], len(entries))
	for i, e := range entries {
		var a attempt
		_ = json.Unmarshal(e.Body, &a) // written by claimable
		ids[i] = a.Event
	}
	return ids
}

const (
	// graceful is the default of WithGrace.
	graceful = 15 * time.Second
	// elsewhere is how long a delivery waits that came to a process which does
	// not know its endpoint, as others may.
	elsewhere = time.Minute
)

// An UnknownEndpointError is a delivery to an endpoint that this process does
// not have. It stays pending.
type UnknownEndpointError struct{ Endpoint string }

// Error names the endpoint and the fix.
func (e *UnknownEndpointError) Error() string {
	return fmt.Sprintf("outbox: there is no endpoint %q here; its deliveries wait: configure it, or cancel them", e.Endpoint)
}

// Attempt makes the attempt of a delivery that an engine was handed as an entry:
// it calls d once and stores the outcome, and returns nil whatever that is. An
// entry that comes late or twice, whose delivery is no longer at that attempt,
// is nil also, and nothing is done. That an engine of this package hands an entry
// over once is taken for granted: its attempts begin with their claim.
//
// An error says that nothing was attempted, or the outcome could not be stored;
// the delivery then becomes due again by itself, when its lease ends. A panic of
// d is an attempt that failed. If ctx ends during the attempt, and the endpoint
// has not taken the event, the attempt is not counted.
func (s *Outbox) Attempt(ctx context.Context, entry Entry, d Deliverer) error {
	var a attempt
	if err := json.Unmarshal(entry.Body, &a); err != nil || entry.Kind != KindDelivery {
		return fmt.Errorf("outbox: entry %q is no attempt of a delivery", entry.ID)
	}
	l, ok := limitsOf(d, a.Endpoint)
	if !ok {
		return errors.Join(&UnknownEndpointError{Endpoint: a.Endpoint}, s.giveBack(ctx, a, elsewhere))
	}
	delivery, ok, err := s.begun(ctx, entry, a, l)
	if err != nil || !ok {
		return err
	}
	stepCtx, done := s.trace(ctx, Span{Name: SpanAttempt, Endpoint: a.Endpoint, EventID: a.Event, Type: delivery.Type, Attempt: a.Attempt})
	outcome := s.deliver(stepCtx, d, l, delivery)
	if ctx.Err() != nil && outcome.Verdict != Delivered {
		err = s.giveBack(ctx, a, 0)
	} else {
		err = s.settle(ctx, delivery, l, outcome)
	}
	if err != nil {
		outcome = Outcome{Error: outcome.Error}
	}
	done(SpanEnd{Outcome: outcome, Err: err})
	s.wakeDeliveries()
	return err
}

func limitsOf(d Deliverer, endpoint string) (Limits, bool) {
	for _, l := range d.Limits() {
		if l.Endpoint == endpoint {
			return l, true
		}
	}
	return Limits{}, false
}

// deliver calls the deliverer. What it does not do right is an attempt that
// failed.
func (s *Outbox) deliver(ctx context.Context, d Deliverer, l Limits, delivery Delivery) (outcome Outcome) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout())
	defer cancel()
	err := safely(func() error {
		outcome = d.Deliver(ctx, delivery)
		if outcome.Verdict < Delivered || outcome.Verdict > DisableEndpoint {
			return errors.New("the deliverer returned no verdict")
		}
		return nil
	})
	if err != nil {
		s.log().LogAttrs(ctx, slog.LevelError, "outbox: an attempt to deliver went wrong", slog.String("endpoint", l.Endpoint), slog.String("event", delivery.EventID), slog.Any("error", err))
		outcome = Outcome{Verdict: Retry, Error: err.Error(), RetryAt: s.db.Now().Add(elsewhere)}
	}
	outcome.Error = shown(outcome.Error)
	return outcome
}

// begun returns what to deliver: of an attempt that has begun with its claim
// what was read there, unless its lease may end before it does, as where the
// claim has waited for long.
func (s *Outbox) begun(ctx context.Context, entry Entry, a attempt, l Limits) (d Delivery, ok bool, err error) {
	switch {
	case entry.begun == nil:
		return s.begin(ctx, a, l)
	case s.db.Now().Add(l.timeout()).After(entry.Until):
		err := s.giveBack(ctx, a, 0)
		s.wakeDeliveries()
		return Delivery{}, false, err
	}
	return *entry.begun, true, nil
}

// begin counts the attempt and takes the lease for as long as it may last. Not
// ok is a delivery that is no longer at that attempt, or whose endpoint is
// disabled.
func (s *Outbox) begin(ctx context.Context, a attempt, l Limits) (d Delivery, ok bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *statements) error {
		ok = false
		var state State
		var attempts int
		var disabled *int64
		var e eventRow
		found, err := tx.row(ctx, `SELECT `+deliveryColumns+`, "state", "attempts", (SELECT "disabled_at" FROM "authgen_endpoint" WHERE "name" = "endpoint") FROM "authgen_delivery" WHERE "endpoint" = ? AND "event_id" = ?`+tx.forUpdate(),
			[]any{a.Endpoint, a.Event}, append(e.fields(), &state, &attempts, &disabled)...)
		if err != nil || !found || (state != StatePending && state != StateLeased) || attempts != a.Attempt-1 {
			return err
		}
		now := s.now()
		if disabled != nil {
			_, err = tx.exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'pending', "leased_until" = 0, "due_at" = `+anew+` WHERE "endpoint" = ? AND "event_id" = ?`, now, now, a.Endpoint, a.Event)
			return err
		}
		d, ok = e.delivery(a), true
		_, err = tx.exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'leased', "attempts" = ?, "leased_until" = ? WHERE "endpoint" = ? AND "event_id" = ?`,
			a.Attempt, s.leaseEnd(l.timeout()+s.grace), a.Endpoint, a.Event)
		return err
	})
	return d, ok && err == nil, err
}

func (e *eventRow) delivery(a attempt) Delivery {
	return Delivery{
		Endpoint: a.Endpoint, Attempt: a.Attempt, EventID: e.id, Type: e.eventType, Table: e.table, DocumentID: e.document,
		Sequence: e.sequence, Operation: e.operation, OccurredAt: timeOf(e.occurredAt), Body: e.envelope(),
	}
}

// giveBack makes a delivery due again after a while, as if the attempt had not
// been.
func (s *Outbox) giveBack(ctx context.Context, a attempt, after time.Duration) error {
	ctx, cancel := settled(ctx)
	defer cancel()
	return s.write(ctx, func(ctx context.Context, tx *statements) error {
		due := s.leaseEnd(after)
		_, err := tx.exec(ctx, `UPDATE "authgen_delivery" SET "state" = 'pending', "leased_until" = 0, "attempts" = ?, "due_at" = `+anew+` WHERE "endpoint" = ? AND "event_id" = ? AND "state" = 'leased' AND "attempts" IN (?, ?)`,
			a.Attempt-1, due, due, a.Endpoint, a.Event, a.Attempt-1, a.Attempt)
		return err
	})
}
