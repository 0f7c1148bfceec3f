package faults

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A writer and a relay are killed in turns, at random moments, and started again,
// for some seconds.
func TestKilledAtRandom(t *testing.T) {
	kills := 16
	if testing.Short() {
		kills = 3
	}
	everywhere(t, func(t *testing.T, s *site) {
		desks := s.visits(4, 0)
		var processes []*child
		writer := func() *child {
			return s.start(order{Role: "writer", Desks: desks, Width: 3})
		}
		relay := func() *child {
			s.pass()
			return s.start(order{Role: "relay", Width: 4, Batch: 50})
		}
		w, r := writer(), relay()
		processes = append(processes, w, r)
		for n := range kills {
			w.await("committed", 1+rand.IntN(10))
			r.await(batches, 1)
			time.Sleep(rand.N(200 * time.Millisecond))
			if n%2 == 1 {
				w.kill()
				w = writer()
				processes = append(processes, w)
			} else {
				r.kill()
				r = relay()
				processes = append(processes, r)
			}
		}
		w.await("committed", 1)
		w.kill()
		r.kill()
		told := s.acknowledged(processes...)
		s.finish()
		s.check(processes...)
		committed := s.committed()
		all := 0
		for _, last := range committed {
			all += last + 1
		}
		t.Logf("%d processes; %d visits acknowledged, %d committed, %d rolled back; %d jobs run, %d requests, %d entries taken",
			len(processes), told, all-len(desks), len(s.came("undone", processes...)), len(s.came(jobs, processes...)), len(s.came(deliveries)), len(s.came(batches, processes...)))
	})
}
