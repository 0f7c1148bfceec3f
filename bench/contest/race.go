package contest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/pprof"
	"slices"
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
}

// Rounds that are not measured: connections are made, caches filled.
const warmUp = 5

// allocationTurns are the turns whose allocations are counted, after the race.
const allocationTurns = 5

// A runner is a contestant in a race.
type runner struct {
	library    string
	contestant Contestant
	place      Place
	done       int // operations
	turns      []time.Duration
	mallocs    float64
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
		results = append(results, one.result(runners[0], r.Workload.Turn))
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
		if err := one.count(ctx, r.Workload); err != nil {
			return fmt.Errorf("%s: %w", one.library, err)
		}
	}
	return nil
}

// ops makes the operations of a turn ready.
func (one *runner) ops(ctx context.Context, w Workload) ([]Op, error) {
	if w.ready != nil {
		if err := w.ready(ctx, one.contestant.Common(), one.done, w.Turn); err != nil {
			return nil, err
		}
	}
	ops := make([]Op, w.Turn)
	for i := range ops {
		ops[i] = w.op(one.contestant, one.done+i)
	}
	one.done += w.Turn
	return ops, nil
}

// turn runs one turn and returns what it took.
func (one *runner) turn(ctx context.Context, w Workload) (time.Duration, error) {
	ops, err := one.ops(ctx, w)
	if err != nil {
		return 0, err
	}
	// A profile tells by this label whose samples are whose.
	pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels("contestant", one.library)))
	defer pprof.SetGoroutineLabels(ctx)
	start := time.Now()
	for _, op := range ops {
		if err := op(ctx); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// count counts the allocations of some turns.
func (one *runner) count(ctx context.Context, w Workload) error {
	var before, after runtime.MemStats
	var mallocs uint64
	for range allocationTurns {
		ops, err := one.ops(ctx, w)
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
	one.mallocs = float64(mallocs) / float64(allocationTurns*w.Turn)
	return nil
}

// result compares a runner with the reference, round by round.
func (one *runner) result(reference *runner, turn int) Result {
	result := Result{Library: one.library, Allocations: one.mallocs}
	for i, took := range one.turns {
		result.Ratios = append(result.Ratios, float64(took)/float64(reference.turns[i]))
	}
	times := slices.Sorted(slices.Values(one.turns))
	result.Time = times[len(times)/2] / time.Duration(turn)
	return result
}
