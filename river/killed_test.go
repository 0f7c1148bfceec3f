package river_test

import (
	"context"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	riverqueue "github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/river"
)

// Where a relay is killed, in its second hand-over.
const (
	claimed   = "claimed"   // before the sink is called
	removed   = "removed"   // in the transaction, after a removal, before River inserts
	inserted  = "inserted"  // in the transaction, before it commits
	committed = "committed" // after the sink, before the relay removes what was taken
)

// However often and wherever the relay is killed, each job comes to River once:
// where the outbox is shared because taking and removing are one, and elsewhere
// because River knows the id.
func TestRelayKilled(t *testing.T) {
	everywhere(t, func(t *testing.T, s *site) {
		const jobs = 2000 // 20 batches
		s.schedule(t, 0, jobs)
		for _, at := range []string{claimed, removed, inserted, committed} {
			start(t, order{Place: s.place, Role: "relay", Kill: at}).waitKilled()
		}
		if s.waiting(t) == 0 {
			t.Fatal("the outbox is empty, nobody was killed in the middle")
		}
		start(t, order{Place: s.place, Role: "relay"}).wait()
		if got := len(s.rows(t, river.JobKind)); got != jobs {
			t.Errorf("River has %d jobs, want %d", got, jobs)
		}
		ran := newTally()
		s.started(t, river.Config{Handlers: ran.handlers()})
		eventually(t, "all jobs have run", func() bool { return ran.different() == jobs })
		if twice := ran.twice(); len(twice) > 0 {
			t.Errorf("these ran twice: %v", twice)
		}
	})
}

// relayUntilEmpty is the role of a process that hands over jobs and runs none.
func relayUntilEmpty(ctx context.Context, o order, s *site) error {
	k := &killing{at: o.Kill}
	e, err := s.open(river.Config{Adjust: func(c *riverqueue.Config) {
		c.Middleware = append(c.Middleware, riverqueue.JobInsertMiddlewareFunc(k.insert))
	}})
	if err != nil {
		return err
	}
	k.Sink = e
	var sink outbox.Sink = k
	if in, ok := e.(outbox.Transactional); ok {
		sink = killingIn{k, in}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	relay := outbox.NewRelay(s.store, outbox.Config{Engine: sink, Batch: 100, Lease: time.Second, Poll: 20 * time.Millisecond})
	ended := make(chan error, 1)
	go func() { ended <- relay.Run(ctx) }()
	for {
		waiting := 0
		if waiting, err = s.counted(ctx, "SELECT count(*) FROM authgen_job"); err != nil || waiting == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	<-ended
	return err
}

// A killing sink kills its process in the second hand-over.
type killing struct {
	outbox.Sink
	at    string
	times atomic.Int32
}

func (k *killing) Send(ctx context.Context, due []outbox.Entry) error {
	k.times.Add(1)
	k.here(claimed)
	err := k.Sink.Send(ctx, due)
	k.here(committed)
	return err
}

// insert is called by River inside the transaction.
func (k *killing) insert(ctx context.Context, _ []*rivertype.JobInsertParams, do func(context.Context) ([]*rivertype.JobInsertResult, error)) ([]*rivertype.JobInsertResult, error) {
	k.here(removed)
	result, err := do(ctx)
	k.here(inserted)
	return result, err
}

func (k *killing) here(at string) {
	if at == k.at && k.times.Load() == 2 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // until it comes
	}
}

type killingIn struct {
	*killing
	in outbox.Transactional
}

func (k killingIn) SendTx(ctx context.Context, due []outbox.Entry, removal outbox.Ack) error {
	k.times.Add(1)
	k.here(claimed)
	err := k.in.SendTx(ctx, due, removal)
	k.here(committed)
	return err
}
