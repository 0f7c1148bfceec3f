package outbox

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// A handOver is one hand-over of entries to a sink.
type handOver struct {
	sink  Sink
	name  string // of the sink, for the observer
	due   []Entry
	ack   *Ack // what a Transactional sink runs; nil: nothing is removed
	lease time.Duration
}

// handOver hands entries to a sink and returns those that it took. A panic of the sink
// is its error. ErrLeaseLost is not an error here: another relay has the entries now.
func (o *Outbox) handOver(ctx context.Context, h handOver) (taken []Entry, removed bool, err error) {
	// The lease began a moment ago, and there must be time left to store what the sink
	// has taken.
	ctx, cancel := context.WithTimeout(ctx, h.lease*9/10)
	defer cancel()
	ctx, done := o.trace(ctx, Span{Name: SpanHandOver, Sink: h.name, Kind: h.due[0].Kind, Entries: len(h.due), Endpoint: h.due[0].Endpoint})
	sink, within := h.sink.(Transactional)
	within = within && h.ack != nil
	err = safely(func() error {
		if within {
			return sink.SendTx(ctx, h.due, *h.ack)
		}
		return h.sink.Send(ctx, h.due)
	})
	var partial *PartialError
	switch {
	case err == nil:
		taken, removed = h.due, within
	case errors.Is(err, ErrLeaseLost):
		o.log().LogAttrs(ctx, slog.LevelDebug, "outbox: entries were handed over by another relay", slog.String("sink", h.name))
	case errors.As(err, &partial) && !within:
		taken = without(h.due, partial.IDs)
	}
	done(SpanEnd{Entries: len(taken), Err: err})
	if errors.Is(err, ErrLeaseLost) {
		err = nil
	}
	return taken, removed, err
}

// without returns the entries whose ids are not among ids.
func without(entries []Entry, ids []string) []Entry {
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	var rest []Entry
	for _, e := range entries {
		if !out[e.ID] {
			rest = append(rest, e)
		}
	}
	return rest
}

// idsOf returns the ids of entries.
func idsOf(entries []Entry) []string {
	ids := make([]string, len(entries))
	for i := range entries {
		ids[i] = entries[i].ID
	}
	return ids
}

// halved and doubled are how large the next batch is after one of which nothing
// was taken, and after others. An entry that makes the sink refuse its whole
// batch ends up alone. If that is refused too, it is a full batch again, for sinks
// that take the others of it.
func halved(batch, limit int) int {
	if batch <= 1 {
		return limit
	}
	return batch / 2
}

func doubled(batch, limit int) int { return min(batch*2, limit) }
