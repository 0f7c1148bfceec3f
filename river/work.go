package river

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	riverqueue "github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/authgen/authgen/outbox"
)

// workers returns what runs River's jobs. Both kinds are there whatever this
// process runs: as leader it must know the jobs of others, see JobKind.
func (e *Engine) workers() *riverqueue.Workers {
	workers := riverqueue.NewWorkers()
	riverqueue.AddWorker(workers, &jobWorker{config: e.config})
	riverqueue.AddWorker(workers, &deliveryWorker{config: e.config})
	return workers
}

// A jobWorker runs jobs.
type jobWorker struct {
	riverqueue.WorkerDefaults[jobArgs]
	config Config
}

// Timeout gives River's limit, see patience.
func (w *jobWorker) Timeout(*riverqueue.Job[jobArgs]) time.Duration {
	return patience(w.config.Timeout)
}

// Work calls the handler.
func (w *jobWorker) Work(ctx context.Context, j *riverqueue.Job[jobArgs]) error {
	ctx, cancel := context.WithTimeout(ctx, w.config.Timeout)
	defer cancel()
	err := w.config.Handlers.Run(ctx, j.Args.entry())
	var unknown *outbox.UnknownJobError
	if errors.As(err, &unknown) && time.Since(j.CreatedAt) >= w.config.Unknown {
		w.config.Logger.ErrorContext(ctx, "a job is cancelled, as no process has a handler for it",
			slog.String("type", j.Args.Type), slog.String("id", j.Args.ID), slog.Int64("river_job", j.ID))
		return riverqueue.JobCancel(fmt.Errorf("%w; once it is, retry the job in River", err))
	}
	return err
}

// A deliveryWorker makes attempts to deliver. When to try again is not River's
// to decide: the outbox hands over each attempt when it is due.
type deliveryWorker struct {
	riverqueue.WorkerDefaults[deliveryArgs]
	config Config
}

// Timeout gives River's limit, see patience.
func (w *deliveryWorker) Timeout(j *riverqueue.Job[deliveryArgs]) time.Duration {
	timeout := time.Duration(outbox.DefaultTimeout)
	if w.config.Deliverer != nil {
		for _, limits := range w.config.Deliverer.Limits() {
			if limits.Endpoint == j.Args.Endpoint && limits.Timeout > 0 {
				timeout = limits.Timeout
			}
		}
	}
	return patience(timeout)
}

// Work makes the attempt and stores its outcome, good or bad. An error is one of
// storing it.
func (w *deliveryWorker) Work(ctx context.Context, j *riverqueue.Job[deliveryArgs]) error {
	return w.config.Outbox.Attempt(ctx, j.Args.entry(), w.config.Deliverer)
}

// failures tells the log of jobs that failed.
type failures struct{ logger *slog.Logger }

// HandleError is called when a job returned an error.
func (f failures) HandleError(ctx context.Context, j *rivertype.JobRow, err error) *riverqueue.ErrorHandlerResult {
	f.log(ctx, j, slog.String("error", err.Error()))
	return nil
}

// HandlePanic is called when a job panicked.
func (f failures) HandlePanic(ctx context.Context, j *rivertype.JobRow, value any, trace string) *riverqueue.ErrorHandlerResult {
	f.log(ctx, j, slog.Any("panic", value), slog.String("trace", trace))
	return nil
}

// log leaves the arguments out, whose place is not in a log.
func (f failures) log(ctx context.Context, row *rivertype.JobRow, what ...slog.Attr) {
	var j job
	_ = json.Unmarshal(row.EncodedArgs, &j) // else the name is missing
	level, message := slog.LevelWarn, "a job failed and is tried again"
	if row.Attempt >= row.MaxAttempts {
		level, message = slog.LevelError, "a job failed for good"
	}
	attrs := append([]slog.Attr{
		slog.String("type", j.Type), slog.String("endpoint", j.Endpoint), slog.String("id", j.ID), slog.Int64("river_job", row.ID),
		slog.Int("attempt", row.Attempt), slog.Int("max_attempts", row.MaxAttempts),
	}, what...)
	f.logger.LogAttrs(ctx, level, message, attrs...)
}
