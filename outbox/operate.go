package outbox

import (
	"context"
	"fmt"
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// operateBatch is how many rows one transaction of an operator's changes.
const operateBatch = 500

// Replay makes deliveries pending again that match the filter, due now, as if
// they had never been attempted, and returns how many. The filter's States may
// be exhausted, delivered, cancelled and pending; none is exhausted. What is pending
// only because an earlier event of its document is not finished stays so, as does
// what an event sink is to take.
func (s *Outbox) Replay(ctx context.Context, f Filter) (int, error) {
	if f.kind() != KindDelivery {
		return 0, fmt.Errorf("outbox: only deliveries can be replayed, not records of kind %v", f.Kind)
	}
	if err := f.states(StateExhausted, StateDelivered, StateCancelled, StatePending); err != nil {
		return 0, fmt.Errorf("outbox: cannot replay: %w", err)
	}
	now := s.now()
	n, err := s.changeDeliveries(ctx, f, change{set: `"state" = 'pending', "attempts" = 0, "due_at" = ` + anew + `, "leased_until" = 0, "finished_at" = NULL, "status" = NULL, "error" = NULL`, args: []any{now, now}, timed: true})
	s.wakeDeliveries()
	return n, err
}

// Cancel gives up what matches the filter, and returns how much that is: events
// and jobs are removed; deliveries stay for a while, and can be replayed. Of
// deliveries, the filter's States may be pending, leased and exhausted; none is
// exhausted. An attempt that is under way is not stopped.
func (s *Outbox) Cancel(ctx context.Context, f Filter) (int, error) {
	if err := f.check(); err != nil {
		return 0, err
	}
	switch f.kind() {
	case KindEvent:
		return s.remove(ctx, f, "authgen_event")
	case KindJob:
		return s.remove(ctx, f, "authgen_job")
	}
	if err := f.states(StateExhausted, StatePending, StateLeased); err != nil {
		return 0, fmt.Errorf("outbox: cannot cancel: %w", err)
	}
	now := s.now()
	n, err := s.changeDeliveries(ctx, f, change{set: `"state" = 'cancelled', "due_at" = ?, "finished_at" = ?, "leased_until" = 0`, args: []any{now, now}, ends: true})
	s.wakeDeliveries()
	return n, err
}

// states sets the filter's states if it has none, to the first of those that may
// be, and refuses others.
func (f *Filter) states(may ...State) error {
	if len(f.States) == 0 {
		f.States = may[:1]
	}
	for _, state := range f.States {
		if !slices.Contains(may, state) {
			return fmt.Errorf("what is %s stays as it is: the states may be %q", state, may)
		}
	}
	return nil
}

// remove deletes events or jobs. A job that the engine has already is not there
// any more.
func (s *Outbox) remove(ctx context.Context, f Filter, table string) (int, error) {
	if f.ID == "" && f.Type == "" && f.Table == "" && f.DocumentID == "" {
		return 0, fmt.Errorf("outbox: cannot cancel every %v: name an id, a type, a table or a document", f.Kind)
	}
	var n int64
	err := s.write(ctx, func(ctx context.Context, tx *statements) (err error) {
		where := f.of("")
		n, err = tx.exec(ctx, `DELETE FROM "`+table+`"`+where.where(), where.args...)
		return err
	})
	return int(n), err
}

// A change is what an operator does to deliveries.
type change struct {
	set  string // of the UPDATE
	args []any
	ends bool // they are finished by it, and the next of their documents may follow
	// timed leaves out those whose due_at is no time.
	timed bool
}

// changeDeliveries changes the deliveries that match the filter, a batch after
// the other, each in a transaction of its own.
func (s *Outbox) changeDeliveries(ctx context.Context, f Filter, c change) (int, error) {
	names, err := s.queues(ctx)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, name := range names {
		last := ""
		for more := f.in(name); more; {
			changed, err := s.changeSome(ctx, f, name, last, c)
			if err != nil {
				return total, err
			}
			total += len(changed)
			if more = len(changed) == operateBatch; more {
				last = changed[len(changed)-1]
			}
		}
	}
	return total, nil
}

// changeSome changes one batch behind an event, and returns their events. What
// was changed does not come again, though a relay may bring it back meanwhile to
// a state that the filter lets through.
func (s *Outbox) changeSome(ctx context.Context, f Filter, queue, last string, c change) (ids list[string], err error) {
	err = s.write(ctx, func(ctx context.Context, tx *statements) error {
		ids = nil
		documents := map[document]bool{}
		where := f.of(queue)
		where.add(`"event_id" > ?`, last)
		if c.timed {
			where.add(`"due_at" < ? AND "due_at" <> "sequence"`, held)
		}
		err := tx.query(ctx, func(row dialect.Row) error {
			var id string
			var of document
			var due int64
			if err := row.Scan(&id, &of.table, &of.id, &due); err != nil {
				return err
			}
			ids = append(ids, id)
			if due < held { // else none waits for it that does not wait for another as well
				documents[of] = true
			}
			return nil
		}, `SELECT "event_id", "doc_table", "document", "due_at" FROM "authgen_delivery"`+where.where()+` ORDER BY "event_id" LIMIT ?`+tx.forUpdate(), append(where.args, operateBatch)...)
		if err != nil || len(ids) == 0 {
			return err
		}
		if _, err = tx.exec(ctx, `UPDATE "authgen_delivery" SET `+c.set+` WHERE "endpoint" = ? AND "event_id" ?`, append(slices.Clone(c.args), queue, ids)...); err != nil || !c.ends {
			return err
		}
		return tx.releaseBehind(ctx, queue, documents, s.now())
	})
	return ids, err
}

// releaseBehind makes the next delivery of each document due, after some were
// finished.
func (s *statements) releaseBehind(ctx context.Context, endpoint string, documents map[document]bool, now int64) error {
	some, err := s.holds(ctx, endpoint)
	if err != nil || !some {
		return err
	}
	for of := range documents {
		if err := s.releaseNext(ctx, endpoint, of, now); err != nil {
			return err
		}
	}
	return nil
}

// Enable lets an endpoint that was disabled have deliveries again, those that
// have waited first. If there is no such endpoint, the error is
// [authgen.ErrNotFound].
func (s *Outbox) Enable(ctx context.Context, endpoint string) error {
	err := s.write(ctx, func(ctx context.Context, tx *statements) error {
		n, err := tx.exec(ctx, `UPDATE "authgen_endpoint" SET "disabled_at" = NULL, "reason" = NULL WHERE "name" = ?`, endpoint)
		if err == nil && n == 0 {
			err = fmt.Errorf("outbox: no event ever went to an endpoint %q: %w", endpoint, authgen.ErrNotFound)
		}
		return err
	})
	s.wakeDeliveries()
	return err
}

// Disable lets an endpoint have no more deliveries until it is enabled, as if it
// had answered 410. They stay pending. An event sink can be disabled as well.
func (s *Outbox) Disable(ctx context.Context, endpoint, reason string) error {
	return s.write(ctx, func(ctx context.Context, tx *statements) error {
		if _, err := tx.exec(ctx, `INSERT INTO "authgen_endpoint" ("name") VALUES (?)`+tx.unlessThere("authgen_endpoint", "name"), endpoint); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `UPDATE "authgen_endpoint" SET "disabled_at" = ?, "reason" = ? WHERE "name" = ? AND "disabled_at" IS NULL`, s.now(), shown(reason), endpoint)
		return err
	})
}
