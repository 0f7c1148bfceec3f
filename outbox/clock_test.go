package outbox_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
)

// TestClocksDiffer has a job under way in one process while the clock of another is
// ahead: by less than the lease, which harms nothing, and by more, which has the
// job made a second time. docs/webhooks.md and docs/jobs.md say so.
func TestClocksDiffer(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			database := d.open(t)
			e := open(t, database)
			database.Owned = false
			var ahead, began atomic.Int64
			other, err := runtime.Open(t.Context(), database, runtime.Schema{}, authgen.WithClock(func() time.Time {
				return e.clock().Add(time.Duration(ahead.Load()))
			}))
			e.must(err)
			over := make(chan struct{})
			defer close(over) // ahead of the engines
			work := func(ctx context.Context, _ outbox.Entry) error {
				began.Add(1)
				<-over
				return nil
			}
			engineOn := func(s *outbox.Outbox) *outbox.DirectEngine {
				engine := outbox.Direct(s, 1, work)
				t.Cleanup(func() { e.must(engine.Close(context.WithoutCancel(t.Context()))) })
				return engine
			}
			const lease = time.Minute
			ahead.Store(int64(lease - time.Second))
			e.schedule(1)
			e.relay(outbox.Config{Engine: engineOn(e.store), Lease: lease})
			e.eventually("the job runs", func() bool { return began.Load() == 1 })
			late := outbox.New(other)
			e.relayOn(late, outbox.Config{Engine: engineOn(late), Lease: lease, Poll: 5 * time.Millisecond})
			time.Sleep(100 * time.Millisecond) // in which it looks several times
			if n := began.Load(); n != 1 {
				t.Errorf("a clock that is ahead by less than the lease had the job run %d times", n)
			}
			ahead.Store(int64(lease + time.Second))
			e.eventually("the job is taken for given up", func() bool { return began.Load() == 2 })
		})
	}
}
