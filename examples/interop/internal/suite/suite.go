package suite

import (
	"context"
	"errors"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/interop/auth"
)

// An opener empties the database and opens it with triggers.
type opener func(auth.Triggers) *Env

// ErrBoom is why something is rolled back.
var ErrBoom = errors.New("boom")

// Run checks triggers that write "created" and "deleted" into table audit, each
// once for a user.
func Run(t *testing.T, database dialect.Database, triggers auth.Triggers) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.run(triggers, func(triggers auth.Triggers) *Env { return New(t, database, triggers) })
		})
	}
}

var cases = []struct {
	name string
	run  func(library auth.Triggers, open opener)
}{
	{"what was written commits with the user", func(library auth.Triggers, open opener) {
		e := open(library)
		ada, err := e.Create(e.Context(), "ada")
		e.Must(err)
		e.Stored(1, "created")
		e.Must(e.DB.User.Delete(e.Context(), ada.ID))
		e.Stored(0, "created", "deleted")
	}},
	{"nothing survives an error of the trigger", func(library auth.Triggers, open opener) {
		e := open(After{Triggers: library, Create: Fails})
		_, err := e.Create(e.Context(), "ada")
		e.Is(err, ErrBoom)
		e.Stored(0)
	}},
	{"nothing survives an error of a later trigger", func(library auth.Triggers, open opener) {
		e := open(auth.Chain(library, After{Triggers: auth.NoTriggers{}, Create: Fails}))
		_, err := e.Create(e.Context(), "ada")
		e.Is(err, ErrBoom)
		e.Stored(0)
	}},
	{"nothing survives a panic", func(library auth.Triggers, open opener) {
		e := open(After{Triggers: library, Create: func(context.Context, *auth.Tx, again) error {
			panic(ErrBoom)
		}})
		if !e.Panics(func() { _, _ = e.Create(e.Context(), "ada") }) {
			e.Error("the panic did not pass through")
		}
		e.Stored(0)
	}},
	{"nothing survives a cancelled context", func(library auth.Triggers, open opener) {
		var cancel context.CancelFunc
		e := open(After{Triggers: library, Create: func(context.Context, *auth.Tx, again) error {
			cancel()
			return nil
		}})
		ctx, stop := context.WithCancel(e.Context())
		defer stop()
		cancel = stop
		_, err := e.Create(ctx, "ada")
		e.Is(err, context.Canceled)
		e.Stored(0)
	}},
	{"nothing survives the end of a transaction around the call", func(library auth.Triggers, open opener) {
		e := open(library)
		e.Is(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			for _, name := range []string{"ada", "bob"} {
				if _, err := tx.User.Create(ctx, auth.UserCreate{Name: name, Email: name}); err != nil {
					return err
				}
			}
			return ErrBoom
		}), ErrBoom)
		e.Stored(0)
	}},
	{"nothing survives a delete that fails at its last row", func(library auth.Triggers, open opener) {
		rows := 0
		e := open(After{Triggers: library, Delete: func(context.Context, *auth.Tx, again) error {
			if rows++; rows == 3 {
				return ErrBoom
			}
			return nil
		}})
		for _, name := range []string{"ada", "bob", "eve"} {
			_, err := e.Create(e.Context(), name)
			e.Must(err)
		}
		_, err := e.DB.User.DeleteMany(e.Context(), auth.All[auth.User]())
		e.Is(err, ErrBoom)
		e.Stored(3, "created", "created", "created")
	}},
	{"a failed statement that is swallowed does not let the rest commit", func(library auth.Triggers, open opener) {
		e := open(After{Triggers: library, Create: func(ctx context.Context, tx *auth.Tx, again again) error {
			_ = again(ctx, tx) // fails: there is such an entry already
			return nil
		}})
		_, err := e.Create(e.Context(), "ada")
		e.Is(err, auth.ErrUnique)
		e.Stored(0)
	}},
	{"a failed statement in a nested Tx undoes that Tx", func(library auth.Triggers, open opener) {
		e := open(After{Triggers: library, Create: func(ctx context.Context, tx *auth.Tx, again again) error {
			if err := tx.Tx(ctx, again); !errors.Is(err, auth.ErrUnique) {
				return errors.Join(errors.New("the entry was written twice"), err)
			}
			return nil
		}})
		_, err := e.Create(e.Context(), "ada")
		e.Must(err)
		e.Stored(1, "created")
	}},
	{"what a nested Tx wrote goes with it", func(library auth.Triggers, open opener) {
		e := open(library)
		e.Must(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			err := tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				if _, err := tx.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "ada"}); err != nil {
					return err
				}
				return ErrBoom
			})
			e.Is(err, ErrBoom)
			_, err = tx.User.Create(ctx, auth.UserCreate{Name: "bob", Email: "bob"})
			return err
		}))
		e.Stored(1, "created")
	}},
}
