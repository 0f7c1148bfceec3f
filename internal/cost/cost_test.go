package cost

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/authgen/authgen/internal/cost/auth"
	"github.com/authgen/authgen/internal/testdb"
)

// A cost is what a workload may cost on a database. Where the goal that was set
// before it was built is missed, it stands beside.
type cost struct {
	statements string // the verbs, in order
	trips      int    // round trips to the server
	allocs     float64
}

// costs are by database and workload; "mysql" is MariaDB.
var costs = map[string]map[string]cost{
	"sqlite": {
		"W1":         {"INSERT", 0, 18},
		"W2":         {"BEGIN INSERT INSERT COMMIT", 0, 41}, // goal 36
		"W3":         {"BEGIN SELECT UPDATE UPDATE COMMIT", 0, 64},
		"W4":         {"BEGIN SELECT DELETE DELETE COMMIT", 0, 55},
		"W5":         {"SELECT", 0, 32},
		"W6":         {"BEGIN SELECT UPDATE COMMIT", 0, 2060},
		"W7":         {"BEGIN SELECT DELETE COMMIT", 0, 1940},
		"W8":         {"BEGIN INSERT ROLLBACK", 0, 42}, // goal 26
		"W1e":        {"BEGIN INSERT INSERT COMMIT", 0, 50},
		"W2e":        {"BEGIN INSERT INSERT INSERT COMMIT", 0, 66},
		"W3e":        {"BEGIN SELECT UPDATE UPDATE INSERT COMMIT", 0, 90},
		"W4e":        {"BEGIN SELECT DELETE DELETE INSERT COMMIT", 0, 80},
		"UpdateOne":  {"UPDATE", 0, 38},
		"CreateMany": {"INSERT", 0, 1240},
		"Upsert":     {"BEGIN UPDATE COMMIT", 0, 50},
	},
	"postgres": {
		"W1":         {"INSERT", 1, 16},                     // goal 15
		"W2":         {"BEGIN INSERT INSERT COMMIT", 3, 70}, // goal 31
		"W3":         {"BEGIN UPDATE UPDATE COMMIT", 3, 90}, // goal 66
		"W4":         {"BEGIN DELETE DELETE COMMIT", 3, 82}, // goal 51
		"W5":         {"SELECT", 1, 32},
		"W6":         {"BEGIN WITH COMMIT", 2, 985},
		"W7":         {"BEGIN DELETE COMMIT", 2, 870},
		"W8":         {"BEGIN INSERT ROLLBACK", 2, 76}, // goal 23
		"W1e":        {"BEGIN INSERT INSERT COMMIT", 2, 103},
		"W2e":        {"BEGIN INSERT INSERT INSERT COMMIT", 3, 116},
		"W3e":        {"BEGIN UPDATE UPDATE INSERT COMMIT", 3, 125},
		"W4e":        {"BEGIN DELETE DELETE INSERT COMMIT", 3, 116},
		"UpdateOne":  {"UPDATE", 1, 26},
		"CreateMany": {"INSERT", 1, 1265},
		"Upsert":     {"BEGIN UPDATE COMMIT", 2, 74},
	},
	"mysql": {
		"W1":         {"INSERT", 1, 18},
		"W2":         {"BEGIN INSERT INSERT COMMIT", 4, 49},
		"W3":         {"BEGIN SELECT UPDATE UPDATE COMMIT", 5, 71},
		"W4":         {"BEGIN DELETE DELETE COMMIT", 4, 57},
		"W5":         {"SELECT", 1, 33},
		"W6":         {"BEGIN SELECT UPDATE COMMIT", 4, 1880},
		"W7":         {"BEGIN DELETE COMMIT", 3, 1660},
		"W8":         {"BEGIN INSERT ROLLBACK", 3, 51},
		"W1e":        {"BEGIN INSERT INSERT COMMIT", 4, 56},
		"W2e":        {"BEGIN INSERT INSERT INSERT COMMIT", 5, 71},
		"W3e":        {"BEGIN SELECT UPDATE UPDATE INSERT COMMIT", 6, 94},
		"W4e":        {"BEGIN DELETE DELETE INSERT COMMIT", 5, 79},
		"UpdateOne":  {"BEGIN SELECT UPDATE SELECT COMMIT", 5, 69},
		"CreateMany": {"INSERT", 1, 1034},
		"Upsert":     {"BEGIN SELECT UPDATE SELECT COMMIT", 5, 75},
	},
}

