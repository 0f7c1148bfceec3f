package outbox

import (
	"context"
	"log/slog"
	"sync"
)

// health is what the log was last told of each endpoint.
type health struct {
	mu   sync.Mutex
	told map[string]condition
}

type condition struct {
	failing bool
	since   int64
}

func newHealth() *health { return &health{told: map[string]condition{}} }

// warnInterval is how long the log is not told of a failure again, in milliseconds: an
// endpoint that takes every other event would fill it.
const warnInterval = 60_000

// turned reports whether the log is to be told that an endpoint has begun to fail, or
// works again.
func (h *health) turned(endpoint string, works bool, now int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	was := h.told[endpoint]
	if was.failing != works || !works && was.since != 0 && now < was.since+warnInterval && now >= was.since {
		return false
	}
	if works {
		h.told[endpoint] = condition{since: was.since}
	} else {
		h.told[endpoint] = condition{failing: true, since: now}
	}
	return true
}

// tell tells the log what an operator wants to know of an outcome that was stored.
func (o *Outbox) tell(ctx context.Context, d Delivery, outcome Outcome, mine, disabled bool) {
	turned := o.health.turned(d.Endpoint, outcome.Verdict == Delivered, o.queue.Now())
	switch attempt := []slog.Attr{slog.String("endpoint", d.Endpoint), slog.String("event", d.EventID), slog.String("type", d.Type), slog.Int("attempts", d.Attempt), slog.String("error", outcome.Error)}; {
	case disabled:
		o.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a webhook endpoint is disabled until it is enabled again", slog.String("endpoint", d.Endpoint), slog.String("reason", outcome.Error))
	case mine && outcome.Verdict == Exhausted:
		o.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a delivery is exhausted until it is replayed", attempt...)
	case turned && outcome.Verdict == Delivered:
		o.log().LogAttrs(ctx, slog.LevelInfo, "outbox: a webhook endpoint works again", slog.String("endpoint", d.Endpoint))
	case turned:
		o.log().LogAttrs(ctx, slog.LevelWarn, "outbox: a webhook endpoint fails, and is tried again", attempt...)
	}
}
