package contest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Race runs one workload on one kind of database.
type Race struct {
	Workload  Workload
	Ground    *Ground
	Libraries []Library // the first is the reference
	Rounds    int
	Seed      uint64 // of the order of turns
	// Cancellable gives operations a context that can be cancelled, for which
	// database/sql and drivers start goroutines. Without it they get one that
	// cannot, and the race ends between two rounds.
	Cancellable bool
}

// A Result is what one library did.
type Result struct {
	Library string
	// Ratios are its time to that of the reference, one a round.
	Ratios []float64
	// Time is the median time of an operation, for scale only.
	Time time.Duration
	// Allocations is how often an operation allocated.
	Allocations float64
	// Deadlocks is how often the race tried an operation again that a deadlock had
	// undone.
	Deadlocks int
}

// warmUp is how many rounds at most are not measured: connections are made, caches
// filled.
const warmUp = 5

// allocationTurns is how many turns at most have their allocations counted, after the
// race.
const allocationTurns = 5

// A runner is a contestant in a race.
type runner struct {
	library    string
	contestant Contestant
	place      Place
	done       int // operations
	turns      []time.Duration
	mallocs    float64
	deadlocks  atomic.Int64
}

// Run lets all take turns and checks that they did the same to the rows.
func (r *Race) Run(ctx context.Context) (results []Result, err error) {
	began := Now()
	var runners []*runner
	defer func() {
		for _, one := range runners {
			err = errors.Join(err, one.contestant.Close(), one.place.Drop())
		}
	}()
	for _, library := range r.Libraries {
		one, err := r.enter(ctx, library)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", library.Name, err)
		}
		runners = append(runners, one)
	}
	if err := r.laps(ctx, runners); err != nil {
		return nil, err
	}
	if err := sameEffect(ctx, runners, began); err != nil {
		return nil, err
	}
	for _, one := range runners {
		results = append(results, one.result(runners[0], r.Workload.Turn*max(1, r.Ground.Clients)))
	}
	return results, nil
}

// enter opens a database for a library and stores the rows to begin with.
func (r *Race) enter(ctx context.Context, library Library) (*runner, error) {
	place, err := r.Ground.Place(ctx, library.Name)
	if err != nil {
		return nil, err
	}
	contestant, err := library.Open(ctx, place)
	if err != nil {
		return nil, errors.Join(err, place.Drop())
	}
	if err := r.Workload.seed(ctx, contestant.Common()); err != nil {
		return nil, errors.Join(err, contestant.Close(), place.Drop())
	}
	return &runner{library: library.Name, contestant: contestant, place: place}, nil
}

// laps runs all rounds, in each of which everyone has one turn.
func (r *Race) laps(ctx context.Context, runners []*runner) error {
	random := rand.New(rand.NewPCG(r.Seed, 1))
	order := slices.Clone(runners)
	interrupted := ctx
	if !r.Cancellable {
		ctx = context.WithoutCancel(ctx)
	}
	warmUp := min(warmUp, r.Rounds)
	for round := range warmUp + r.Rounds {
		if err := interrupted.Err(); err != nil {
			return err
		}
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, one := range order {
			took, err := one.turn(ctx, r.Workload)
			if err != nil {
				return fmt.Errorf("%s: %w", one.library, err)
			}
			if round >= warmUp {
				one.turns = append(one.turns, took)
			}
		}
	}
	for _, one := range runners {
		if err := one.count(ctx, r.Workload, min(allocationTurns, r.Rounds)); err != nil {
			return fmt.Errorf("%s: %w", one.library, err)
		}
	}
	return nil
}

// ops makes n operations ready.
func (one *runner) ops(ctx context.Context, w Workload, n int) ([]Op, error) {
	if w.ready != nil {
		if err := w.ready(ctx, one.contestant.Common(), one.done, n); err != nil {
			return nil, err
		}
	}
	ops := make([]Op, n)
	for i := range ops {
		ops[i] = w.op(one.contestant, one.done+i)
	}
	one.done += n
	return ops, nil
}

// turn runs one turn and returns what it took.
func (one *runner) turn(ctx context.Context, w Workload) (time.Duration, error) {
	clients := max(1, one.place.Clients)
	ops, err := one.ops(ctx, w, w.Turn*clients)
	if err != nil {
		return 0, err
	}
	// A profile tells by this label whose samples are whose.
	pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels("contestant", one.library)))
	defer pprof.SetGoroutineLabels(ctx)
	start := time.Now()
	err = do(ctx, ops, clients, &one.deadlocks)
	return time.Since(start), err
}

// do has clients do operations at the same time: the first does the first of each
// group, and so on, so that what depends on an order within one client keeps it.
func do(ctx context.Context, ops []Op, clients int, deadlocks *atomic.Int64) error {
	errs := make([]error, clients)
	one := func(client int) {
		for i := client; i < len(ops) && errs[client] == nil; i += clients {
			errs[client] = ops[i](ctx)
			for clients > 1 && isDeadlock(errs[client]) {
				deadlocks.Add(1)
				errs[client] = ops[i](ctx)
			}
		}
	}
	var others sync.WaitGroup
	for client := 1; client < clients; client++ {
		others.Go(func() { one(client) })
	}
	one(0)
	others.Wait()
	return errors.Join(errs...)
}

// count counts the allocations of some turns.
func (one *runner) count(ctx context.Context, w Workload, turns int) error {
	var before, after runtime.MemStats
	var mallocs uint64
	for range turns {
		ops, err := one.ops(ctx, w, w.Turn)
		if err != nil {
			return err
		}
		runtime.ReadMemStats(&before)
		for _, op := range ops {
			if err := op(ctx); err != nil {
				return err
			}
		}
		runtime.ReadMemStats(&after)
		mallocs += after.Mallocs - before.Mallocs
	}
	one.mallocs = float64(mallocs) / float64(turns*w.Turn)
	return nil
}

// result compares a runner with the reference, round by round.
func (one *runner) result(reference *runner, turn int) Result {
	result := Result{Library: one.library, Allocations: one.mallocs, Deadlocks: int(one.deadlocks.Load())}
	for i, took := range one.turns {
		result.Ratios = append(result.Ratios, float64(took)/float64(reference.turns[i]))
	}
	times := slices.Sorted(slices.Values(one.turns))
	result.Time = times[len(times)/2] / time.Duration(turn)
	return result
}
