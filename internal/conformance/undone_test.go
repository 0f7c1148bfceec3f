package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// undoneCases are failures of which the database itself says that nothing is stored.
var undoneCases = []testCase{
	{"U9 a write of one statement that finds the disk full is no ErrCommitUnknown", func(t *testing.T, e *env) {
		if e.kind() != dialect.SQLite {
			t.Skip("a server has no limit that a test could set")
		}
		u := e.user("ada")
		e.raw.Pool.SetMaxOpenConns(1) // the limit is the connection's
		e.exec(`PRAGMA max_page_count = 1`)
		ctx := context.WithoutCancel(e.ctx) // one that cannot end takes another way
		large := strings.Repeat("x", 8<<10)
		stored, err := 0, error(nil)
		for ; err == nil; stored++ {
			_, err = e.db.Session.Create(ctx, auth.SessionCreate{Token: auth.NewSecret(fmt.Sprint(stored)), UserID: u.ID, ExpiresAt: e.now, Agent: &large})
		}
		if errors.Is(err, auth.ErrCommitUnknown) || !strings.Contains(err.Error(), "full") {
			t.Errorf("error: %v", err)
		}
		e.count("session", stored-1)
		_, err = e.db.Session.DeleteMany(ctx, auth.All[auth.Session]())
		e.must(err)
	}},
	{"U9 a unit that the server ended for its idleness is no ErrCommitUnknown", func(t *testing.T, e *env) {
		if e.kind() != dialect.Postgres {
			t.Skip("the others end the connection without a word")
		}
		d := e.desk("one")
		for _, events := range []bool{false, true} { // which go ahead of COMMIT, in one go with it
			rolled := 0
			err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				tx.AfterRollback(func(context.Context) error { rolled++; return nil })
				var pid int
				e.must(tx.SQL().QueryRowContext(ctx, `SELECT pg_backend_pid()`).Scan(&pid))
				if events {
					_, err := tx.Ticket.Create(ctx, auth.TicketCreate{DeskID: d.ID, Title: "t", Pin: auth.NewSecret("pin")})
					e.must(err)
				} else {
					e.must(write(ctx, tx, "n"))
				}
				_, err := tx.SQL().ExecContext(ctx, `SET LOCAL idle_in_transaction_session_timeout = 1`)
				e.must(err)
				eventually(t, "the server does not end the session", func() bool {
					var n int
					e.must(e.raw.Pool.QueryRowContext(e.ctx, `SELECT count(*) FROM pg_stat_activity WHERE pid = $1`, pid).Scan(&n))
					return n == 0
				})
				return nil
			})
			if err == nil || errors.Is(err, auth.ErrCommitUnknown) || !strings.Contains(err.Error(), "idle-in-transaction timeout") || rolled != 1 {
				t.Errorf("events %v, AfterRollback ran %d times: %v", events, rolled, err)
			}
		}
		e.count("note", 0)
		e.count("ticket", 0)
	}},
}
