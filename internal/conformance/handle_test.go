package conformance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

var handleCases = []testCase{
	{"T4 the application's own statements are part of the transaction", func(t *testing.T, e *env) {
		e.exec(`CREATE TABLE mine (id text)`)
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			if _, err := tx.SQL().ExecContext(ctx, e.sql(`INSERT INTO mine VALUES (?)`), string(u.ID)); err != nil {
				return err
			}
			var n int
			if err := tx.SQL().QueryRowContext(ctx, `SELECT count(*) FROM mine`).Scan(&n); err != nil || n == 0 {
				t.Errorf("the statement does not see its own transaction: %d (%v)", n, err)
			}
			if u.Name == "bad" {
				return errBoom
			}
			return nil
		}
		e.user("ada")
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "bad", Email: "b"})
		e.is(err, errBoom)
		e.count("mine", 1)
	}},
	{"T4 the handle neither commits nor rolls back", func(t *testing.T, e *env) {
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(write(ctx, tx, "n"))
			if tx.SQL().Commit() == nil || tx.SQL().Rollback() == nil {
				t.Error("the handle ended the transaction")
			}
			return write(ctx, tx, "m")
		}))
		e.count("note", 2)
	}},
	{"T4 forgotten rows and rows to scan hang nothing", func(t *testing.T, e *env) {
		e.users(3)
		forget := func(ctx context.Context, tx *auth.Tx) {
			rows, err := tx.SQL().QueryContext(ctx, e.sql(`SELECT id FROM "user"`))
			e.must(err)
			rows.Next()
		}
		e.tr.User.OnUpdate = func(ctx context.Context, tx *auth.Tx, _ auth.UserChange) error {
			for range 100 {
				tx.SQL().QueryRowContext(ctx, e.sql(`SELECT id FROM "user"`))
			}
			_, err := tx.SQL().PrepareContext(ctx, e.sql(`SELECT id FROM "user"`))
			forget(ctx, tx)
			return err
		}
		_, err := e.db.User.Update(e.ctx, "u00000", auth.UserPatch{Visits: auth.Set(1)})
		e.must(err)
		e.tr.User.OnDelete = func(ctx context.Context, tx *auth.Tx, _ auth.User) error {
			forget(ctx, tx)
			return errBoom
		}
		e.is(e.db.User.Delete(e.ctx, "u00000"), errBoom)
		e.count("user", 3)
	}},
	{"T4 a statement while rows are open works, or says why not", func(t *testing.T, e *env) {
		e.users(3)
		n := 0
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(write(ctx, tx, "n"))
			for range 100 {
				rows, err := tx.SQL().QueryContext(ctx, e.sql(`SELECT id FROM "user"`))
				if err != nil {
					return err
				}
				rows.Next()
				n++
			}
			return nil
		})
		if e.kind() == dialect.SQLite {
			e.must(err)
			e.count("note", 1)
			return
		}
		if err == nil || n != 1 || !strings.Contains(err.Error(), "still open") {
			t.Errorf("after %d results: %v", n, err)
		}
		e.count("note", 0)
	}},
	{"T4 a statement prepared elsewhere is refused", func(t *testing.T, e *env) {
		stmt, err := e.raw.Pool.PrepareContext(e.ctx, e.sql(`INSERT INTO note (id, text) VALUES (?, 'x')`))
		e.must(err)
		defer func() { _ = stmt.Close() }()
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			bound := tx.SQL().StmtContext(ctx, stmt)
			if _, err := bound.ExecContext(ctx, "n"); err == nil {
				t.Error("it ran")
			}
			return nil
		}))
		e.count("note", 0)
	}},
	{"U8 an error that comes with the rows is the unit's, swallowed or not", func(t *testing.T, e *env) {
		late := map[dialect.Kind]string{
			dialect.SQLite:   `SELECT abs(x) FROM (SELECT 1 AS x UNION ALL SELECT -9223372036854775808) AS q`,
			dialect.Postgres: `SELECT 1 / (2 - n) FROM generate_series(1, 2) AS n`,
			dialect.MySQL:    `INSERT INTO note (id, text) VALUES ('n', 'x') RETURNING id`,
		}[e.kind()]
		swallow := func(ctx context.Context, tx *auth.Tx) {
			rows, err := tx.SQL().QueryContext(ctx, late)
			if err != nil {
				return
			}
			for rows.Next() {
			}
			_ = rows.Close()
		}
		swallowRow := func(ctx context.Context, tx *auth.Tx) {
			_ = tx.SQL().QueryRowContext(ctx, strings.Replace(late, "(1, 2)", "(2, 2)", 1)).Scan(new(any))
		}
		for name, swallow := range map[string]func(context.Context, *auth.Tx){"rows": swallow, "row": swallowRow} {
			if name == "row" && e.kind() == dialect.SQLite {
				continue // its first row is sound
			}
			err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				e.must(write(ctx, tx, "n"))
				swallow(ctx, tx)
				return nil
			})
			if err == nil {
				t.Errorf("%s: the rest is committed", name)
			}
			e.count("note", 0)
			err = e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				e.must(write(ctx, tx, "n"))
				if err := tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
					swallow(ctx, tx)
					return nil
				}); err == nil {
					t.Errorf("%s: the savepoint is kept", name)
				}
				return nil
			})
			if err != nil {
				t.Errorf("%s: a savepoint does not contain it: %v", name, err)
			}
			e.count("note", 1)
			e.exec(`DELETE FROM note`)
		}
	}},
	{"T4 prepared statements work, and die with the transaction", func(t *testing.T, e *env) {
		var kept *sql.Stmt
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) (err error) {
			kept, err = tx.SQL().PrepareContext(ctx, e.sql(`INSERT INTO note (id, text) VALUES (?, 'x')`))
			e.must(err)
			for i := range 3 {
				if _, err := kept.ExecContext(ctx, fmt.Sprint(i)); err != nil {
					return err
				}
			}
			return write(ctx, tx, "n")
		}))
		if _, err := kept.ExecContext(e.ctx, "late"); err == nil {
			t.Error("a kept statement still writes")
		}
		e.count("note", 4)
	}},
	{"T4 after the end everything is ErrTxDone", func(t *testing.T, e *env) {
		u := e.user("ada")
		var kept *auth.Tx
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { kept = tx; return write(ctx, tx, "n") }))
		_, err := kept.User.Get(e.ctx, u.ID)
		e.is(err, auth.ErrTxDone)
		_, err = kept.User.Create(e.ctx, auth.UserCreate{Name: "x", Email: "x"})
		e.is(err, auth.ErrTxDone)
		_, err = kept.Session.DeleteMany(e.ctx, auth.All[auth.Session]())
		e.is(err, auth.ErrTxDone)
		e.is(kept.Tx(e.ctx, func(context.Context, *auth.Tx) error { return nil }), auth.ErrTxDone)
		_, err = kept.SQL().ExecContext(e.ctx, `DELETE FROM note`)
		e.is(err, auth.ErrTxDone)
		_, err = kept.SQL().QueryContext(e.ctx, `SELECT 1`)
		e.is(err, auth.ErrTxDone)
		_, err = kept.SQL().PrepareContext(e.ctx, `SELECT 1`)
		e.is(err, auth.ErrTxDone)
		var one int
		e.is(kept.SQL().QueryRowContext(e.ctx, `SELECT 1`).Scan(&one), auth.ErrTxDone)
		e.count("note", 1)
	}},
	{"T4 two goroutines at once are ErrConcurrentUse", func(t *testing.T, e *env) {
		e.users(1)
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			var wg sync.WaitGroup
			var mu sync.Mutex
			refused := 0
			for range 8 {
				wg.Go(func() {
					for range 200 {
						if _, err := tx.User.Count(ctx, auth.All[auth.User]()); errors.Is(err, auth.ErrConcurrentUse) {
							mu.Lock()
							refused++
							mu.Unlock()
						} else if err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if refused == 0 {
				t.Skip("the goroutines never met")
			}
			return write(ctx, tx, "n")
		})
		e.is(err, auth.ErrConcurrentUse) // a statement that was refused is missing: nothing is stored
		e.count("note", 0)
	}},
	{"T4 a goroutine that outlives the trigger gets ErrTxDone", func(t *testing.T, e *env) {
		late := make(chan error, 1)
		release := make(chan struct{})
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			go func() {
				<-release
				late <- write(context.WithoutCancel(ctx), tx, "late")
			}()
			return write(ctx, tx, "n")
		}))
		close(release)
		e.is(<-late, auth.ErrTxDone)
		e.count("note", 1)
	}},
	{"T4 a goroutine in the middle of a statement at the end is waited for", func(t *testing.T, e *env) {
		started := make(chan struct{})
		var wg sync.WaitGroup
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(write(ctx, tx, "n"))
			wg.Go(func() {
				short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
				defer cancel()
				close(started)
				_, _ = tx.SQL().ExecContext(short, e.endless())
			})
			<-started
			time.Sleep(30 * time.Millisecond)
			return nil
		})
		wg.Wait()
		e.is(err, auth.ErrConcurrentUse)
		e.count("note", 0)
	}},
	{"T4 a pool of one connection does not deadlock", func(t *testing.T, e *env) {
		e.raw.Pool.SetMaxOpenConns(1)
		defer e.raw.Pool.SetMaxOpenConns(0)
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			tx.AfterCommit(func(ctx context.Context) error {
				_, err := e.db.User.Get(ctx, u.ID)
				return err
			})
			_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: u.ID})
			return err
		}
		e.user("ada")
		for u, err := range e.db.User.Each(e.ctx, auth.UserQuery{}) {
			e.must(err)
			_, err = e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Visits: auth.Set(1)})
			e.must(err)
		}
		if len(e.afterErrors) > 0 {
			t.Error(e.afterErrors)
		}
	}},
}
