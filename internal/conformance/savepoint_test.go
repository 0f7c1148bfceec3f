package conformance

import (
	"context"
	"testing"

	"github.com/authgen/authgen/internal/conformance/auth"
)

var savepointCases = []testCase{
	{"U3 a failed nested Tx undoes its own writes and entries, and no others", func(t *testing.T, e *env) {
		var ran []string
		entry := func(name string) func(context.Context) error {
			return func(context.Context) error { ran = append(ran, name); return nil }
		}
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(write(ctx, tx, "outer"))
			tx.AfterCommit(entry("outer"))
			err := tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				e.must(write(ctx, tx, "inner"))
				tx.AfterCommit(entry("inner"))
				tx.AfterRollback(entry("inner undone"))
				e.must(tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
					tx.AfterCommit(entry("innermost"))
					return write(ctx, tx, "innermost")
				}))
				return errBoom
			})
			e.is(err, errBoom)
			tx.AfterCommit(entry("outer again"))
			return write(ctx, tx, "outer again")
		}))
		e.count("note", 2)
		if len(ran) != 3 || ran[0] != "inner undone" || ran[1] != "outer" || ran[2] != "outer again" {
			t.Errorf("entries ran: %v", ran)
		}
	}},
	{"U3 a kept nested Tx is part of what is around it", func(t *testing.T, e *env) {
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error { return write(ctx, tx, "inner") }))
			return errBoom
		})
		e.is(err, errBoom)
		e.count("note", 0)
	}},
	{"U3 a nested Tx handles a failed statement", func(t *testing.T, e *env) {
		e.user("eve")
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			err := tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				_, err := tx.WithoutTriggers().User.Create(ctx, auth.UserCreate{Name: "x", Email: "eve@example.com"})
				return err
			})
			e.is(err, auth.ErrUnique)
			return write(ctx, tx, "goes on")
		}
		e.user("ada")
		e.count("user", 2)
		e.count("note", 1)
	}},
	{"U3 a failure swallowed inside a nested Tx fails that Tx", func(t *testing.T, e *env) {
		e.user("eve")
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			err := tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				e.must(write(ctx, tx, "inner"))
				_, _ = tx.WithoutTriggers().User.Create(ctx, auth.UserCreate{Name: "x", Email: "eve@example.com"})
				return nil
			})
			e.is(err, auth.ErrUnique)
			return write(ctx, tx, "outer")
		}))
		e.count("note", 1)
	}},
	{"U3 a panic that is recovered around a nested Tx has undone it", func(t *testing.T, e *env) {
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			func() {
				defer func() { _ = recover() }()
				_ = tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
					e.must(write(ctx, tx, "inner"))
					panic("inside")
				})
			}()
			return write(ctx, tx, "outer")
		}))
		e.count("note", 1)
	}},
	{"U8 doom crosses savepoints", func(t *testing.T, e *env) {
		db := conflicting(e, auth.WithRetry(0))
		err := db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.is(tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error { return collide(ctx, tx) }), auth.ErrConflict)
			e.is(write(ctx, tx, "goes on"), auth.ErrConflict)
			return nil
		})
		e.is(err, auth.ErrConflict)
		e.count("note", 0)
	}},
	{"T4 open rows do not survive a savepoint's end", func(t *testing.T, e *env) {
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(write(ctx, tx, "one"))
			rows, err := tx.SQL().QueryContext(ctx, "SELECT id FROM note")
			e.must(err)
			e.must(tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error { return write(ctx, tx, "two") }))
			if rows.Next() {
				t.Error("the rows are still open")
			}
			return rows.Close()
		}))
		e.count("note", 2)
	}},
}
