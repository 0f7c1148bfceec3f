package conformance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

var killedCases = []testCase{
	{"U8 a connection killed at any step of a unit leaves nothing half done", func(t *testing.T, e *env) {
		k := newKiller(e)
		defer k.close()
		db := e.open(auth.WithObserver(k))
		e.tr.User.BeforeCreate = func(ctx context.Context, tx *auth.Tx, u *auth.User) error {
			return write(ctx, tx, "before "+u.Name)
		}
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			if _, err := tx.SQL().ExecContext(ctx, e.sql(`UPDATE note SET text = 'x'`)); err != nil {
				return err
			}
			return tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: u.ID})
				return err
			})
		}
		stored := 0
		for step := 0; ; step++ {
			k.arm(step)
			name := fmt.Sprint(step)
			_, err := db.User.Create(e.ctx, auth.UserCreate{Name: name, Email: name})
			killed := k.disarm()
			switch {
			case err == nil: // at BEGIN, another connection takes its place
				stored++
			case errors.Is(err, auth.ErrCommitUnknown) != (killed == "COMMIT"), !strings.Contains(err.Error(), "the transaction is lost"):
				t.Errorf("killed ahead of %s: %v", killed, err)
			}
			for _, table := range []string{"user", "note", "profile"} {
				e.count(table, stored)
			}
			if killed == "" {
				e.must(err)
				break
			}
			e.must(db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { // the pool is well
				_, err := tx.User.Count(ctx, auth.All[auth.User]())
				return err
			}))
			if step > 30 {
				t.Fatal("the steps do not end")
			}
		}
	}},
	{"U8 a connection killed in the middle of a statement leaves nothing half done", func(t *testing.T, e *env) {
		k := newKiller(e)
		defer k.close()
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, _ auth.User) error {
			defer k.killSoon()()
			_, err := tx.SQL().ExecContext(ctx, e.endless())
			if err == nil {
				t.Error("the statement was not killed")
			}
			return nil // swallowed
		}
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		if err == nil || errors.Is(err, auth.ErrCommitUnknown) || !strings.Contains(err.Error(), "the transaction is lost") {
			t.Errorf("error: %v", err)
		}
		e.count("user", 0)
		e.count("note", 0)
		e.tr.User.OnCreate = nil
		e.user("ada")
	}},
	{"U9 a write of one statement that got no answer is ErrCommitUnknown", func(t *testing.T, e *env) {
		k := newKiller(e)
		defer k.close()
		u := e.user("ada")
		s, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: u.ID, ExpiresAt: e.now})
		e.must(err)
		_, err = k.admin.ExecContext(e.ctx, "BEGIN")
		e.must(err)
		_, err = k.admin.ExecContext(e.ctx, e.sql(`UPDATE session SET agent = 'holder'`))
		e.must(err)
		wait := k.killSoon()
		err = e.db.Session.Delete(e.ctx, s.ID) // which waits for the holder
		wait()
		e.is(err, auth.ErrCommitUnknown)
		short, cancel := context.WithTimeout(e.ctx, 300*time.Millisecond) // enough to connect again
		defer cancel()
		err = e.db.Session.Delete(short, s.ID)
		e.is(err, auth.ErrCommitUnknown)
		e.is(err, context.DeadlineExceeded)
		_, err = e.db.Session.Get(short, s.ID)
		e.is(err, context.DeadlineExceeded)
		if errors.Is(err, auth.ErrCommitUnknown) {
			t.Errorf("a read is said to be uncertain: %v", err)
		}
		_, err = k.admin.ExecContext(e.ctx, "ROLLBACK")
		e.must(err)
		if err := e.db.Session.Delete(e.ctx, s.ID); err != nil {
			e.is(err, auth.ErrNotFound) // it ran to its end in the server
		}
	}},
}

// A killer is an observer that has the server end the connections of a pool,
// but its own, ahead of a step.
type killer struct {
	e     *env
	admin *sql.Conn

	mu     sync.Mutex
	left   int    // steps until it kills; negative: it does not
	killed string // the first word of what it killed ahead of
}

// newKiller returns one, on a database with a server that can kill.
func newKiller(e *env) *killer {
	e.Helper()
	if e.kind() == dialect.SQLite {
		e.Skip("there is no server that could end a connection")
	}
	// Connections that earlier cases left idle would be killed as well, and be met
	// by whatever takes one next.
	e.raw.Pool.SetMaxIdleConns(1)
	e.Cleanup(func() { e.raw.Pool.SetMaxIdleConns(32) })
	admin, err := e.raw.Pool.Conn(context.Background())
	e.must(err)
	return &killer{e: e, admin: admin, left: -1}
}

func (k *killer) close() { _ = k.admin.Close() }

func (k *killer) arm(steps int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.left, k.killed = steps, ""
}

// disarm returns what it killed ahead of, if it did.
func (k *killer) disarm() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.left = -1
	return k.killed
}

// Observe kills ahead of the step that is due.
func (k *killer) Observe(ctx context.Context, s auth.Step) (context.Context, func(error)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch s.Kind {
	case authgen.StepBegin, authgen.StepStatement, authgen.StepCommit:
		if k.left == 0 {
			k.killed, _, _ = strings.Cut(s.SQL, " ")
			k.kill()
		}
		k.left--
	}
	return ctx, func(error) {}
}

// killSoon kills in the middle of what runs then. What it returns waits for it.
func (k *killer) killSoon() (wait func()) {
	var wg sync.WaitGroup
	wg.Go(func() {
		time.Sleep(50 * time.Millisecond)
		k.mu.Lock()
		defer k.mu.Unlock()
		k.kill()
	})
	return wg.Wait
}

// kill ends the connections, and waits until they are gone.
func (k *killer) kill() {
	ctx := context.Background()
	ids := k.others(ctx)
	for _, id := range ids {
		_, _ = k.admin.ExecContext(ctx, by(k.e, "", "SELECT pg_terminate_backend("+id+", 5000)", "KILL ("+id+")")) // it may be gone by now
	}
	for range 1000 {
		if !slices.ContainsFunc(k.others(ctx), func(id string) bool { return slices.Contains(ids, id) }) {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	k.e.Error("the connections do not end")
}

// others returns the connections to the database but the killer's.
func (k *killer) others(ctx context.Context) (ids []string) {
	_, _ = k.admin.ExecContext(ctx, by(k.e, "", "SELECT pg_stat_clear_snapshot()", "DO 0")) // or a transaction would not see them end
	rows, err := k.admin.QueryContext(ctx, by(k.e, "",
		"SELECT pid::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
		"SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"))
	if err != nil {
		k.e.Error(err)
		return nil
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			k.e.Error(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		k.e.Error(err)
	}
	return ids
}
