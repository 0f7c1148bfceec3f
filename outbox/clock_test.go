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
		t.Run(d.Name, func(t *testing.T) {
			database := d.Open(t)
			e := open(t, database)
			database.Owned = false
			var ahead, began atomic.Int64
			other, err := runtime.Open(t.Context(), database, runtime.Schema{}, authgen.WithClock(func() time.Time {
				return e.Clock().Add(time.Duration(ahead.Load()))
			}))
			e.Must(err)
			over := make(chan struct{})
			defer close(over) // ahead of the engines
			work := func(ctx context.Context, _ outbox.Entry) error {
				began.Add(1)
				<-over
				return nil
			}
			engineOn := func(s *outbox.Outbox) *outbox.DirectEngine {
				engine := outbox.Direct(s, 1, work)
				t.Cleanup(func() { e.Must(engine.Close(context.WithoutCancel(t.Context()))) })
				return engine
			}
			const lease = time.Minute
			ahead.Store(int64(lease - time.Second))
			e.Schedule(1)
			e.Relay(outbox.Config{Engine: engineOn(e.Outbox), Lease: lease})
			e.Eventually("the job runs", func() bool { return began.Load() == 1 })
			late := outbox.New(other)
			e.RelayOn(late, outbox.Config{Engine: engineOn(late), Lease: lease, Poll: 5 * time.Millisecond})
			time.Sleep(100 * time.Millisecond) // in which it looks several times
			if n := began.Load(); n != 1 {
				t.Errorf("a clock that is ahead by less than the lease had the job run %d times", n)
			}
			ahead.Store(int64(lease + time.Second))
			e.Eventually("the job is taken for given up", func() bool { return began.Load() == 2 })
		})
	}
}
