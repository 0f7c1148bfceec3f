package conformance

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// guardCases are ways past the guards of the unit of work that were open once.
var guardCases = []testCase{
	{"T4 rows of a prepared statement end with the savepoint, or the unit", func(t *testing.T, e *env) {
		e.users(3)
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			stmt, err := tx.SQL().PrepareContext(ctx, e.sql(`SELECT id FROM "user"`))
			e.must(err)
			rows, err := stmt.QueryContext(ctx)
			e.must(err)
			rows.Next()
			e.must(tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error { return write(ctx, tx, "n") }))
			if rows.Next() {
				t.Error("the rows are still open")
			}
			_ = rows.Close()
			forgotten, err := stmt.QueryContext(context.Background())
			e.must(err)
			forgotten.Next()
			return nil
		}))
		e.count("note", 1)
	}},
	{"T4 a bad statement fails when it is prepared", func(t *testing.T, e *env) {
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.SQL().PrepareContext(ctx, `SELEKT 1`)
			return err
		})
		if err == nil {
			t.Error("it was prepared")
		}
	}},
	{"U8 a prepared statement does not outlive the database's own rollback", func(t *testing.T, e *env) {
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			stmt, err := tx.SQL().PrepareContext(ctx, `INSERT INTO note (id, text) VALUES ('n', 'goes on')`)
			e.must(err)
			short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			_, _ = tx.SQL().ExecContext(short, e.endless())
			_, err = stmt.ExecContext(ctx)
			e.is(err, context.DeadlineExceeded)
			return nil
		})
		e.is(err, context.DeadlineExceeded)
		e.count("note", 0)
	}},
	{"C3 what a prepared statement writes is in the returned document", func(t *testing.T, e *env) {
		u := e.user("ada")
		var stmt *sql.Stmt
		e.tr.User.BeforeUpdate = func(ctx context.Context, tx *auth.Tx, _ auth.User, _ *auth.UserPatch) (err error) {
			stmt, err = tx.SQL().PrepareContext(ctx, e.sql(`UPDATE "user" SET image = ?`))
			return err
		}
		e.tr.User.OnUpdate = func(ctx context.Context, _ *auth.Tx, _ auth.UserChange) error {
			_, err := stmt.ExecContext(ctx, "by stmt")
			return err
		}
		u, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Visits: auth.Set(1)})
		e.must(err)
		if u.Image == nil || *u.Image != "by stmt" {
			t.Errorf("returned: %+v", u)
		}
	}},
	{"U2 a Join that is doomed leaves nothing with the caller", func(t *testing.T, e *env) {
		db := conflicting(e)
		for name, fail := range map[string]func(context.Context, context.CancelFunc, *auth.Tx) error{
			"cancelled": func(_ context.Context, cancel context.CancelFunc, _ *auth.Tx) error { cancel(); return nil },
			"conflict":  func(ctx context.Context, _ context.CancelFunc, tx *auth.Tx) error { return collide(ctx, tx) },
		} {
			outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
			e.must(err)
			ctx, cancel := context.WithCancel(e.ctx)
			_, err = db.Join(ctx, outer, func(ctx context.Context, tx *auth.Tx) error {
				e.must(write(ctx, tx, name))
				return fail(ctx, cancel, tx)
			})
			cancel()
			if err == nil {
				t.Errorf("%s: no error", name)
			}
			e.must(outer.Commit())
			e.count("note", 0)
		}
	}},
	{"U2 a Join whose transaction the database ended ends the caller's handle", func(t *testing.T, e *env) {
		outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
		e.must(err)
		_, err = e.db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error {
			short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			_, err := tx.SQL().ExecContext(short, e.endless())
			return err
		})
		e.is(err, context.DeadlineExceeded)
		if _, err := outer.ExecContext(e.ctx, `INSERT INTO note (id, text) VALUES ('n', 'alone')`); !errors.Is(err, sql.ErrTxDone) {
			t.Errorf("the caller goes on: %v", err)
		}
		_ = outer.Rollback()
		e.count("note", 0)
	}},
	{"U2 done runs its entries once", func(t *testing.T, e *env) {
		outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
		e.must(err)
		ran := 0
		done, err := e.db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error {
			tx.AfterCommit(func(context.Context) error { ran++; return nil })
			tx.AfterRollback(func(context.Context) error { ran++; return nil })
			return nil
		})
		e.must(err)
		e.must(outer.Commit())
		done(true)
		done(false)
		if ran != 1 {
			t.Errorf("%d entries ran", ran)
		}
		_, err = e.db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error { return write(ctx, tx, "n") })
		e.is(err, auth.ErrTxDone)
	}},
	{"U10 LazyWrite begins ahead of a read that locks", func(t *testing.T, e *env) {
		u := e.user("ada")
		for name, run := range map[string]func(context.Context, *auth.Tx) error{
			"increment": func(ctx context.Context, tx *auth.Tx) error {
				_, _, err := tx.User.IncrementOne(ctx, auth.UserCols.ID.Eq(u.ID), auth.UserDelta{Visits: 1}, auth.UserPatch{})
				return err
			},
			"update": func(ctx context.Context, tx *auth.Tx) error {
				_, err := tx.User.Update(ctx, u.ID, auth.UserPatch{Visits: auth.Set(1)})
				return err
			},
			"many": func(ctx context.Context, tx *auth.Tx) error {
				_, err := tx.User.UpdateMany(ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(1)})
				return err
			},
		} {
			e.seen.take()
			e.must(e.db.Tx(e.ctx, run, auth.LazyWrite))
			if got := verbs(e.seen.take()); !strings.HasPrefix(got, "BEGIN SELECT") {
				t.Errorf("%s: %s", name, got)
			}
		}
	}},
	{"U10 ReadOnly and LazyWrite together are ReadOnly", func(t *testing.T, e *env) {
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			if err := tx.SQL().QueryRowContext(ctx, `SELECT 1`).Scan(new(int)); err != nil {
				return err
			}
			return tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				e.is(write(ctx, tx, "n"), auth.ErrReadOnly)
				return nil
			})
		}, auth.ReadOnly, auth.LazyWrite))
	}},
	{"U7 an observer that panics at BEGIN leaves the writers free", func(t *testing.T, e *env) {
		db := e.open(auth.WithObserver(&panicAtBegin{}))
		func() {
			defer func() { _ = recover() }()
			_, _ = db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		}()
		e.count("user", 0)
		_, err := db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		e.must(err)
	}},
	{"U5 a conflict of another database's unit is not this one's to retry", func(t *testing.T, e *env) {
		other := newEnv(t, openSQLite(t))
		inner := conflicting(other, auth.WithRetry(1000))
		runs := 0
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			runs++
			short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			return inner.Tx(short, func(ctx context.Context, tx *auth.Tx) error { return collide(ctx, tx) })
		})
		e.is(err, context.DeadlineExceeded)
		if runs != 1 {
			t.Errorf("the outer unit ran %d times", runs)
		}
		e.must(other.raw.Pool.Close())
	}},
	{"M2 on of a row that an earlier row's trigger wrote, or deleted", func(t *testing.T, e *env) {
		e.users(3)
		var news []string
		e.tr.User.OnUpdate = func(ctx context.Context, tx *auth.Tx, c auth.UserChange) error {
			news = append(news, string(c.New.ID)+" "+c.New.Name)
			if c.New.ID != "u00000" {
				return nil
			}
			_, err := tx.WithoutTriggers().User.Update(ctx, "u00001", auth.UserPatch{Name: auth.Set("changed")})
			e.must(err)
			return tx.WithoutTriggers().User.Delete(ctx, "u00002")
		}
		_, err := e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(1)})
		e.must(err)
		if got := strings.Join(news, ", "); got != "u00000 u00000, u00001 changed" {
			t.Errorf("on got %s", got)
		}
	}},
	{"errors: a raw error returned through a nested Tx quotes no value", func(t *testing.T, e *env) {
		const secret = "s3cr3t"
		if e.kind() == dialect.Postgres {
			e.exec(`CREATE FUNCTION loud() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'Duplicate entry ` + secret + `'; END $$`)
		}
		e.exec(`CREATE TRIGGER loud BEFORE INSERT ON note ` + by(e,
			`BEGIN SELECT RAISE(ABORT, 'Duplicate entry `+secret+`'); END`,
			`FOR EACH ROW EXECUTE FUNCTION loud()`,
			`FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'Duplicate entry `+secret+`'`))
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, _ auth.User) error {
			return tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				_, err := tx.SQL().ExecContext(ctx, `INSERT INTO note (id, text) VALUES ('n', 'n')`)
				return err
			})
		}
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("error: %v", err)
		}
	}},
}

// panicAtBegin is an observer that fails where the first transaction begins.
type panicAtBegin struct{ done bool }

func (p *panicAtBegin) Observe(ctx context.Context, s auth.Step) (context.Context, func(error)) {
	if s.Kind == authgen.StepBegin && !p.done {
		p.done = true
		panic("observer")
	}
	return ctx, func(error) {}
}
