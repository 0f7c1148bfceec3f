package river

import (
	"fmt"
	"log/slog"
	"time"

	riverqueue "github.com/riverqueue/river"

	"github.com/authgen/authgen/outbox"
)

// A Config says what an engine runs, and how. All processes on one River
// database should have the same Timeout, Rescue, Keep and Schema: the one that
// River elects as leader looks after the jobs of all.
type Config struct {
	// Handlers run the jobs. Without them this process runs none, and leaves
	// them to others.
	Handlers *outbox.Handlers
	// Outbox and Deliverer make the attempts to deliver webhooks. Without Deliverer
	// this process makes none, and leaves them to others.
	Outbox    *outbox.Outbox
	Deliverer outbox.Deliverer

	// Concurrency is how many jobs this process runs at once. The default is 16.
	// For deliveries each endpoint has its own, in outbox.Limits.
	Concurrency int
	// MaxAttempts is how often a job is run until it succeeds, before River
	// discards it. The default is 25, which takes about three weeks: after n
	// failures River waits n to the power of 4 seconds.
	MaxAttempts int
	// Timeout is how long a job may run until its context is cancelled. The
	// default is a minute.
	Timeout time.Duration
	// Rescue is how long after its start a job whose process has died is run
	// again, at the soonest; River looks twice a minute. The default is two
	// minutes. However short, a job is left alone until twice its Timeout has
	// passed, or a minute more than it, as it may still be running.
	Rescue time.Duration
	// Unknown is how long a job without a handler is tried again. The default is
	// ten minutes, in which a new release may replace an old one that does not
	// know its jobs yet. After that it is cancelled, with an error that says so.
	Unknown time.Duration
	// Keep is how long River keeps a job that succeeded. So long, its id keeps it
	// from being taken a second time, if the relay died between handing it over
	// and removing it from the outbox, or lost its database. The default is a
	// day, the least is an hour. What failed for good is kept for a week, or as
	// long as Keep if that is longer.
	Keep time.Duration

	// Schema is the schema of River's tables on Postgres. The default is the
	// first of the search_path. It must be another one than that in which the
	// program runs a River of its own: the leader would discard jobs that the
	// other one knows.
	Schema string
	// Logger is told what River and the engine have to tell. The default is
	// [slog.Default].
	Logger *slog.Logger
	// Adjust has the last word on River's own configuration: its plugins and
	// middleware, RetryPolicy, PollOnly behind a PgBouncer. Queues and Workers
	// are to be added to, not replaced.
	Adjust func(*riverqueue.Config)
}

// retainFailed is how long jobs are kept that failed for good.
const retainFailed = 7 * 24 * time.Hour

func (c Config) withDefaults() Config {
	orElse(&c.Concurrency, 16)
	orElse(&c.MaxAttempts, riverqueue.MaxAttemptsDefault)
	orElse(&c.Timeout, time.Minute)
	orElse(&c.Rescue, 2*time.Minute)
	orElse(&c.Unknown, 10*time.Minute)
	orElse(&c.Keep, 24*time.Hour)
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}

func orElse[T int | time.Duration](value *T, otherwise T) {
	if *value == 0 {
		*value = otherwise
	}
}

func (c Config) validate() error {
	for name, value := range map[string]int64{
		"Concurrency": int64(c.Concurrency), "MaxAttempts": int64(c.MaxAttempts),
		"Timeout": int64(c.Timeout), "Rescue": int64(c.Rescue), "Unknown": int64(c.Unknown),
	} {
		if value < 0 {
			return fmt.Errorf("river: Config.%s is negative: leave it out for the default", name)
		}
	}
	if c.Keep < time.Hour {
		return fmt.Errorf("river: Config.Keep is %v: it must be an hour or more, as it is what keeps a job from being taken twice", c.Keep)
	}
	if c.Deliverer != nil && c.Outbox == nil {
		return fmt.Errorf("river: Config.Deliverer needs Config.Outbox, where the outcome of an attempt goes")
	}
	return nil
}

// patience is how long River lets a job run that is to end after timeout. It is
// more than that, for the following reason. River rescues what has been running
// for longer than Rescue, whether the process is alive or not: it cannot tell.
// A job rescued while it still runs would run twice. So River is told a longer
// limit than the job: it neither takes the job for dead nor for stuck until the
// job has had time to notice the end of its context, and to have its failure
// stored.
func patience(timeout time.Duration) time.Duration {
	return timeout + min(timeout, time.Minute)
}

// fetchCooldown is how long River waits between two looks at a queue that has
// jobs. Each look takes as many as there are free workers, so with River's own
// 100 ms, 16 workers could run no more than 160 jobs a second.
const fetchCooldown = 10 * time.Millisecond

// river returns the configuration of River.
func (c Config) river(queues map[string]riverqueue.QueueConfig, workers *riverqueue.Workers) *riverqueue.Config {
	config := &riverqueue.Config{
		CompletedJobRetentionPeriod: c.Keep,
		CancelledJobRetentionPeriod: max(c.Keep, retainFailed),
		DiscardedJobRetentionPeriod: max(c.Keep, retainFailed),
		ErrorHandler:                failures{c.Logger},
		FetchCooldown:               fetchCooldown,
		JobTimeout:                  c.Rescue, // of no job: each has its own, see patience
		Logger:                      c.Logger,
		MaxAttempts:                 c.MaxAttempts,
		Queues:                      queues,
		RescueStuckJobsAfter:        c.Rescue, // River's own default is an hour
		Schema:                      c.Schema,
		Workers:                     workers,
	}
	if c.Adjust != nil {
		c.Adjust(config)
	}
	return config
}

// idleQueue is a queue that nobody puts anything into: River works no queue that
// is added later unless it works one from the start.
const idleQueue = "authgen-idle"

// queues returns River's queues that this process works.
func (c Config) queues() map[string]riverqueue.QueueConfig {
	queues := map[string]riverqueue.QueueConfig{}
	if c.Handlers != nil {
		queues[JobQueue] = riverqueue.QueueConfig{MaxWorkers: c.Concurrency}
	}
	if c.Deliverer == nil {
		return queues
	}
	for _, limits := range c.Deliverer.Limits() {
		concurrency := limits.Concurrency
		orElse(&concurrency, outbox.DefaultConcurrency)
		queues[EndpointQueue(limits.Endpoint)] = riverqueue.QueueConfig{MaxWorkers: concurrency}
	}
	if len(queues) == 0 {
		queues[idleQueue] = riverqueue.QueueConfig{MaxWorkers: 1, FetchPollInterval: time.Minute}
	}
	return queues
}
