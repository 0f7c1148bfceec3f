package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// busyCases are servers and pools that are busy, that were made replicas, or
// whose tables were altered under a program.
var busyCases = []testCase{
	{"errors: a pool whose connections are all in use is ErrBusy, and the context's error", func(t *testing.T, e *env) {
		e.raw.Pool.SetMaxOpenConns(1)
		defer e.raw.Pool.SetMaxOpenConns(32)
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			if _, err := tx.User.Count(ctx, auth.All[auth.User]()); err != nil {
				return err
			}
			short, cancel := context.WithTimeout(e.ctx, 50*time.Millisecond) // not the context of tx
			defer cancel()
			_, err := e.db.User.Count(short, auth.All[auth.User]())
			e.is(err, auth.ErrBusy)
			e.is(err, context.DeadlineExceeded)
			return nil
		}))
	}},
	{"errors: a lock that is not free in time is ErrConflict and ErrBusy", func(t *testing.T, e *env) {
		db := e.open(auth.WithRetry(1))
		u := e.user("ada")
		holder, err := e.raw.Pool.Conn(e.ctx)
		e.must(err)
		defer func() { _ = holder.Close() }()
		waits := by(e, `PRAGMA busy_timeout = 20`, `SET lock_timeout = 20`, `SET innodb_lock_wait_timeout = 1`)
		other, err := e.raw.Pool.Conn(e.ctx)
		e.must(err)
		_, err = other.ExecContext(e.ctx, waits)
		e.must(err)
		e.raw.Pool.SetMaxOpenConns(2) // so that the unit has the one that waits no longer
		defer e.raw.Pool.SetMaxOpenConns(32)
		_, err = holder.ExecContext(e.ctx, by(e, "BEGIN IMMEDIATE", "BEGIN", "BEGIN"))
		e.must(err)
		_, err = holder.ExecContext(e.ctx, e.sql(`UPDATE "user" SET visits = 1`))
		e.must(err)
		e.must(other.Close())
		_, err = db.User.Update(e.ctx, u.ID, auth.UserPatch{Visits: auth.Set(2)})
		e.is(err, auth.ErrConflict)
		e.is(err, auth.ErrBusy)
		_, err = holder.ExecContext(e.ctx, "ROLLBACK")
		e.must(err)
		e.altered = true // a connection is not as it was
	}},
	{"U5 a server that takes no more writes is left, and the unit runs again elsewhere", func(t *testing.T, e *env) {
		if e.kind() == dialect.SQLite {
			t.Skip("it has no server")
		}
		e.altered = true
		for name, call := range map[string]func(name string) error{
			"unit": func(name string) error {
				_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: name, Email: name})
				return err
			},
			"statement": func(name string) error {
				_, err := e.db.Note.Create(e.ctx, auth.NoteCreate{ID: auth.NoteID(name), Text: name})
				return err
			},
		} {
			for range 3 { // idle connections to what is a replica by now
				conns := e.connections(4)
				for _, c := range conns {
					_, err := c.ExecContext(e.ctx, by(e, "", "SET default_transaction_read_only = on", "SET SESSION TRANSACTION READ ONLY"))
					e.must(err)
				}
				for _, c := range conns {
					e.must(c.Close())
				}
				name += "x"
				e.must(call(name))
			}
		}
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.SQL().ExecContext(ctx, e.sql(`DELETE FROM "user"`))
			return err
		}, auth.ReadOnly)
		if err == nil || strings.Contains(err.Error(), "replica") {
			t.Errorf("a write in a transaction that only reads: %v", err)
		}
	}},
	{"U5 a server that stays read-only is said to be", func(t *testing.T, e *env) {
		if e.kind() == dialect.SQLite {
			t.Skip("it has no server")
		}
		db := e.open(auth.WithRetry(0))
		e.altered = true
		e.raw.Pool.SetMaxOpenConns(1)
		defer e.raw.Pool.SetMaxOpenConns(32)
		_, err := e.raw.Pool.ExecContext(e.ctx, by(e, "", "SET default_transaction_read_only = on", "SET SESSION TRANSACTION READ ONLY"))
		e.must(err)
		_, err = db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		if err == nil || errors.Is(err, auth.ErrConflict) || !strings.Contains(err.Error(), "the server is read-only") {
			t.Errorf("error: %v", err)
		}
	}},
	{"U5 a column whose type is altered under a program fails no call", func(t *testing.T, e *env) {
		if e.kind() == dialect.SQLite {
			t.Skip("it has no way to alter the type of a column")
		}
		e.altered = true
		u := e.user("ada")
		call := func() {
			e.Helper()
			_, err := e.db.User.Get(e.ctx, u.ID)
			e.must(err)
			e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				if _, err := tx.User.GetByEmail(ctx, u.Email); err != nil {
					return err
				}
				_, err := tx.User.Update(ctx, u.ID, auth.UserPatch{Visits: auth.Set(1)})
				return err
			}))
		}
		for n := range 8 { // each time on another connection, which prepares its statements
			held := e.connections(n)
			call()
			for _, c := range held {
				e.must(c.Close())
			}
		}
		e.exec(by(e, "", `ALTER TABLE "user" ALTER COLUMN name TYPE varchar(300)`, "ALTER TABLE `user` MODIFY name varchar(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"))
		call()
	}},
	{"errors: a session that was idle for too long is a lost one", func(t *testing.T, e *env) {
		if e.kind() != dialect.Postgres {
			t.Skip("it has no such limit")
		}
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			if _, err := tx.SQL().ExecContext(ctx, `SET LOCAL idle_in_transaction_session_timeout = 20`); err != nil {
				return err
			}
			time.Sleep(200 * time.Millisecond)
			_, err := tx.Desk.Create(ctx, auth.DeskCreate{Name: "late"})
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "the transaction is lost") || strings.Contains(err.Error(), "authgen_event") {
			t.Errorf("error: %v", err)
		}
	}},
	{"errors: an outbox that cannot be written is said to be missing only if it is", func(t *testing.T, e *env) {
		e.altered = true
		create := func() error {
			_, err := e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "a"})
			return err
		}
		e.exec(by(e, `ALTER TABLE authgen_event RENAME COLUMN body TO text`, `ALTER TABLE authgen_event RENAME COLUMN body TO text`, "ALTER TABLE authgen_event RENAME COLUMN body TO text"))
		if err := create(); err == nil || strings.Contains(err.Error(), "CreateTables") {
			t.Errorf("a column is missing: %v", err)
		}
		e.exec(`DROP TABLE authgen_event`)
		if err := create(); err == nil || !strings.Contains(err.Error(), "CreateTables") {
			t.Errorf("the table is missing: %v", err)
		}
	}},
	{"errors: a program's own error that looks like a driver's keeps its text", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(context.Context, *auth.Tx, auth.User) error { return coded(2067) }
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		if err == nil || err.Error() != "user.onCreate: billing refused: 2067" {
			t.Errorf("error: %v", err)
		}
	}},
	{"errors: the same failure is told once", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, _ auth.User) error {
			_, err := tx.SQL().ExecContext(ctx, `DELETE FROM nowhere`)
			return err
		}
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		if err == nil || strings.Count(err.Error(), "nowhere") != 1 {
			t.Errorf("error: %v", err)
		}
	}},
}

// A coded error has a method as those of a driver of SQLite.
type coded int

func (c coded) Error() string { return fmt.Sprintf("billing refused: %d", int(c)) }

func (c coded) Code() int { return int(c) }
