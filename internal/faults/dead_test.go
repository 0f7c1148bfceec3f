package faults

import "testing"

// A process that stood still until others took it for dead, and did its work,
// goes on where it was. What shares a database, and what is received, still
// comes exactly once.
func TestTakenForDead(t *testing.T) {
	everywhere(t, func(t *testing.T, s *site) {
		for n, c := range []struct{ name, at, late string }{
			{"with a batch for a shared sink", "hand-over shared event", "late"},
			{"with a batch for a sink", "hand-over plain event", batches},
			{"with a job", "hand-over engine job", jobs},
			{"with a delivery that it claimed", "hand-over engine delivery", ""},
			{"with an attempt that it counted", "attempt", "answered"},
		} {
			s.fresh(t, n, c.name, func(t *testing.T, s *site) {
				s.visits(2, 2)
				zombie := s.stopped(order{Role: "relay", At: []string{c.at}})
				s.finish()
				zombie.ask("go")
				if c.late != "" {
					zombie.await(c.late, 1)
				}
				zombie.stop()
				s.idle()
				s.check(zombie)
			})
		}
	})
}
