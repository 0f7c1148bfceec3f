package conformance

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// processCases look at memory, or change what all of the process has in common.
var processCases = []testCase{
	{"M6 memory does not grow with the rows", func(t *testing.T, e *env) {
		if testing.Short() {
			t.Skip("it takes its time")
		}
		const few, many = 1_000, 4_000
		e.users(many)
		peak := uint64(0)
		sample := func(row int) {
			if row%500 == 0 {
				goruntime.GC()
				var m goruntime.MemStats
				goruntime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
		visited := 0
		e.tr.User.OnUpdate = func(ctx context.Context, tx *auth.Tx, c auth.UserChange) error {
			visited++
			sample(visited)
			_, err := tx.SQL().ExecContext(ctx, e.sql(`UPDATE note SET text = ?`), string(c.New.ID))
			return err
		}
		e.tr.User.OnDelete = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			visited++
			sample(visited)
			return tx.SQL().QueryRowContext(ctx, `SELECT 1`).Scan(new(int))
		}
		// The hooks would be noted one by one, which is the test's memory.
		e.seen.deaf.Store(true)
		e.tr.Deaf.Store(true)
		rows := auth.UserCols.ID.Lt(auth.UserID(fmt.Sprintf("u%05d", few)))
		for name, run := range map[string]func(auth.Predicate[auth.User]) (int, error){
			"UpdateMany": func(p auth.Predicate[auth.User]) (int, error) {
				return e.db.User.UpdateMany(e.ctx, p, auth.UserPatch{Visits: auth.Set(1)})
			},
			"Each": func(p auth.Predicate[auth.User]) (n int, err error) {
				for _, err := range e.db.User.Each(e.ctx, auth.UserQuery{Where: p}) {
					if err != nil {
						return n, err
					}
					n++
					sample(n)
				}
				return n, nil
			},
		} {
			measure := func(p auth.Predicate[auth.User], want int) uint64 {
				peak = 0
				if n, err := run(p); err != nil || n != want {
					t.Fatalf("%s: %d rows (%v)", name, n, err)
				}
				return peak
			}
			small, large := measure(rows, few), measure(auth.All[auth.User](), many)
			if large > small+1<<20 {
				t.Errorf("%s holds %d KiB for %d rows, %d KiB for %d", name, small>>10, few, large>>10, many)
			}
		}
		visited, peak = 0, 0
		early := uint64(0)
		e.tr.User.BeforeDelete = func(context.Context, *auth.Tx, auth.User) error {
			if visited == few {
				early = peak
			}
			return nil
		}
		n, err := e.db.User.DeleteMany(e.ctx, auth.All[auth.User]())
		if err != nil || n != many || peak > early+1<<20 {
			t.Errorf("DeleteMany of %d rows holds %d KiB, after %d rows %d KiB (%v)", n, peak>>10, few, early>>10, err)
		}
	}},
	{"S1: differences are ignored or logged where that is asked for", func(t *testing.T, e *env) {
		e.exec(`ALTER TABLE session DROP COLUMN agent`)
		e.differs("session.agent", e.reopen())
		e.must(e.reopen(auth.WithSchemaCheck(auth.IgnoreDifferences)))
		var logged bytes.Buffer
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
		defer slog.SetDefault(before)
		e.must(e.reopen(auth.WithSchemaCheck(auth.WarnOfDifferences)))
		if !strings.Contains(logged.String(), "session.agent: there is no column agent") {
			t.Errorf("logged is %s", logged.String())
		}
	}},
}
