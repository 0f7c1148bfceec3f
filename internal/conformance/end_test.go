package conformance

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"testing"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/conformance/auth"
)

var endCases = []testCase{
	{"U2 Join keeps its part until the caller commits", func(t *testing.T, e *env) {
		var ran []string
		for _, commit := range []bool{true, false} {
			outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
			e.must(err)
			done, err := e.db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error {
				tx.AfterCommit(func(context.Context) error { ran = append(ran, "committed"); return nil })
				tx.AfterRollback(func(context.Context) error { ran = append(ran, "rolled back"); return nil })
				return write(ctx, tx, fmt.Sprint(commit))
			})
			e.must(err)
			if len(ran) > 1 {
				t.Error("an entry ran before done")
			}
			if commit {
				e.must(outer.Commit())
			} else {
				e.must(outer.Rollback())
			}
			done(commit)
		}
		if !slices.Equal(ran, []string{"committed", "rolled back"}) {
			t.Errorf("entries: %v", ran)
		}
		e.count("note", 1)
	}},
	{"U2 a failed Join leaves the caller's transaction as it was", func(t *testing.T, e *env) {
		outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
		e.must(err)
		_, err = outer.ExecContext(e.ctx, `INSERT INTO note (id, text) VALUES ('mine', 'mine')`)
		e.must(err)
		rolled := 0
		done, err := e.db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error {
			tx.AfterRollback(func(context.Context) error { rolled++; return nil })
			e.must(write(ctx, tx, "theirs"))
			return errBoom
		})
		e.is(err, errBoom)
		e.must(outer.Commit())
		done(true)
		if rolled != 1 {
			t.Errorf("AfterRollback ran %d times", rolled)
		}
		e.count("note", 1)
	}},
	{"U2 Join returns a conflict at once", func(t *testing.T, e *env) {
		db := conflicting(e)
		outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
		e.must(err)
		runs := 0
		_, err = db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error { runs++; return collide(ctx, tx) })
		e.is(err, auth.ErrConflict)
		e.must(outer.Rollback())
		if runs != 1 {
			t.Errorf("the function ran %d times", runs)
		}
	}},
	{"U2 a tx kept from a Join is done", func(t *testing.T, e *env) {
		outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
		e.must(err)
		var kept *auth.Tx
		_, err = e.db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error { kept = tx; return write(ctx, tx, "one") })
		e.must(err)
		e.is(write(e.ctx, kept, "two"), auth.ErrTxDone)
		e.must(outer.Commit())
		e.count("note", 1)
	}},
	{"U2 a panic in Join undoes its part", func(t *testing.T, e *env) {
		outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
		e.must(err)
		func() {
			defer func() { _ = recover() }()
			_, _ = e.db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error {
				e.must(write(ctx, tx, "one"))
				panic("inside")
			})
		}()
		e.must(outer.Commit())
		e.count("note", 0)
	}},
	{"U4 entries run after the commit, in order, with a context that goes on", func(t *testing.T, e *env) {
		type key struct{}
		ctx, cancel := context.WithCancel(context.WithValue(e.ctx, key{}, "value"))
		var ran []int
		e.tr.User.OnCreate = func(_ context.Context, tx *auth.Tx, u auth.User) error {
			for i := range 3 {
				tx.AfterCommit(func(ctx context.Context) error {
					cancel()
					if ctx.Err() != nil || ctx.Value(key{}) != "value" {
						t.Error("the context of an entry is cancelled, or lost its values")
					}
					// The commit is visible, and db is usable again.
					if _, err := e.db.User.Get(ctx, u.ID); err != nil {
						t.Error(err)
					}
					ran = append(ran, i)
					return nil
				})
			}
			return nil
		}
		_, err := e.db.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.must(err)
		if !slices.Equal(ran, []int{0, 1, 2}) {
			t.Errorf("entries ran: %v", ran)
		}
	}},
	{"U4 entries do not run after a rollback", func(t *testing.T, e *env) {
		committed, rolledBack := 0, 0
		e.tr.User.OnCreate = func(_ context.Context, tx *auth.Tx, u auth.User) error {
			tx.AfterCommit(func(context.Context) error { committed++; return nil })
			tx.AfterRollback(func(context.Context) error { rolledBack++; return nil })
			return errBoom
		}
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, errBoom)
		if committed != 0 || rolledBack != 1 {
			t.Errorf("AfterCommit ran %d times, AfterRollback %d", committed, rolledBack)
		}
	}},
	{"U4 a failing, panicking or exiting entry changes neither the result nor the next entry", func(t *testing.T, e *env) {
		ran := 0
		e.tr.User.OnCreate = func(_ context.Context, tx *auth.Tx, u auth.User) error {
			tx.AfterCommit(func(context.Context) error { return errBoom })
			tx.AfterCommit(func(context.Context) error { panic("entry panics") })
			tx.AfterCommit(func(context.Context) error { ran++; return nil })
			return nil
		}
		u, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.must(err)
		if ran != 1 || u.Name != "ada" {
			t.Errorf("the last entry ran %d times; the result is %v", ran, u)
		}
		if len(e.afterErrors) != 2 || !errors.Is(e.afterErrors[0], errBoom) {
			t.Errorf("reported: %v", e.afterErrors)
		}
		e.count("user", 1)

		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				tx.AfterCommit(func(context.Context) error { goruntime.Goexit(); return nil })
				tx.AfterCommit(func(context.Context) error { ran++; return nil })
				return write(ctx, tx, "one")
			})
		}()
		<-done
		if ran != 2 {
			t.Error("the entry after one that exited did not run")
		}
		e.count("note", 1)
	}},
	{"U4 a handler of WithAfterError that panics is not the caller's", func(t *testing.T, e *env) {
		db := e.open(auth.WithAfterError(func(context.Context, error) { panic("handler panics") }))
		e.must(db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			tx.AfterCommit(func(context.Context) error { return errBoom })
			return write(ctx, tx, "one")
		}))
		e.count("note", 1)
	}},
	{"U7 the observer is told the end of what a panic ended", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(context.Context, *auth.Tx, auth.User) error { panic("trigger panics") }
		ends := &ends{open: map[authgen.StepKind]int{}}
		db := e.open(auth.WithObserver(ends))
		func() {
			defer func() { _ = recover() }()
			_ = db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				return tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
					_, err := tx.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
					return err
				})
			})
		}()
		for _, kind := range []authgen.StepKind{authgen.StepUnit, authgen.StepSavepoint, authgen.StepTrigger} {
			if ends.failed[kind] == 0 {
				t.Errorf("no step of kind %d ended with an error", kind)
			}
		}
		for kind, n := range ends.open {
			if n != 0 {
				t.Errorf("%d steps of kind %d have no end", n, kind)
			}
		}
	}},
	{"U4 an entry added after the end is reported, not lost", func(t *testing.T, e *env) {
		var kept *auth.Tx
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { kept = tx; return nil }))
		kept.AfterCommit(func(context.Context) error { t.Error("it ran"); return nil })
		if len(e.afterErrors) != 1 || !errors.Is(e.afterErrors[0], auth.ErrTxDone) {
			t.Errorf("reported: %v", e.afterErrors)
		}
	}},
}

// ends is an observer that counts the steps that have begun and not ended, and
// those that ended with an error.
type ends struct{ open, failed map[authgen.StepKind]int }

func (o *ends) Observe(ctx context.Context, s auth.Step) (context.Context, func(error)) {
	if o.failed == nil {
		o.failed = map[authgen.StepKind]int{}
	}
	o.open[s.Kind]++
	return ctx, func(err error) {
		o.open[s.Kind]--
		if err != nil {
			o.failed[s.Kind]++
		}
	}
}
