package outbox

import (
	"context"
	"log/slog"

	"github.com/authgen/authgen/dialect"
)

// lookForStrangers tells the log, once of each, of destinations that other relays
// have had deliveries for lately and this one does not know: those events that
// this one fans out go past them.
func (r *Relay) lookForStrangers(ctx context.Context) error {
	known, ok := r.known()
	if !ok {
		return nil
	}
	names, err := r.store.livelySince(ctx, r.store.now()-2*cleanEvery.Milliseconds())
	if err != nil {
		return err
	}
	for _, name := range names {
		if !known[name] && !r.strangers[name] {
			r.strangers[name] = true
			r.store.log().LogAttrs(ctx, slog.LevelWarn, "outbox: another relay on this database has a destination that this one lacks, whose events go past it: give all relays the same Events and Router", slog.String("destination", name))
		}
	}
	return nil
}

// known returns the names of all destinations. It is not ok if this relay does
// not fan out, or its FanOut does not tell them.
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

// livelySince returns the names of the queues of which something was attempted
// since then.
func (s *Outbox) livelySince(ctx context.Context, since int64) (names []string, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) error {
		names = nil
		return tx.query(ctx, func(row dialect.Row) error {
			var name string
			err := row.Scan(&name)
			names = append(names, name)
			return err
		}, `SELECT "name" FROM "authgen_endpoint" WHERE "disabled_at" IS NULL AND ("succeeded_at" > ? OR "failed_at" > ?) ORDER BY "name"`, since, since)
	})
	return names, err
}
