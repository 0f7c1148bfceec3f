package faults

import "testing"

// A receiver is killed around its own transaction. What it has handled it does
// not handle again, and what it has not it does.
func TestReceiverKilled(t *testing.T) {
	everywhere(t, func(t *testing.T, s *site) {
		for n, c := range []struct {
			name, at string
			calls    int // of its function, for the event that comes first
		}{
			{"a request has come", "asked", 1},
			{"in its function", "in the function", 2},
			{"between its function and the commit", "ahead of the commit", 2},
			{"between the commit and the answer", "handled", 1},
		} {
			s.fresh(t, n, c.name, func(t *testing.T, s *site) {
				s.visits(2, 2)
				dead := s.start(order{Role: "receiver", At: []string{c.at}})
				stop := s.relaying(order{URL: dead.await("listening", 1)})
				dead.await("stopped", 1)
				dead.kill()
				stop()
				heir := s.start(order{Role: "receiver"})
				s.url = heir.await("listening", 1)
				s.finish()
				heir.stop()
				s.check()
				if n := s.came("called", dead, heir).firstCame(); n != c.calls {
					t.Errorf("its function was called %d times, want %d", n, c.calls)
				}
				if n := s.came("posted", dead, heir).firstCame(); n < 2 {
					t.Errorf("the first event was posted %d times", n)
				}
			})
		}
	})
}
