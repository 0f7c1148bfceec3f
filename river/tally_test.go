package river_test

import (
	"context"
	"slices"
	"sync"

	"github.com/authgen/authgen/outbox"
)

// A tally remembers which jobs have run.
type tally struct {
	mu    sync.Mutex
	times map[int]int
	texts map[int]string
}

func newTally() *tally { return &tally{times: map[int]int{}, texts: map[int]string{}} }

// handlers returns handlers that count.
func (a *tally) handlers() *outbox.Handlers {
	return noting(func(_ context.Context, j note) error {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.times[j.N]++
		a.texts[j.N] = j.Text
		return nil
	})
}

// noting returns handlers with one for notes.
func noting(fn func(context.Context, note) error) *outbox.Handlers {
	h := outbox.NewHandlers()
	outbox.Handle(h, fn)
	return h
}

func (a *tally) different() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.times)
}

func (a *tally) text(n int) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.texts[n]
}

// twice returns the jobs that ran more than once.
func (a *tally) twice() (jobs []int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for n, times := range a.times {
		if times > 1 {
			jobs = append(jobs, n)
		}
	}
	slices.Sort(jobs)
	return jobs
}
