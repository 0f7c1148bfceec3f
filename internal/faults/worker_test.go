package faults

import "testing"

// What comes to whom, as [site.came] knows it.
const (
	jobs       = "stamped"
	deliveries = "posted"
	batches    = "taken"
)

// A relay with its engine is killed at every step, with SIGKILL. Another one,
// later, completes what it has begun.
func TestWorkerKilled(t *testing.T) {
	everywhere(t, func(t *testing.T, s *site) {
		for n, c := range workerSteps {
			s.fresh(t, n, c.name, func(t *testing.T, s *site) {
				s.visits(2, 2)
				worker := s.stopped(order{Role: "relay", At: c.at, Batch: 3})
				worker.kill()
				s.finish()
				s.check(worker)
				if n := s.came(c.once, worker).firstCame(); c.once != "" && n != 1 {
					t.Errorf("the first came %d times", n)
				}
				if n := s.came(c.twice, worker).firstCame(); c.twice != "" && n < 2 {
					t.Errorf("the first came %d times, so it was not killed where it was to be", n)
				}
			})
		}
	})
}

// workerSteps are where it is killed.
var workerSteps = []struct {
	name string
	at   []string
	// once or twice is of what kind the first of all comes so often.
	once, twice string
}{
	{name: "a fan-out is about to begin", at: []string{"fan-out"}},
	{name: "a fan-out is open", at: []string{"committed DELETE authgen_event", "INSERT authgen_delivery"}},
	{name: "a fan-out is about to be committed", at: []string{"COMMIT DELETE authgen_event"}},
	{name: "a fan-out is committed", at: []string{"committed DELETE authgen_event"}},

	{name: "a job is about to be claimed", at: []string{"COMMIT UPDATE authgen_job"}, once: jobs},
	{name: "a job is claimed", at: []string{"hand-over engine job"}, once: jobs},
	{name: "a job is in its handler", at: []string{"in the handler"}, once: jobs},
	{name: "a job has run", at: []string{"job run"}, twice: jobs},
	{name: "a job has run, its removal is not committed", at: []string{"COMMIT DELETE authgen_job"}, twice: jobs},
	{name: "a job has run and is removed", at: []string{"committed DELETE authgen_job"}, once: jobs},

	{name: "a delivery is claimed", at: []string{"hand-over engine delivery"}, once: deliveries},
	{name: "an attempt is counted", at: []string{"attempt"}, once: deliveries},
	{name: "a request is sent", at: []string{"asked"}, twice: deliveries},
	{name: "a request is handled, and not answered", at: []string{"handled"}, twice: deliveries},
	{name: "a request is answered", at: []string{"answered"}, twice: deliveries},
	{name: "an answer is not committed", at: []string{"answered", "COMMIT UPDATE authgen_delivery"}, twice: deliveries},
	{name: "an answer is stored", at: []string{"answered", "committed UPDATE authgen_delivery"}, once: deliveries},

	{name: "a sink is about to take a batch", at: []string{"hand-over plain event"}, once: batches},
	{name: "a sink has taken a batch", at: []string{"taken"}, twice: batches},
	{name: "a sink has taken a batch, its removal is not committed", at: []string{"COMMIT DELETE authgen_delivery"}, twice: batches},
	{name: "a sink has taken a batch, and it is removed", at: []string{"committed DELETE authgen_delivery"}, once: batches},

	{name: "a shared sink is about to take a batch", at: []string{"hand-over shared event"}},
	{name: "a shared sink has inserted", at: []string{"inserted"}},
	{name: "a shared sink has inserted and removed", at: []string{"removed"}},
	{name: "a shared sink has taken a batch", at: []string{"stored"}},
}
