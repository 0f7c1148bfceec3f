package authgen

import "time"

// A Job is work to do once the transaction that schedules it has committed. It
// is stored as JSON, so what a handler needs are exported fields. A [Secret] among
// them is refused: JSON would lose it.
type Job interface {
	// Kind names the type of the job, the same for every value and in every
	// release: it is by what the stored job finds its handler. At most 63
	// characters.
	Kind() string
}

// A JobOption says when a job is due, and whether it may wait twice.
type JobOption func(*Scheduling)

// After makes the job due that long after it was scheduled, by the adapter's
// clock. The default is at once.
func After(d time.Duration) JobOption {
	return func(s *Scheduling) { s.Due = s.Now.Add(d) }
}

// At makes the job due at t.
func At(t time.Time) JobOption { return func(s *Scheduling) { s.Due = t } }

// UniqueKey makes the job one of which no second with the same kind and key waits:
// while one does, scheduling another does nothing. Cancel finds the job by its
// key. At most 255 characters.
func UniqueKey(key string) JobOption {
	return func(s *Scheduling) { s.Key, s.Unique = key, true }
}

// A Scheduling is what the options of a job say.
type Scheduling struct {
	Now, Due time.Time // when it was scheduled, and when it is to run
	Key      string    // of a unique job
	Unique   bool
}
