package faults

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// An application is killed between the COMMIT of a transaction and the hand-over
// of what it left, and around both.
func TestApplicationKilled(t *testing.T) {
	const told, commits = "committed INSERT authgen_job", "COMMIT INSERT authgen_job"
	everywhere(t, func(t *testing.T, s *site) {
		for n, c := range []struct {
			name  string
			at    []string
			relay bool // it has one
			more  int  // how many transactions are committed that nobody was told of
		}{
			{name: "in the middle of a transaction", at: []string{"in a transaction"}},
			{name: "about to commit", at: []string{told, told, commits}},
			{name: "committed, and not told so", at: []string{told, told, told}, more: 1},
			{name: "a fan-out is about to begin", at: []string{"fan-out"}, relay: true},
			{name: "a fan-out is open", at: []string{"INSERT authgen_delivery"}, relay: true},
			{name: "a fan-out is about to be committed", at: []string{"COMMIT DELETE authgen_event"}, relay: true},
		} {
			s.fresh(t, n, c.name, func(t *testing.T, s *site) {
				app := s.stopped(order{Role: "application", At: c.at, Units: 5, Relay: c.relay})
				app.kill()
				status, err := s.admin.Status(t.Context())
				must(t, err)
				if status.Events.Waiting == 0 || len(s.came(deliveries, app)) > 0 {
					t.Errorf("%d events wait, so it was not killed where it was to be", status.Events.Waiting)
				}
				n, desks := s.acknowledged(app), len(s.committed())
				if desks < n || !c.relay && desks != n+c.more {
					t.Errorf("%d transactions are committed, %d were acknowledged", desks, n)
				}
				s.finish()
				s.check(app)
			})
		}
	})
}

// application is the role of a process that writes, and may have a relay of its
// own. It ends in the middle of a transaction.
func application(ctx context.Context, o order, p *program) error {
	var relay sync.WaitGroup
	defer relay.Wait()
	if o.Relay {
		relay.Go(func() { _ = p.relay(ctx, o) })
	}
	for range o.Units {
		v, err := p.one(ctx, halfUndone)
		if err != nil {
			return err
		}
		p.tell("committed", arrival{visit: v})
		if _, err := p.one(ctx, undone); !errors.Is(err, errUndone) {
			return err
		}
	}
	if o.Relay { // on SQLite it could not go on beside an open transaction
		<-ctx.Done()
		return nil
	}
	return p.db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		for range 600 { // of which 500 are sent ahead of the commit
			if _, err := openDesk(ctx, tx, "never"); err != nil {
				return err
			}
		}
		p.gate.here("in a transaction")
		<-ctx.Done()
		return ctx.Err()
	})
}

var errUndone = errors.New("undone on purpose")

// undone opens a desk in a transaction that fails.
func undone(ctx context.Context, tx *auth.Tx) (visit, error) {
	if _, err := openDesk(ctx, tx, "never"); err != nil {
		return visit{}, err
	}
	return visit{}, errUndone
}

// halfUndone opens a desk and visits it, and in between it opens another and
// changes its mind.
func halfUndone(ctx context.Context, tx *auth.Tx) (visit, error) {
	v, err := openDesk(ctx, tx, "application")
	if err != nil {
		return visit{}, err
	}
	err = tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		_, err := undone(ctx, tx)
		return err
	})
	if !errors.Is(err, errUndone) {
		return visit{}, err
	}
	return visitDesk(ctx, tx, v.desk)
}
