package outbox

import (
	"context"
	"log/slog"
)

// settle stores the outcome of an attempt, unless the delivery is no longer at
// that attempt: it took so long that it was taken for dead.
func (s *Store) settle(ctx context.Context, d Delivery, l Limits, o Outcome) error {
	ctx, cancel := settled(ctx)
	defer cancel()
	disabled, mine := false, false
	noted := s.notedLately(d.Endpoint, o)
	err := s.write(ctx, func(ctx context.Context, tx *statements) (err error) {
		now := s.now()
		// The endpoint first, as a claim does: the other way round the two could
		// wait for each other.
		if !noted {
			if disabled, err = tx.noteEndpoint(ctx, d.Endpoint, o, now); err != nil {
				return err
			}
		}
		mine, err = tx.settleDelivery(ctx, d, o, now)
		if err == nil && mine && l.Ordered && (o.Verdict == Delivered || o.Verdict == Park) {
			err = tx.releaseNext(ctx, d.Endpoint, document{d.Table, d.Document}, now)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !noted {
		s.noted(d.Endpoint, o)
	}
	s.tell(ctx, d, o, disabled, mine)
	return nil
}

// tell tells the log what an operator wants to know of an outcome.
func (s *Store) tell(ctx context.Context, d Delivery, o Outcome, disabled, mine bool) {
	turned := s.turned(d.Endpoint, o.Verdict == Delivered)
	switch attempt := []slog.Attr{slog.String("endpoint", d.Endpoint), slog.String("event", d.EventID), slog.String("type", d.Type), slog.Int("attempts", d.Attempt), slog.String("error", o.Error)}; {
	case disabled:
		s.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a webhook endpoint is disabled until it is enabled again", slog.String("endpoint", d.Endpoint), slog.String("reason", o.Error))
	case mine && o.Verdict == Park:
		s.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a delivery is parked until it is replayed", attempt...)
	case turned && o.Verdict == Delivered:
		s.log().LogAttrs(ctx, slog.LevelInfo, "outbox: a webhook endpoint works again", slog.String("endpoint", d.Endpoint))
	case turned:
		s.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a webhook endpoint fails, and is tried again", attempt...)
	}
}

// settleDelivery reports whether the delivery was still at its attempt. It may
// have been taken back already, as long as no other attempt has begun.
func (s *statements) settleDelivery(ctx context.Context, d Delivery, o Outcome, now int64) (bool, error) {
	state, due, finished := StatePending, now, any(nil)
	switch o.Verdict {
	case Delivered:
		state, finished = StateDelivered, now
	case Park:
		state, finished = StateParked, now
	case Again:
		due = o.Due.UnixMilli()
	}
	n, err := s.exec(ctx, `UPDATE "authgen_delivery" SET "state" = ?, "due_at" = ?, "finished_at" = ?, "leased_until" = 0, "status" = ?, "error" = ? WHERE "endpoint" = ? AND "event_id" = ? AND "state" IN ('leased', 'pending') AND "attempts" = ?`,
		state, due, finished, nonZero(o.Status), nonZero(o.Error), d.Endpoint, d.EventID, d.Attempt)
	return n > 0, err
}

// nonZero returns v, or nil for null if it is zero.
func nonZero[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// noteGrain is how exactly the last success and failure of an endpoint are
// stored, in milliseconds: not every attempt must write to the one row.
const noteGrain = 1000

// A note is what an outcome says of an endpoint.
type note struct {
	endpoint string
	success  bool
}

// notedLately reports whether this store has just stored the same of the
// endpoint, so that it need not again.
func (s *Store) notedLately(endpoint string, o Outcome) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.notes[note{endpoint, o.Verdict == Delivered}]
	return ok && o.Verdict != Disable && s.now() < at+noteGrain && s.now() >= at
}

func (s *Store) noted(endpoint string, o Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes[note{endpoint, o.Verdict == Delivered}] = s.now()
}

// noteEndpoint stores what an outcome says of the endpoint, and reports whether
// it is disabled by it.
func (s *statements) noteEndpoint(ctx context.Context, name string, o Outcome, now int64) (disabled bool, err error) {
	column := `"failed_at"`
	if o.Verdict == Delivered {
		column = `"succeeded_at"`
	}
	if _, err := s.exec(ctx, `UPDATE "authgen_endpoint" SET `+column+` = ? WHERE "name" = ? AND (`+column+` IS NULL OR `+column+` <= ?)`, now, name, now-noteGrain); err != nil {
		return false, err
	}
	if o.Verdict != Disable {
		return false, nil
	}
	n, err := s.exec(ctx, `UPDATE "authgen_endpoint" SET "disabled_at" = ?, "reason" = ? WHERE "name" = ? AND "disabled_at" IS NULL`, now, o.Error, name)
	return n > 0, err
}

// A health is what the log was last told of an endpoint.
type health struct {
	failing bool
	since   int64
}

// warnGrain is how long after the last the log is told of a failure again, in
// milliseconds: an endpoint that takes every other event would fill it.
const warnGrain = 60_000

// turned reports whether the log is to be told that an endpoint has begun to
// fail, or works again.
func (s *Store) turned(endpoint string, works bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was, now := s.health[endpoint], s.now()
	if was.failing != works || !works && was.since != 0 && now < was.since+warnGrain && now >= was.since {
		return false
	}
	if works {
		s.health[endpoint] = health{since: was.since}
	} else {
		s.health[endpoint] = health{failing: true, since: now}
	}
	return true
}
