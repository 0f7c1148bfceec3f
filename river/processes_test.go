package river_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/river"
)

// Two processes share what there is, and each job runs in one of them.
func TestTwoProcessesShareTheWork(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		const jobs = 1000
		workers := []*child{
			start(t, order{Place: s.place, Role: "worker"}),
			start(t, order{Place: s.place, Role: "worker"}),
		}
		for _, w := range workers {
			w.await("ready")
		}
		s.schedule(t, 0, jobs)
		s.relay(t, outbox.Config{Engine: s.engine(t, river.Config{})})
		eventually(t, "all jobs have run", func() bool { return s.finished(t) == jobs })
		times := map[string]int{}
		for i, w := range workers {
			w.stop()
			ran := w.printed("ran ")
			t.Logf("process %d ran %d jobs", i+1, len(ran))
			if len(ran) == 0 {
				t.Errorf("process %d ran nothing", i+1)
			}
			for _, n := range ran {
				times[n]++
			}
		}
		for n := range jobs {
			if got := times[fmt.Sprint(n)]; got != 1 {
				t.Errorf("job %d ran %d times", n, got)
			}
		}
	})
}

// A job whose process is killed while it runs is run again, when River has
// found out. A job that had been handed over, but not begun, survives as well.
func TestWorkerKilled(t *testing.T) {
	t.Parallel() // it takes half a minute, of waiting
	riverPlaces(t, func(t *testing.T, s *site) {
		t.Parallel()
		killWorker(t, s)
	})
}

// The same, where the leader, which looks after the jobs of the dead, is a
// process that runs no jobs itself.
func TestWorkerKilledUnderAnotherLeader(t *testing.T) {
	t.Parallel() // it takes half a minute, of waiting
	riverPlaces(t, func(t *testing.T, s *site) {
		t.Parallel()
		s.started(t, river.Config{Outbox: s.store, Deliverer: newPostman(delivered), Timeout: quick, Rescue: quick})
		eventually(t, "there is a leader", func() bool {
			var leaders int
			if err := s.sql.QueryRowContext(t.Context(), "SELECT count(*) FROM river_leader").Scan(&leaders); err != nil {
				t.Fatal(err)
			}
			return leaders == 1
		})
		killWorker(t, s)
	})
}

// quick is the Timeout and Rescue of workers that are to be found dead soon.
const quick = 2 * time.Second

func killWorker(t *testing.T, s *site) {
	first := start(t, order{Place: s.place, Role: "worker", Block: true, Short: quick})
	first.await("ready")
	relay := s.engine(t, river.Config{})
	if err := relay.Send(t.Context(), jobEntries(1)); err != nil {
		t.Fatal(err)
	}
	first.await("began 0")
	first.kill()
	if err := relay.Send(t.Context(), jobEntries(2)); err != nil { // the first for the second time
		t.Fatal(err)
	}
	second := start(t, order{Place: s.place, Role: "worker", Short: quick})
	second.await("ran 1")
	second.await("ran 0")
	second.stop()
	if ran := second.printed("ran "); len(ran) != 2 {
		t.Errorf("these ran: %v", ran)
	}
	if got := s.rows(t, river.JobKind); got[0].Attempt != 2 || got[1].Attempt != 1 || s.finished(t) != 2 {
		t.Errorf("River has %+v", got)
	}
}

// What was handed over is there when the program is started again.
func TestRestart(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		s.schedule(t, 0, 10)
		start(t, order{Place: s.place, Role: "relay"}).wait()
		worker := start(t, order{Place: s.place, Role: "worker"})
		eventually(t, "all jobs have run", func() bool { return s.finished(t) == 10 })
		worker.stop()
		if ran := worker.printed("ran "); len(ran) != 10 {
			t.Errorf("these ran: %v", ran)
		}
	})
}

// finished returns how many jobs River has completed.
func (s *site) finished(t testing.TB) (n int) {
	for _, r := range s.rows(t, river.JobKind) {
		if r.State == "completed" {
			n++
		}
	}
	return n
}

// workUntilStopped is the role of a process that runs jobs and hands over none.
func workUntilStopped(ctx context.Context, o order, s *site) error {
	e, err := s.open(river.Config{
		Timeout: o.Short, Rescue: o.Short,
		Handlers: noting(func(ctx context.Context, j note) error {
			fmt.Println("began", j.N)
			if o.Block {
				select {} // so dead that not even the end of ctx helps
			}
			time.Sleep(2 * time.Millisecond)
			fmt.Println("ran", j.N)
			return nil
		}),
	})
	if err != nil {
		return err
	}
	if err := e.Start(ctx); err != nil {
		return err
	}
	fmt.Println("ready")
	<-ctx.Done()
	patience, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return e.Stop(patience)
}