// onMySQL are the costs that are not those of MariaDB: no DELETE gives back its
// rows, and the server reports more of what it reads.
var onMySQL = map[string]cost{
	"W4":        {"BEGIN SELECT DELETE DELETE COMMIT", 5, 62},
	"W7":        {"BEGIN SELECT DELETE COMMIT", 4, 1745},
	"W3e":       {"BEGIN SELECT UPDATE UPDATE INSERT COMMIT", 6, 96},
	"W4e":       {"BEGIN SELECT DELETE DELETE INSERT COMMIT", 6, 82},
	"UpdateOne": {"BEGIN SELECT UPDATE SELECT COMMIT", 5, 71},
	"Upsert":    {"BEGIN SELECT UPDATE SELECT COMMIT", 5, 77},
}

// costOf returns what a workload may cost on a database, or on the server that
// tests have of it.
func costOf(t *testing.T, d database, w workload) cost {
	t.Helper()
	if c, other := onMySQL[w.name]; other && d.name == "mysql" && !testdb.IsMariaDB(t) {
		return c
	}
	return costs[d.name][w.name]
}

// verbs is an observer that keeps the first word of each statement.
type verbs struct {
	mu   sync.Mutex
	list []string
}

func (v *verbs) Observe(ctx context.Context, step auth.Step) (context.Context, func(error)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if verb, _, _ := strings.Cut(step.SQL, " "); verb != "" {
		v.list = append(v.list, verb)
	}
	return ctx, func(error) {}
}

func (v *verbs) take() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	list := v.list
	v.list = nil
	return strings.Join(list, " ")
}

func TestStatements(t *testing.T) {
	each(t, func(t *testing.T, d database, dsn string, w workload) {
		seen := &verbs{}
		f := open(t, d.open(dsn), auth.WithObserver(seen))
		run := prepare(t, f, w)
		seen.take()
		must(t, run())
		if got, want := seen.take(), costOf(t, d, w).statements; got != want {
			t.Errorf("statements: %s, want %s", got, want)
		}
	})
}

func TestRoundTrips(t *testing.T) {
	each(t, func(t *testing.T, d database, dsn string, w workload) {
		if d.through == nil {
			t.Skip("an embedded database has no round trips")
		}
		dsn, p := d.through(t, dsn)
		raw := d.open(dsn)
		raw.Pool.SetMaxOpenConns(1)
		f := open(t, raw)
		must(t, prepare(t, f, w)()) // statements are prepared once
		run := prepare(t, f, w)
		p.trips.Store(0)
		must(t, run())
		if got, want := int(p.trips.Load()), costOf(t, d, w).trips; got != want {
			t.Errorf("%d round trips, want %d", got, want)
		}
	})
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	each(t, func(t *testing.T, d database, dsn string, w workload) {
		f := open(t, d.open(dsn))
		const rounds = 20
		runs := make([]func() error, rounds+2)
		for i := range runs {
			runs[i] = prepare(t, f, w)
		}
		must(t, runs[0]())
		next := 1 // AllocsPerRun calls once more than it counts
		got := testing.AllocsPerRun(rounds, func() {
			must(t, runs[next]())
			next++
		})
		if most := costOf(t, d, w).allocs; got > most {
			t.Errorf("%v allocations, at most %v", got, most)
		}
	})
}

// A goroutine for each operation would cost a switch to it and back.
func TestNoGoroutines(t *testing.T) {
	f := open(t, databases[0].open(databases[0].dsn(t)))
	for _, w := range workloads {
		run := prepare(t, f, w)
		before := goroutinesMade()
		must(t, run())
		if made := goroutinesMade() - before; made > 0 {
			t.Errorf("%s started %d goroutines", w.name, made)
		}
	}
}

// each runs a test for every workload, on one database of each kind: to make one takes
// longer than what is counted.
func each(t *testing.T, test func(t *testing.T, d database, dsn string, w workload)) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			dsn := d.dsn(t)
			for _, w := range workloads {
				t.Run(w.name, func(t *testing.T) { test(t, d, dsn, w) })
			}
		})
	}
}

func prepare(t *testing.T, f *fixture, w workload) func() error {
	t.Helper()
	run, err := w.prepare(context.Background(), f)
	must(t, err)
	return run
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
