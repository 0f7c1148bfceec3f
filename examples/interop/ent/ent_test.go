package ent_test

import (
	"context"
	"database/sql"
	"testing"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/interop/auth"
	"github.com/authgen/authgen/examples/interop/ent"
	"github.com/authgen/authgen/examples/interop/ent/db"
	"github.com/authgen/authgen/examples/interop/ent/db/audit"
	"github.com/authgen/authgen/examples/interop/internal/suite"
)

func TestEnt(t *testing.T) {
	suite.Databases(t, func(t *testing.T, database dialect.Database) {
		triggers := &ent.Triggers{Dialect: ent.Dialects[database.Dialect.Kind()]}
		suite.Run(t, database, triggers)
		suite.Joined(t, database, triggers)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) { c.run(suite.New(t, database, triggers), triggers) })
		}
	})
}

// write inserts an entry of nobody.
func write(ctx context.Context, client *db.Client, action string) error {
	return client.Audit.Create().SetUserID("nobody").SetAction(action).Exec(ctx)
}

// welcome creates a user whose welcome ends with an error.
func welcome(e *suite.Env, t *ent.Triggers, err error) error {
	t.Welcome = func(auth.User) error { return err }
	defer func() { t.Welcome = nil }()
	_, err = e.Create(e.Context(), "ada")
	return err
}

var cases = []struct {
	name string
	run  func(e *suite.Env, t *ent.Triggers)
}{
	{"a Tx of ent's that commits is kept", func(e *suite.Env, t *ent.Triggers) {
		e.Must(welcome(e, t, nil))
		e.Stored(1, "created", "welcomed")
	}},
	{"a Tx of ent's that rolls back undoes its part only", func(e *suite.Env, t *ent.Triggers) {
		e.Must(welcome(e, t, ent.ErrUnwelcome))
		e.Stored(1, "created")
	}},
	{"a Tx of ent's that is left open goes with the transaction", func(e *suite.Env, t *ent.Triggers) {
		e.Is(welcome(e, t, suite.ErrBoom), suite.ErrBoom)
		e.Stored(0)
	}},
	{"what a Tx of ent's committed is undone with the transaction", func(e *suite.Env, t *ent.Triggers) {
		hooks := 0
		e.Is(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			part, err := t.Client(tx).Tx(ctx)
			e.Must(err)
			part.OnCommit(func(next db.Committer) db.Committer { hooks++; return next })
			e.Must(write(ctx, part.Client(), "inside"))
			e.Must(part.Commit())
			e.Is(part.Rollback(), sql.ErrTxDone)
			return suite.ErrBoom
		}), suite.ErrBoom)
		e.Stored(0)
		if hooks != 1 {
			e.Errorf("ent's hook ran %d times, want once: its commit is the end of a savepoint", hooks)
		}
	}},
	{"a Tx of ent's does not handle a failed statement", func(e *suite.Env, t *ent.Triggers) {
		e.Is(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			e.Must(write(ctx, t.Client(tx), "once"))
			part, err := t.Client(tx).Tx(ctx)
			e.Must(err)
			if err := write(ctx, part.Client(), "once"); !db.IsConstraintError(err) {
				e.Errorf("the entry was written twice: %v", err)
			}
			e.Is(part.Rollback(), auth.ErrUnique)
			return nil
		}), auth.ErrUnique)
		e.Stored(0)
	}},
	{"a nested Tx of authgen does", func(e *suite.Env, t *ent.Triggers) {
		e.Must(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			e.Must(write(ctx, t.Client(tx), "once"))
			e.Is(tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				return write(ctx, t.Client(tx), "once")
			}), auth.ErrUnique)
			return write(ctx, t.Client(tx), "more")
		}))
		e.Stored(0, "once", "more")
	}},
	{"options of a transaction are refused", func(e *suite.Env, t *ent.Triggers) {
		e.Must(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			_, err := t.Client(tx).BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
			if err == nil {
				e.Error("the options were taken")
			}
			part, err := t.Client(tx).BeginTx(ctx, nil)
			e.Must(err)
			e.Must(write(ctx, part.Client(), "inside"))
			return part.Commit()
		}))
		e.Stored(0, "inside")
	}},
	{"variables of a session panic, and nothing is stored", func(e *suite.Env, t *ent.Triggers) {
		if !e.Panics(func() {
			_ = e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
				e.Must(write(ctx, t.Client(tx), "before"))
				return write(entsql.WithVar(ctx, "x", "y"), t.Client(tx), "after")
			})
		}) {
			e.Error("ent set a variable, on whatever connection")
		}
		e.Stored(0)
	}},
	{"many are written, read, changed and deleted", func(e *suite.Env, t *ent.Triggers) {
		e.Must(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			client := t.Client(tx)
			_, err := client.Audit.MapCreateBulk([]string{"a", "b"}, func(c *db.AuditCreate, i int) {
				c.SetUserID("nobody").SetAction([]string{"a", "b"}[i])
			}).Save(ctx)
			e.Must(err)
			all, err := client.Audit.Query().Order(audit.ByID()).All(ctx)
			e.Must(err)
			if len(all) != 2 || all[1].Action != "b" {
				e.Errorf("read %v", all)
			}
			e.Must(all[0].Update().SetAction("c").Exec(ctx))
			return client.Audit.DeleteOne(all[1]).Exec(ctx)
		}))
		e.Stored(0, "c")
	}},
}
