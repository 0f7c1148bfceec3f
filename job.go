package authgen

import "time"

// A Job is work to do once the transaction that schedules it has committed. It is stored
// as JSON, so everything that a handler needs must be in exported fields. A [Secret] in
// them is refused, because JSON would lose it.
type Job interface {
	// JobType names the work, such as "send_email". A stored job finds its handler by it, so
	// it must be the same for every value and in every release. It has at most 63 characters.
	JobType() string
}

// A JobOption says when a job is due, or that it must not wait twice.
type JobOption func(*Scheduling)

// After makes the job due that long after it was scheduled, by the adapter's clock. By
// default it is due at once.
func After(d time.Duration) JobOption {
	return func(s *Scheduling) { s.Due = s.Now.Add(d) }
}

// At makes the job due at t.
func At(t time.Time) JobOption { return func(s *Scheduling) { s.Due = t } }

// UniqueKey makes sure that only one job of this type and key waits: while one waits,
// scheduling another does nothing. Cancel finds the job by its key, which has at most 255
// characters.
func UniqueKey(key string) JobOption {
	return func(s *Scheduling) { s.Key, s.Unique = key, true }
}

// A Scheduling is the options of a job.
type Scheduling struct {
	Now, Due time.Time // when it was scheduled, and when it is to run
	Key      string    // of a unique job
	Unique   bool
}
