package conformance

import (
	"context"
	"errors"
	"math"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

var unitCases = []testCase{
	{"U1 a write and what its triggers write commit together", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			return write(ctx, tx, "hello "+u.Name)
		}
		e.user("ada")
		e.count("user", 1)
		e.count("note", 1)
	}},
	{"U1 a failing trigger undoes the write and all that triggers wrote", func(t *testing.T, e *env) {
		e.tr.User.BeforeCreate = func(ctx context.Context, tx *auth.Tx, u *auth.User) error { return write(ctx, tx, "before") }
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			e.must(write(ctx, tx, "on"))
			return errBoom
		}
		u, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, errBoom)
		if u.ID != "" {
			t.Errorf("a failed create returned %v", u)
		}
		e.count("user", 0)
		e.count("note", 0)
	}},
	{"U1 a half-done call inside a transaction cannot be committed", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(context.Context, *auth.Tx, auth.User) error { return errBoom }
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
			e.is(err, errBoom)
			return nil // swallowed
		})
		e.is(err, errBoom)
		e.count("user", 0)
	}},
	{"U1 a call that fails before it wrote anything leaves the transaction usable", func(t *testing.T, e *env) {
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "a@b", Role: auth.Set(auth.UserRole("king"))})
			e.is(err, auth.ErrValidation)
			_, err = tx.User.Get(ctx, "nobody")
			e.is(err, auth.ErrNotFound)
			return write(ctx, tx, "after")
		}))
		e.count("note", 1)
	}},
	{"U1 a call that fails after a statement that met no row leaves the transaction usable", func(t *testing.T, e *env) {
		full, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "full", Hits: auth.Set(math.MaxInt32)})
		e.must(err)
		for name, call := range map[string]func(ctx context.Context, tx *auth.Tx) error{
			"an upsert that creates a row of nobody": func(ctx context.Context, tx *auth.Tx) error {
				_, _, err := tx.Session.UpsertByToken(ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: "nobody", ExpiresAt: e.now}, auth.SessionPatch{})
				e.is(err, auth.ErrForeignKey)
				return err
			},
			"an upsert that creates what is not valid": func(ctx context.Context, tx *auth.Tx) error {
				_, _, err := tx.Session.UpsertByToken(ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: "nobody"}, auth.SessionPatch{})
				e.is(err, auth.ErrValidation)
				return err
			},
			"an increment beyond what the field holds": func(ctx context.Context, tx *auth.Tx) error {
				_, _, err := tx.Counter.IncrementOne(ctx, auth.CounterCols.ID.Eq(full.ID), auth.CounterDelta{Hits: 1}, auth.CounterPatch{})
				e.is(err, auth.ErrValidation)
				return err
			},
		} {
			if err := e.amidWrites(call); err == nil {
				t.Errorf("%s: no error", name)
			}
			e.must(e.amidWrites(func(ctx context.Context, tx *auth.Tx) error {
				if call(ctx, tx) == nil {
					t.Errorf("%s: no error", name)
				}
				return nil // swallowed
			}))
		}
	}},
	{"U1 a call that wrote nothing but what is the adapter's own leaves the transaction usable", func(t *testing.T, e *env) {
		e.users(600)
		for name, call := range map[string]func(ctx context.Context, tx *auth.Tx) error{
			"the table of keys": func(ctx context.Context, tx *auth.Tx) error {
				e.tr.User.BeforeUpdate = func(context.Context, *auth.Tx, auth.User, *auth.UserPatch) error { return errBoom }
				_, err := tx.User.UpdateMany(ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(1)})
				return err
			},
			"events of an earlier call": func(ctx context.Context, tx *auth.Tx) error {
				if _, err := tx.Desk.Create(ctx, auth.DeskCreate{Name: "staged"}); err != nil {
					return err
				}
				e.tr.User.BeforeCreate = func(ctx context.Context, tx *auth.Tx, _ *auth.User) error {
					_ = tx.Tx(ctx, func(context.Context, *auth.Tx) error { return errBoom })
					return errBoom
				}
				_, err := tx.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
				return err
			},
		} {
			e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				e.is(call(ctx, tx), errBoom)
				if err := write(ctx, tx, name); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				return nil
			}))
		}
		e.count("note", 2)
	}},
	{"U2 Tx makes several calls one transaction", func(t *testing.T, e *env) {
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(write(ctx, tx, "one"))
			e.must(write(ctx, tx, "two"))
			return errBoom
		})
		e.is(err, errBoom)
		e.count("note", 0)
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(write(ctx, tx, "one"))
			return write(ctx, tx, "two")
		}))
		e.count("note", 2)
	}},
	{"U5 a conflict runs the whole unit again, and after-commit entries once", func(t *testing.T, e *env) {
		db := conflicting(e)
		befores, runs, committed, rolledBack := 0, 0, 0, 0
		e.tr.User.BeforeCreate = func(context.Context, *auth.Tx, *auth.User) error { befores++; return nil }
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			runs++
			tx.AfterCommit(func(context.Context) error { committed++; return nil })
			tx.AfterRollback(func(context.Context) error { rolledBack++; return nil })
			if runs < 3 {
				return collide(ctx, tx)
			}
			return nil
		}
		_, err := db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.must(err)
		if befores != 3 || runs != 3 || committed != 1 || rolledBack != 2 {
			t.Errorf("before ran %d times, on %d, AfterCommit %d, AfterRollback %d; want 3, 3, 1, 2", befores, runs, committed, rolledBack)
		}
		e.count("user", 1)
	}},
	{"U5 a conflict that a trigger swallowed is retried all the same", func(t *testing.T, e *env) {
		db := conflicting(e)
		runs := 0
		e.must(db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			if runs++; runs == 1 {
				_ = collide(ctx, tx)
				e.is(write(ctx, tx, "goes on"), auth.ErrConflict)
			}
			return nil
		}))
		if runs != 2 {
			t.Errorf("the function ran %d times", runs)
		}
	}},
	{"U5 retries used up are ErrConflict", func(t *testing.T, e *env) {
		db := conflicting(e, auth.WithRetry(2))
		runs := 0
		err := db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			runs++
			return collide(ctx, tx)
		})
		e.is(err, auth.ErrConflict)
		if runs != 3 {
			t.Errorf("the function ran %d times, want 3", runs)
		}
	}},
	{"U5 cancelling ends the wait between retries", func(t *testing.T, e *env) {
		db := conflicting(e, auth.WithRetry(1_000_000))
		ctx, cancel := context.WithTimeout(e.ctx, 50*time.Millisecond)
		defer cancel()
		err := db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error { return collide(ctx, tx) })
		e.is(err, context.DeadlineExceeded)
	}},
	{"U6 tables without triggers take one statement and no transaction", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.seen.take()
		s, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("s1"), UserID: u.ID, ExpiresAt: e.now})
		e.must(err)
		expect := func(want string) {
			t.Helper()
			if got := verbs(e.seen.take()); got != want {
				t.Errorf("statements: %s, want %s", got, want)
			}
		}
		expect("INSERT")
		_, err = e.db.Session.Update(e.ctx, s.ID, auth.SessionPatch{Agent: auth.Set(new("curl"))})
		e.must(err)
		expect(updatedOne(e))
		_, err = e.db.Session.UpdateMany(e.ctx, auth.SessionCols.UserID.Eq(u.ID), auth.SessionPatch{Agent: auth.Null[string]()})
		e.must(err)
		expect("UPDATE")
		_, _, err = e.db.Session.ConsumeOne(e.ctx, auth.SessionCols.Agent.Eq("none"))
		e.must(err)
		if e.deletesBlind() {
			expect("BEGIN SELECT COMMIT")
		} else {
			expect("DELETE")
		}
		e.must(e.db.Session.Delete(e.ctx, s.ID))
		expect("DELETE")
		_, err = e.db.Session.DeleteMany(e.ctx, auth.All[auth.Session]())
		e.must(err)
		expect("DELETE")
		_, err = e.db.Member.Count(e.ctx, auth.All[auth.Member]())
		e.must(err)
		expect("SELECT")
	}},
	{"U6 a veto before the first statement costs no statement", func(t *testing.T, e *env) {
		e.tr.User.BeforeCreate = func(context.Context, *auth.Tx, *auth.User) error { return auth.Reject("name", "no", "no") }
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, auth.ErrRejected)
		if got := verbs(e.seen.take()); got != "" {
			t.Errorf("statements: %s, want none", got)
		}
	}},
	{"U7 a panic rolls back and goes on with its value", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error { panic("trigger panics") }
		func() {
			defer func() {
				if p := recover(); p != "trigger panics" {
					t.Errorf("recovered %v", p)
				}
			}()
			_, _ = e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		}()
		e.count("user", 0)
		e.tr.User.OnCreate = nil
		e.user("ada")
	}},
	{"U7 runtime.Goexit rolls back", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error { goruntime.Goexit(); return nil }
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		}()
		<-done
		e.count("user", 0)
		e.tr.User.OnCreate = nil
		e.user("ada")
	}},
	{"U7 cancelling rolls back when the trigger returns", func(t *testing.T, e *env) {
		ctx, cancel := context.WithCancel(e.ctx)
		e.tr.User.OnCreate = func(context.Context, *auth.Tx, auth.User) error { cancel(); return nil }
		_, err := e.db.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, context.Canceled)
		e.count("user", 0)
	}},
	{"U7 a deadline rolls back at the next statement", func(t *testing.T, e *env) {
		ctx, cancel := context.WithTimeout(e.ctx, 20*time.Millisecond)
		defer cancel()
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			<-ctx.Done()
			return write(ctx, tx, "late")
		}
		_, err := e.db.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, context.DeadlineExceeded)
		e.count("user", 0)
		e.count("note", 0)
	}},
	{"U7 a statement in flight is interrupted", func(t *testing.T, e *env) {
		ctx, cancel := context.WithTimeout(e.ctx, 50*time.Millisecond)
		defer cancel()
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			_, err := tx.SQL().ExecContext(ctx, e.endless())
			return err
		}
		_, err := e.db.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, context.DeadlineExceeded)
		e.count("user", 0)
	}},
	{"U8 a swallowed failed statement stores nothing", func(t *testing.T, e *env) {
		e.user("eve")
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			_, err := tx.WithoutTriggers().User.Create(ctx, auth.UserCreate{Name: "x", Email: "eve@example.com"})
			e.is(err, auth.ErrUnique)
			err = write(ctx, tx, "goes on")
			e.is(err, auth.ErrUnique) // the first failure, again
			return nil
		}
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, auth.ErrUnique)
		e.count("user", 1)
		e.count("note", 0)
	}},
	{"U8 a swallowed cancelled statement stores nothing", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			_, err := tx.SQL().ExecContext(short, e.endless())
			if err == nil {
				t.Error("the endless statement ended")
			}
			// Past the adapter's guard this would run in a transaction of its own.
			_, err = tx.SQL().ExecContext(ctx, `INSERT INTO note (id, text) VALUES ('n', 'goes on')`)
			e.is(err, context.DeadlineExceeded)
			return nil
		}
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, context.DeadlineExceeded)
		e.count("user", 0)
		e.count("note", 0)
	}},
	{"U8 a failure that only the user's rows saw stores nothing", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			rows, err := tx.SQL().QueryContext(short, by(e, e.endless()+` RETURNING id`, e.endless()+` RETURNING id`, "SELECT id, sleep(2) FROM `user`"))
			if err == nil {
				for rows.Next() {
				}
				_ = rows.Close()
			}
			_, _ = tx.SQL().ExecContext(ctx, `INSERT INTO note (id, text) VALUES ('n', 'goes on')`)
			return nil
		}
		if _, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"}); err == nil {
			t.Error("the create succeeded")
		}
		e.count("user", 0)
		e.count("note", 0)
	}},
	{"T4 a text that ends the transaction, or begins another, is refused", func(t *testing.T, e *env) {
		for _, verb := range []string{"ROLLBACK", "COMMIT", "COMMIT AND CHAIN", "BEGIN", "/* on */ START TRANSACTION", "UPDATE note SET text = 'x'; COMMIT; BEGIN"} {
			e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
				if _, err := tx.SQL().ExecContext(ctx, verb); err == nil {
					t.Errorf("%s as text was taken", verb)
				}
				_ = write(ctx, tx, verb)
				return nil // swallowed
			}
			if _, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"}); err == nil {
				t.Errorf("after a %s as text the create succeeded", verb)
			}
			e.count("user", 0)
			e.count("note", 0)
		}
	}},
	{"U9 a context that ends before COMMIT rolls back", func(t *testing.T, e *env) {
		ctx, cancel := context.WithCancel(e.ctx)
		err := e.db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(write(ctx, tx, "one"))
			cancel()
			return nil
		})
		e.is(err, context.Canceled)
		e.count("note", 0)
	}},
	{"U9 a lost answer to COMMIT is ErrCommitUnknown, and no entry runs", func(t *testing.T, e *env) {
		db := e.openOn(faulty{Dialect: e.raw.Dialect, commitLost: true})
		ran := false
		err := db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			tx.AfterCommit(func(context.Context) error { ran = true; return nil })
			tx.AfterRollback(func(context.Context) error { ran = true; return nil })
			return deferViolation(ctx, e, tx) // the dialect calls it a lost answer
		})
		e.is(err, auth.ErrCommitUnknown)
		if ran {
			t.Error("an entry ran")
		}
		e.count("note", 0)
	}},
	{"U9 a COMMIT that was not answered, and of which nothing is stored, is no ErrCommitUnknown", func(t *testing.T, e *env) {
		db := e.openOn(faulty{Dialect: e.raw.Dialect, commitLost: true, undone: true})
		rolled := 0
		err := db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			tx.AfterRollback(func(context.Context) error { rolled++; return nil })
			return deferViolation(ctx, e, tx)
		})
		if err == nil || errors.Is(err, auth.ErrCommitUnknown) || rolled != 1 {
			t.Errorf("AfterRollback ran %d times: %v", rolled, err)
		}
		e.count("note", 0)
	}},
	{"U9 a COMMIT that the database refuses rolls back", func(t *testing.T, e *env) {
		rolled := 0
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			tx.AfterRollback(func(context.Context) error { rolled++; return nil })
			return deferViolation(ctx, e, tx)
		})
		e.is(err, auth.ErrForeignKey)
		if rolled != 1 {
			t.Errorf("AfterRollback ran %d times", rolled)
		}
		e.count("note", 0)
	}},
	{"U10 ReadOnly refuses writes, typed and as text", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			if _, err := tx.User.Get(ctx, u.ID); err != nil {
				return err
			}
			e.is(write(ctx, tx, "no"), auth.ErrReadOnly)
			return nil
		}, auth.ReadOnly))
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.SQL().ExecContext(ctx, e.sql(`DELETE FROM "user"`))
			return err
		}, auth.ReadOnly)
		if err == nil {
			t.Error("a statement as text wrote in a read-only transaction")
		}
		e.count("user", 1)
		e.must(e.db.User.Delete(e.ctx, u.ID)) // the connection writes again
	}},
	{"U10 ReadOnly does not wait for a writer", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			if err := write(ctx, tx, "writer"); err != nil {
				return err
			}
			return e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				_, err := tx.User.Get(ctx, u.ID)
				return err
			}, auth.ReadOnly)
		}))
	}},
	{"U10 LazyWrite reads without a transaction and begins at its first write", func(t *testing.T, e *env) {
		e.seen.take()
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			if _, err := tx.User.Count(ctx, auth.All[auth.User]()); err != nil {
				return err
			}
			e.user("meanwhile") // another writer is not kept waiting
			n, err := tx.User.Count(ctx, auth.All[auth.User]())
			if n != 1 {
				t.Errorf("before its first write it does not see what was committed: %d", n)
			}
			if err != nil {
				return err
			}
			return write(ctx, tx, "now")
		}, auth.LazyWrite, auth.Serializable))
		e.count("note", 1)
	}},
	{"U10 READ COMMITTED, whatever the session's default is", func(t *testing.T, e *env) {
		if e.kind() == dialect.SQLite {
			t.Skip("transactions of SQLite are serializable")
		}
		u := e.user("ada")
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.User.Get(ctx, u.ID)
			e.must(err)
			e.exec(`UPDATE "user" SET visits = 7`)
			again, err := tx.User.Get(ctx, u.ID)
			if again.Visits != 7 {
				t.Errorf("what another transaction committed is not seen: %d visits", again.Visits)
			}
			return err
		}))
	}},
	{"U10 Serializable: of transactions that read, then write, each counts", func(t *testing.T, e *env) {
		db := e.open(auth.WithRetry(100)) // SQLite, which begins IMMEDIATE, needs none
		e.user("ada")
		errs := make(chan error, 8)
		for range cap(errs) {
			go func() {
				errs <- db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
					u, err := tx.User.GetByEmail(ctx, "ada@example.com")
					if err != nil {
						return err
					}
					_, err = tx.User.Update(ctx, u.ID, auth.UserPatch{Visits: auth.Set(u.Visits + 1)})
					return err
				}, auth.Serializable)
			}()
		}
		for range cap(errs) {
			e.must(<-errs)
		}
		u, err := e.db.User.GetByEmail(e.ctx, "ada@example.com")
		e.must(err)
		if u.Visits != cap(errs) {
			t.Errorf("%d of %d read-modify-writes are stored", u.Visits, cap(errs))
		}
	}},
}

