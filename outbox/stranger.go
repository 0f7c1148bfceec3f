package outbox

import (
	"context"
	"log/slog"
)

// lookForStrangers tells the log, once for each, of destinations that other relays have
// had deliveries for lately and this one does not know: the events that this relay fans
// out go past them.
func (r *Relay) lookForStrangers(ctx context.Context) error {
	known, ok := r.known()
	if !ok {
		return nil
	}
	names, err := r.outbox.queue.Endpoints().UsedSince(ctx, r.outbox.queue.Now()-2*cleanEvery.Milliseconds())
	if err != nil {
		return err
	}
	for _, name := range names {
		if !known[name] && !r.strangers[name] {
			r.strangers[name] = true
			r.outbox.log().LogAttrs(ctx, slog.LevelWarn, "outbox: another relay on this database has a destination that this one lacks, whose events go past it: give all relays the same Events and Router", slog.String("destination", name))
		}
	}
	return nil
}

// known returns the names of all destinations. It is not ok if this relay does
// not fan out, or its Router does not tell them.
func (r *Relay) known() (names map[string]bool, ok bool) {
	if len(r.config.Events) == 0 && r.config.Router == nil {
		return nil, false
	}
	names = map[string]bool{}
	for name := range r.config.Events {
		names[name] = true
	}
	if r.config.Router == nil {
		return names, true
	}
	teller, ok := r.config.Router.(interface{ Limits() []Limits })
	if ok {
		for _, l := range teller.Limits() {
			names[l.Endpoint] = true
		}
	}
	return names, ok
}
