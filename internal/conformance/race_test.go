package conformance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// racers is how many goroutines want the same thing.
const racers = 64

// race has all of them do something at once, and returns how many won it. What
// the others get must be none.
func (e *env) race(none error, do func(i int) (bool, error)) int {
	e.Helper()
	e.raw.Pool.SetMaxOpenConns(24) // servers take no more than a hundred
	defer e.raw.Pool.SetMaxOpenConns(0)
	var won atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range racers {
		wg.Go(func() {
			<-start
			ok, err := do(i)
			switch {
			case err == nil && ok:
				won.Add(1)
			case !errors.Is(err, none):
				e.Errorf("racer %d: %v, want %v", i, err, none)
			}
		})
	}
	close(start)
	wg.Wait()
	return int(won.Load())
}

// one fails the test unless there was one winner, and one firing of a trigger.
func (e *env) one(what string, winners int, fired *atomic.Int64) {
	e.Helper()
	if n := fired.Swap(0); winners != 1 || n != 1 {
		e.Errorf("%s: %d winners, %d firings", what, winners, n)
	}
}

var raceCases = []testCase{
	{"D1 of 64 deletes one wins, and fires once", func(t *testing.T, e *env) {
		var fired atomic.Int64
		e.tr.User.OnDelete = func(context.Context, *auth.Tx, auth.User) error { fired.Add(1); return nil }
		u := e.user("ada")
		e.one("Delete", e.race(auth.ErrNotFound, func(int) (bool, error) { return true, e.db.User.Delete(e.ctx, u.ID) }), &fired)
		u = e.user("bob")
		e.one("DeleteReturning", e.race(auth.ErrNotFound, func(int) (bool, error) {
			got, err := e.db.User.DeleteReturning(e.ctx, u.ID)
			return got.Name == "bob", err
		}), &fired)
		e.user("cid")
		e.one("DeleteMany", e.race(nil, func(int) (bool, error) {
			n, err := e.db.User.DeleteMany(e.ctx, auth.UserCols.Name.Eq("cid"))
			return n == 1, err
		}), &fired)
		e.count("user", 0)
	}},
	{"of 64 calls of ConsumeOne one gets the row, and fires once", func(t *testing.T, e *env) {
		var fired atomic.Int64
		e.tr.User.OnDelete = func(context.Context, *auth.Tx, auth.User) error { fired.Add(1); return nil }
		u := e.user("ada")
		_, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: u.ID, ExpiresAt: e.now})
		e.must(err)
		fired.Add(1) // sessions have no triggers
		e.one("session", e.race(nil, func(int) (bool, error) {
			_, ok, err := e.db.Session.ConsumeOne(e.ctx, auth.SessionCols.Token.Eq(auth.NewSecret("t")))
			return ok, err
		}), &fired)
		e.one("user", e.race(nil, func(int) (bool, error) {
			_, ok, err := e.db.User.ConsumeOne(e.ctx, auth.UserCols.Email.Eq("ada@example.com"))
			return ok, err
		}), &fired)
		e.users(racers) // enough for all: each gets one of its own
		seen := sync.Map{}
		if n := e.race(nil, func(int) (bool, error) {
			u, ok, err := e.db.User.ConsumeOne(e.ctx, auth.UserCols.Visits.Eq(0))
			if _, twice := seen.LoadOrStore(u.ID, true); ok && twice {
				t.Errorf("user %s was given out twice", u.ID)
			}
			return ok, err
		}); n != racers {
			t.Errorf("%d of %d got a user", n, racers)
		}
		e.count("user", 0)
	}},
	{"of 64 calls of IncrementOne one passes the guard, and fires once", func(t *testing.T, e *env) {
		var fired atomic.Int64
		e.tr.User.OnUpdate = func(context.Context, *auth.Tx, auth.UserChange) error { fired.Add(1); return nil }
		u := e.user("ada")
		e.one("user", e.race(nil, func(int) (bool, error) {
			guard := auth.And(auth.UserCols.ID.Eq(u.ID), auth.UserCols.Visits.Lt(1))
			_, ok, err := e.db.User.IncrementOne(e.ctx, guard, auth.UserDelta{Visits: 1}, auth.UserPatch{})
			return ok, err
		}), &fired)
		c, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "c"})
		e.must(err)
		fired.Add(1) // counters have no triggers for it
		e.one("counter", e.race(nil, func(int) (bool, error) {
			guard := auth.And(auth.CounterCols.Label.Eq("c"), auth.CounterCols.Hits.Lt(1))
			_, ok, err := e.db.Counter.IncrementOne(e.ctx, guard, auth.CounterDelta{Hits: 1}, auth.CounterPatch{})
			return ok, err
		}), &fired)
		if n := e.race(nil, func(int) (bool, error) {
			_, ok, err := e.db.Counter.IncrementOne(e.ctx, auth.CounterCols.ID.Eq(c.ID), auth.CounterDelta{Hits: 1}, auth.CounterPatch{})
			return ok, err
		}); n != racers {
			t.Errorf("%d of %d incremented", n, racers)
		}
		c, err = e.db.Counter.Get(e.ctx, c.ID)
		e.must(err)
		if c.Hits != racers+1 {
			t.Errorf("%d of %d increments are stored", c.Hits, racers+1)
		}
	}},
	{"of 64 creates of one unique value one wins, and fires once", func(t *testing.T, e *env) {
		var fired atomic.Int64
		e.tr.User.OnCreate = func(context.Context, *auth.Tx, auth.User) error { fired.Add(1); return nil }
		e.one("user", e.race(auth.ErrUnique, func(i int) (bool, error) {
			_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: fmt.Sprint(i), Email: "same"})
			return true, err
		}), &fired)
		e.count("user", 1)
		u := e.user("ada")
		fired.Store(1) // sessions have no triggers
		e.one("session", e.race(auth.ErrUnique, func(int) (bool, error) {
			_, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("same"), UserID: u.ID, ExpiresAt: e.now})
			return true, err
		}), &fired)
		e.count("session", 1)
	}},
	{"U5 true serialization failures are retried to success", func(t *testing.T, e *env) {
		if e.raw.Dialect.SingleWriter() {
			t.Skip("there is one writer at a time, so that none fails")
		}
		a, b := e.user("a"), e.user("b")
		m := newMeeting()
		e.collisions(2, func(ctx context.Context, tx *auth.Tx, first bool) error {
			mine, other := a.ID, b.ID
			if !first {
				mine, other = other, mine
			}
			u, err := tx.User.Get(ctx, other)
			if err != nil {
				return err
			}
			m.meet()
			_, err = tx.User.Update(ctx, mine, auth.UserPatch{Visits: auth.Set(u.Visits + 1)})
			return err
		}, auth.Serializable)
		a, b = e.again(a), e.again(b)
		if a.Visits+b.Visits != 3 || a.Visits*b.Visits != 2 {
			t.Errorf("visits are %d and %d, which no order of the two gives", a.Visits, b.Visits)
		}
	}},
	{"U5 true deadlocks are retried to success", func(t *testing.T, e *env) {
		if e.raw.Dialect.SingleWriter() {
			t.Skip("there is one writer at a time, so that none waits for another's row")
		}
		a, b := e.user("a"), e.user("b")
		m := newMeeting()
		e.collisions(4, func(ctx context.Context, tx *auth.Tx, first bool) error {
			order := []auth.UserID{a.ID, b.ID}
			if !first {
				order = []auth.UserID{b.ID, a.ID}
			}
			for _, id := range order {
				if _, _, err := tx.User.IncrementOne(ctx, auth.UserCols.ID.Eq(id), auth.UserDelta{Visits: 1}, auth.UserPatch{}); err != nil {
					return err
				}
				m.meet()
			}
			return nil
		})
		a, b = e.again(a), e.again(b)
		if a.Visits != 2 || b.Visits != 2 {
			t.Errorf("visits are %d and %d, want 2 and 2", a.Visits, b.Visits)
		}
	}},
	{"U5 a lock timeout, which may undo one statement only, runs the whole unit again", func(t *testing.T, e *env) {
		patience := by(e, "", "SET LOCAL lock_timeout = '300ms'", "SET SESSION innodb_lock_wait_timeout = 1")
		if patience == "" {
			t.Skip("rows are not locked")
		}
		e.altered = true // the session keeps the setting
		u := e.user("ada")
		holder, err := e.raw.Pool.BeginTx(e.ctx, nil)
		e.must(err)
		_, err = holder.ExecContext(e.ctx, e.sql(`UPDATE "user" SET visits = 10`))
		e.must(err)
		runs := 0
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			if runs++; runs == 2 {
				e.must(holder.Commit())
			}
			if _, err := tx.SQL().ExecContext(ctx, patience); err != nil {
				return err
			}
			if err := write(ctx, tx, "n"); err != nil {
				return err
			}
			_, _, err := tx.User.IncrementOne(ctx, auth.UserCols.ID.Eq(u.ID), auth.UserDelta{Visits: 1}, auth.UserPatch{})
			return err
		}))
		if got := e.again(u); runs != 2 || got.Visits != 11 {
			t.Errorf("%d runs, %d visits", runs, got.Visits)
		}
		e.count("note", 1)
	}},
}