// deferViolation refers to a user who does not exist, which COMMIT refuses.
func deferViolation(ctx context.Context, e *env, tx *auth.Tx) error {
	switch e.kind() {
	case dialect.MySQL:
		e.Skip("MySQL and MariaDB check nothing at COMMIT")
	case dialect.Postgres:
		e.exec(`ALTER TABLE note ALTER CONSTRAINT "note_userId_fk" DEFERRABLE INITIALLY DEFERRED`)
	default:
		_, err := tx.SQL().ExecContext(ctx, `PRAGMA defer_foreign_keys = ON`)
		e.must(err)
	}
	_, err := tx.SQL().ExecContext(ctx, e.sql(`INSERT INTO note (id, text, "userId") VALUES ('n', 'n', 'nobody')`))
	return err
}

// conflicting opens another adapter on the database of e, for which the error
// of collide is a conflict.
func conflicting(e *env, options ...auth.Option) *auth.DB {
	return e.openOn(faulty{Dialect: e.raw.Dialect, conflict: "conflicting_column"}, options...)
}

// collide runs a statement that fails with a conflict.
func collide(ctx context.Context, tx *auth.Tx) error {
	_, err := tx.SQL().ExecContext(ctx, `UPDATE note SET text = conflicting_column`)
	return err
}

// A faulty dialect misreads errors, to play failures that are hard to cause.
type faulty struct {
	dialect.Dialect
	conflict   string // in the text of an error: a conflict
	commitLost bool   // a violated foreign key: a lost connection
	undone     bool   // of which it is known that nothing is stored
}

func (f faulty) Classify(err error) dialect.Fault {
	fault := f.Dialect.Classify(err)
	switch {
	case f.conflict != "" && strings.Contains(err.Error(), f.conflict):
		fault.Kind = dialect.FaultRetry
	case f.commitLost && fault.Kind == dialect.FaultForeignKey:
		fault.Kind, fault.Undone = dialect.FaultLost, f.undone
	}
	return fault
}
