package conformance

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// begin begins a transaction that the test ends.
func (e *env) begin(ctx context.Context, options ...auth.TxOption) *auth.OpenTx {
	e.Helper()
	tx, err := e.db.Begin(ctx, options...)
	e.must(err)
	e.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

var beginCases = []testCase{
	{"U11 Begin holds nothing until its first statement, and lives over several calls", func(t *testing.T, e *env) {
		tx := e.begin(e.ctx)
		e.user("other") // which waits for nobody
		for _, id := range []string{"a", "b"} {
			ctx, cancel := context.WithCancel(e.ctx) // of one call
			e.must(write(ctx, tx.Tx, id))
			cancel()
		}
		u, err := tx.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "ada@example.com"})
		e.must(err)
		ran := false
		tx.AfterCommit(func(context.Context) error { ran = true; return nil })
		err = tx.Tx.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { // a savepoint
			e.must(write(ctx, tx, "c"))
			return errBoom
		})
		e.is(err, errBoom)
		e.must(tx.Err())
		e.must(tx.Commit(e.ctx))
		if _, err := e.db.User.Get(e.ctx, u.ID); err != nil || !ran {
			t.Errorf("after the commit: %v, entry ran: %v", err, ran)
		}
		e.count("note", 2)
		e.is(tx.Commit(e.ctx), auth.ErrTxDone)
		e.is(tx.Rollback(), auth.ErrTxDone)
		e.is(tx.Err(), auth.ErrTxDone)
		e.is(write(e.ctx, tx.Tx, "d"), auth.ErrTxDone)
	}},
	{"U11 Rollback leaves nothing", func(t *testing.T, e *env) {
		tx := e.begin(e.ctx)
		ran := false
		tx.AfterRollback(func(context.Context) error { ran = true; return nil })
		e.must(write(e.ctx, tx.Tx, "a"))
		e.must(tx.Rollback())
		e.count("note", 0)
		if !ran {
			t.Error("the entry for a rollback did not run")
		}
		e.is(tx.Rollback(), auth.ErrTxDone)
		reading := e.begin(e.ctx, auth.ReadOnly)
		e.is(write(e.ctx, reading.Tx, "x"), auth.ErrReadOnly)
		e.must(reading.Rollback())
	}},
	{"U11 the context of Begin ends the transaction at once", func(t *testing.T, e *env) {
		ctx, cancel := context.WithTimeout(e.ctx, 50*time.Millisecond)
		defer cancel()
		tx := e.begin(ctx)
		e.must(write(e.ctx, tx.Tx, "a"))
		<-ctx.Done()
		e.user("other") // which on SQLite had to wait for it
		eventually(t, "the transaction is open", func() bool { return tx.Err() != nil && errors.Is(tx.Rollback(), auth.ErrTxDone) })
		e.is(tx.Err(), context.DeadlineExceeded)
		e.is(tx.Commit(e.ctx), context.DeadlineExceeded)
		e.count("note", 0)
		_, err := e.db.Begin(ctx)
		e.is(err, context.DeadlineExceeded)
	}},
	{"U11 the context of a call that ends dooms the transaction, which Err tells", func(t *testing.T, e *env) {
		tx := e.begin(e.ctx)
		e.must(write(e.ctx, tx.Tx, "a"))
		ctx, cancel := context.WithCancel(e.ctx)
		cancel()
		e.is(write(ctx, tx.Tx, "b"), context.Canceled)
		e.is(tx.Err(), context.Canceled)
		e.is(tx.Commit(e.ctx), context.Canceled)
		e.count("note", 0)
		tx = e.begin(e.ctx)
		e.must(write(e.ctx, tx.Tx, "a"))
		e.is(tx.Commit(ctx), context.Canceled)
		e.count("note", 0)
	}},
	{"U11 a failed statement outside of a savepoint is what Err and Commit say", func(t *testing.T, e *env) {
		tx := e.begin(e.ctx)
		e.must(write(e.ctx, tx.Tx, "a"))
		e.is(write(e.ctx, tx.Tx, "a"), auth.ErrUnique)
		e.is(tx.Err(), auth.ErrUnique)
		e.is(tx.Commit(e.ctx), auth.ErrUnique)
		e.count("note", 0)
	}},
	{"U11 a commit during a call stores nothing", func(t *testing.T, e *env) {
		tx := e.begin(e.ctx)
		e.tr.User.OnCreate = func(ctx context.Context, _ *auth.Tx, _ auth.User) error {
			e.is(tx.Commit(ctx), auth.ErrConcurrentUse)
			return nil
		}
		_, err := tx.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		e.is(err, auth.ErrConcurrentUse)
		tx = e.begin(e.ctx)
		e.tr.User.OnCreate = func(context.Context, *auth.Tx, auth.User) error { return tx.Rollback() }
		_, err = tx.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		e.is(err, auth.ErrTxDone)
		e.count("user", 0)
	}},
	{"U11 inside another transaction Begin is ErrInsideTx", func(t *testing.T, e *env) {
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := e.db.Begin(ctx)
			e.is(err, auth.ErrInsideTx)
			return nil
		}))
	}},
	{"U11 a deadlock is ErrConflict at once, and Rollback frees the other", func(t *testing.T, e *env) {
		if !e.raw.Dialect.Server() {
			t.Skip("an embedded database has one writer, which waits for no other")
		}
		a, b := e.user("ada"), e.user("bob")
		e.tr.Fired()
		one, two := e.begin(e.ctx), e.begin(e.ctx)
		visit := func(tx *auth.OpenTx, id auth.UserID) error {
			_, err := tx.WithoutTriggers().User.Update(e.ctx, id, auth.UserPatch{Visits: auth.Set(1)})
			return err
		}
		e.must(visit(one, a.ID))
		e.must(visit(two, b.ID))
		crossed := make(chan error, 2)
		cross := func(tx *auth.OpenTx, id auth.UserID) {
			err := visit(tx, id)
			if err != nil {
				e.is(tx.Err(), auth.ErrConflict)
				e.must(tx.Rollback())
			}
			crossed <- err
		}
		go cross(one, b.ID)
		go cross(two, a.ID)
		first, second := <-crossed, <-crossed
		if first == nil {
			first, second = second, first
		}
		if !errors.Is(first, auth.ErrConflict) || second != nil {
			t.Errorf("the two ended in %v and %v", first, second)
		}
		for _, tx := range []*auth.OpenTx{one, two} {
			if err := tx.Commit(e.ctx); err != nil {
				e.is(err, auth.ErrTxDone)
			}
		}
	}},
	{"U5 NoRetry runs once", func(t *testing.T, e *env) {
		db := conflicting(e, auth.WithRetry(1))
		for _, option := range []auth.TxOption{0, auth.NoRetry} {
			runs := 0
			err := db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				runs++
				return collide(ctx, tx)
			}, option)
			e.is(err, auth.ErrConflict)
			if option == auth.NoRetry != (runs == 1) {
				t.Errorf("with option %d it ran %d times", option, runs)
			}
		}
	}},
}