// again reads a user again.
func (e *env) again(u auth.User) auth.User {
	e.Helper()
	u, err := e.db.User.Get(e.ctx, u.ID)
	e.must(err)
	return u
}

// collisions runs two units at once, again after conflicts, and fails the test
// unless they conflicted, their triggers ran again, and what the triggers left for
// after the commit ran once for each of so many writes.
func (e *env) collisions(writes int64, run func(ctx context.Context, tx *auth.Tx, first bool) error, options ...authgen.TxOption) {
	e.Helper()
	var runs, fired, committed atomic.Int64
	e.tr.User.OnUpdate = func(_ context.Context, tx *auth.Tx, _ auth.UserChange) error {
		fired.Add(1)
		tx.AfterCommit(func(context.Context) error { committed.Add(1); return nil })
		return nil
	}
	db := e.open(auth.WithRetry(50))
	var wg sync.WaitGroup
	for _, first := range []bool{true, false} {
		wg.Go(func() {
			err := db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				runs.Add(1)
				return run(ctx, tx, first)
			}, options...)
			if err != nil {
				e.Error(err)
			}
		})
	}
	wg.Wait()
	if runs.Load() <= 2 || fired.Load() < writes || committed.Load() != writes {
		e.Errorf("%d runs, %d firings, %d after-commits; want more than 2, at least %d, %d", runs.Load(), fired.Load(), committed.Load(), writes, writes)
	}
}

// A meeting has two goroutines wait for each other, once.
type meeting struct {
	arrived chan struct{}
	open    chan struct{}
}

func newMeeting() *meeting {
	return &meeting{arrived: make(chan struct{}, 1), open: make(chan struct{})}
}

// meet waits for the other one, for a while.
func (m *meeting) meet() {
	select {
	case m.arrived <- struct{}{}:
	default:
		select {
		case <-m.open:
		default:
			close(m.open)
		}
		return
	}
	select {
	case <-m.open:
	case <-time.After(time.Second):
	}
}
