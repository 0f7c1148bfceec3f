//go:build unix

package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/testdb"
)

// TestServerStoppedUnderLoad stops and starts a server while many goroutines
// write: what was acknowledged is there, and what was not is there wholly or not
// at all.
func TestServerStoppedUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts servers")
	}
	for _, kind := range []struct {
		name  string
		start func(testing.TB) *testdb.Server
		open  func(dsn string) dialect.Database
	}{
		{"postgres", testdb.OwnPostgres, postgres.Open},
		{"mariadb", testdb.OwnMariaDB, mysql.Open},
	} {
		t.Run(kind.name, func(t *testing.T) {
			s := kind.start(t)
			e := newEnv(t, closing(t, kind.open(s.DSN)))
			e.seen.deaf.Store(true)
			e.tr.Deaf.Store(true)
			e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
				if _, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: u.ID}); err != nil {
					return err
				}
				return write(ctx, tx, string(u.ID))
			}
			l := &load{env: e, outcomes: map[auth.UserID]error{}}
			ended := l.start(12)
			for _, signal := range []os.Signal{s.Clean, s.Crash, s.Crash} {
				l.await(50)
				s.Stop(signal)
				time.Sleep(100 * time.Millisecond)
				s.Start()
			}
			l.await(50) // the pool has recovered
			l.stop.Store(true)
			ended()
			l.check()
		})
	}
}

// A load is many goroutines that create users, and what they heard of each.
type load struct {
	*env
	stop     atomic.Bool
	mu       sync.Mutex
	outcomes map[auth.UserID]error
	stored   int // acknowledged since the last look
}

// start begins it. What it returns waits for its end.
func (l *load) start(goroutines int) (wait func()) {
	l.raw.Pool.SetMaxOpenConns(goroutines)
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := 0; !l.stop.Load(); i++ {
				l.create(auth.UserID(fmt.Sprintf("g%d-%d", g, i)))
			}
		})
	}
	return wg.Wait
}

func (l *load) create(id auth.UserID) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, err := l.db.User.Create(ctx, auth.UserCreate{ID: auth.Set(id), Name: "n", Email: string(id)})
	l.mu.Lock()
	l.outcomes[id] = err
	if err == nil {
		l.stored++
	}
	l.mu.Unlock()
	if err != nil { // the server is away
		time.Sleep(5 * time.Millisecond)
	}
}

// await waits until so many more users are acknowledged.
func (l *load) await(n int) {
	l.Helper()
	l.mu.Lock()
	l.stored = 0
	l.mu.Unlock()
	for range 600 {
		l.mu.Lock()
		enough := l.stored >= n
		l.mu.Unlock()
		if enough {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	l.Fatal("the writers do not recover")
}

// check compares what is stored with what was heard.
func (l *load) check() {
	l.Helper()
	unknown, failed := 0, 0
	for id, err := range l.outcomes {
		var parts []bool
		for table, column := range map[string]string{"user": "id", "profile": "userId", "note": "id"} {
			var n int
			l.must(l.raw.Pool.QueryRow(l.sql(`SELECT count(*) FROM "`+table+`" WHERE "`+column+`" = ?`), string(id)).Scan(&n))
			parts = append(parts, n == 1)
		}
		whole, absent := parts[0] && parts[1] && parts[2], !parts[0] && !parts[1] && !parts[2]
		switch {
		case err == nil && !whole:
			l.Errorf("user %s was acknowledged, and is not all there: %v", id, parts)
		case errors.Is(err, auth.ErrCommitUnknown):
			if unknown++; !whole && !absent {
				l.Errorf("user %s is half there: %v", id, parts)
			}
		case err != nil:
			if failed++; !absent {
				l.Errorf("user %s is there (%v), in spite of: %v", id, parts, err)
			}
		}
	}
	l.Logf("%d stored, %d not known, %d failed", len(l.outcomes)-unknown-failed, unknown, failed)
	eventually(l.T, "connections are in use", func() bool { return l.raw.Pool.Stats().InUse == 0 })
}
