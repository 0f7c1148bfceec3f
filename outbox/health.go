package outbox

import (
	"context"
	"log/slog"
)

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
func (s *Outbox) turned(endpoint string, works bool) bool {
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

// tell tells the log what an operator wants to know of an outcome.
func (s *Outbox) tell(ctx context.Context, e *ended) {
	turned := s.turned(e.Endpoint, e.Verdict == Delivered)
	switch attempt := []slog.Attr{slog.String("endpoint", e.Endpoint), slog.String("event", e.EventID), slog.String("type", e.Type), slog.Int("attempts", e.Attempt), slog.String("error", e.Error)}; {
	case e.disabled:
		s.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a webhook endpoint is disabled until it is enabled again", slog.String("endpoint", e.Endpoint), slog.String("reason", e.Error))
	case e.mine && e.Verdict == Exhausted:
		s.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a delivery is exhausted until it is replayed", attempt...)
	case turned && e.Verdict == Delivered:
		s.log().LogAttrs(ctx, slog.LevelInfo, "outbox: a webhook endpoint works again", slog.String("endpoint", e.Endpoint))
	case turned:
		s.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a webhook endpoint fails, and is tried again", attempt...)
	}
}
