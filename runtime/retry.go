package runtime

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/authgen/authgen"
)

const (
	firstBackoff = 2 * time.Millisecond
	lastBackoff  = 500 * time.Millisecond
)

// A retryError is a failure after which the whole unit may run again (U5).
type retryError struct {
	as    error // the error that the program gets if the unit does not run again
	cause error
	leave bool // this connection, and others of its age, are of no more use
}

func (e *retryError) Error() string { return e.as.Error() }

func (e *retryError) Unwrap() []error { return []error{e.as, e.cause} }

// errLockWait says that a lock was not free in time.
var errLockWait error = lockWait{}

type lockWait struct{}

func (lockWait) Error() string { return "a lock that another transaction holds was not free in time" }

func (lockWait) Unwrap() []error { return []error{authgen.ErrConflict, authgen.ErrBusy} }

// A spentError is a failure after which the unit does not run again. It is not a
// retryError, because a unit of another database around this one would take that for its
// own failure.
type spentError struct {
	attempts int
	as       error
	cause    error
}

// spent returns the error of a unit, or of a statement that is its own unit, after its last
// attempt. err is the error of that attempt.
func spent(attempts int, err error) error {
	var last *retryError
	if !errors.As(err, &last) {
		return err
	}
	return &spentError{attempts: attempts, as: last.as, cause: err}
}

func (e *spentError) Error() string { return fmt.Sprintf("%v (attempts: %d)", e.as, e.attempts) }

// Is and As look into the cause, which a trigger may have wrapped, and hide the
// retryError in it.
func (e *spentError) Is(target error) bool { return errors.Is(e.cause, target) }

// As gives what Is looks into.
func (e *spentError) As(target any) bool {
	if _, ok := target.(**retryError); ok {
		return false
	}
	return errors.As(e.cause, target)
}

// again reports whether a unit, or a statement that is its own unit, runs once more after an
// attempt that ended in err. If so, it has waited for a pause. Otherwise it returns the error
// of the call.
func (db *DB) again(ctx context.Context, attempt int, err error) (bool, error) {
	if err == nil || !isRetry(err) {
		return false, err
	}
	if attempt > db.options.Retries {
		return false, spent(attempt, err)
	}
	if sleepErr := sleep(ctx, backoff(attempt)); sleepErr != nil {
		return false, fmt.Errorf("%w; %w", sleepErr, spent(attempt, err))
	}
	return true, nil
}

func isRetry(err error) bool {
	return anywhere(err, func(err error) bool { _, is := err.(*retryError); return is })
}

// backoff returns how long to wait after the attempt. The limit doubles each time. The
// pause is a random part of it, so that units that collided do not meet again.
func backoff(attempt int) time.Duration {
	d := min(firstBackoff<<min(attempt, 10), lastBackoff)
	return d/2 + rand.N(d/2)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &interruptedError{why: contextError(ctx)}
	}
}
