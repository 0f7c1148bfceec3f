package cost

import (
	"context"
	"flag"
	"fmt"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/cost/auth"
)

// rows is how many rows TestGrowth goes up to. By hand:
//
//	go test ./internal/cost -run Growth -rows 1000000 -v -timeout 1h
var rows = flag.Int("rows", 20_000, "how many rows TestGrowth goes up to")

// TestGrowth holds that the calls that go over many rows keep one batch in
// memory, and prints how their time grows.
func TestGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	ctx := context.Background()
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			f := open(t, d.open(d.dsn(t)))
			few := *rows / 10
			small := grow(t, ctx, f, few)
			large := grow(t, ctx, f, *rows)
			for i, s := range small {
				l := large[i]
				t.Logf("%-10s  %8d rows: %5d KiB, %v a row;  %8d rows: %5d KiB, %v a row, %.2f of the former",
					s.name, few, s.peak>>10, s.time/time.Duration(few), *rows, l.peak>>10, l.time/time.Duration(*rows),
					float64(l.time)/float64(*rows)/(float64(s.time)/float64(few)))
				if l.peak > s.peak+1<<20 {
					t.Errorf("%s holds %d KiB for %d rows, %d KiB for %d", s.name, s.peak>>10, few, l.peak>>10, *rows)
				}
			}
		})
	}
}

// A growth is what a call over many rows took.
type growth struct {
	name string
	time time.Duration
	peak uint64 // bytes in use above those before
}

// grow runs each call over n rows, which it makes and which the last deletes.
func grow(t *testing.T, ctx context.Context, f *fixture, n int) []growth {
	t.Helper()
	must(t, fill(ctx, f, n))
	mine := auth.SessionCols.UserID.Eq("u")
	return []growth{
		measure(t, "Each", n, f, func() (seen int, err error) {
			for _, err := range f.db.Session.Each(ctx, auth.SessionQuery{Where: mine}) {
				if err != nil {
					return seen, err
				}
				f.tr.Seen()
				seen++
			}
			return seen, nil
		}),
		measure(t, "Each in a Tx", n, f, func() (seen int, err error) {
			err = f.db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				for _, err := range tx.Session.Each(ctx, auth.SessionQuery{Where: mine}) {
					if err != nil {
						return err
					}
					f.tr.Seen()
					seen++
				}
				return nil
			})
			return seen, err
		}),
		measure(t, "UpdateMany", n, f, func() (int, error) {
			return f.db.Session.UpdateMany(ctx, mine, auth.SessionPatch{ExpiresAt: auth.Set(time.Now().Add(48 * time.Hour))})
		}),
		measure(t, "DeleteMany", n, f, func() (int, error) { return f.db.Session.DeleteMany(ctx, mine) }),
	}
}

// fill stores n sessions, a thousand in a transaction.
func fill(ctx context.Context, f *fixture, n int) error {
	for start := 0; start < n; start += 1000 {
		err := f.db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
			for i := start; i < min(start+1000, n); i++ {
				_, err := tx.Session.Create(ctx, auth.SessionCreate{ExpiresAt: time.Now().Add(time.Hour), Token: fmt.Sprint(i), UserID: "u"})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// measure runs a call, and looks at the memory in use as its triggers run.
func measure(t *testing.T, name string, n int, f *fixture, run func() (int, error)) growth {
	t.Helper()
	g := growth{name: name}
	base := inUse()
	var looking time.Duration
	visited := 0
	f.tr.OnSeen = func() {
		if visited++; visited%(n/8) == 0 {
			start := time.Now()
			if now := inUse(); now > base {
				g.peak = max(g.peak, now-base)
			}
			looking += time.Since(start)
		}
	}
	defer func() { f.tr.OnSeen = nil }()
	start := time.Now()
	got, err := run()
	g.time = time.Since(start) - looking
	must(t, err)
	if got != n || visited != n {
		t.Errorf("%s: %d rows, %d visited, want %d", name, got, visited, n)
	}
	return g
}

func inUse() uint64 {
	goruntime.GC()
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return m.HeapAlloc
}
