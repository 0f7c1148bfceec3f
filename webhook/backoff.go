package webhook

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	firstWait     = 5 * time.Second
	waitFactor    = 4
	longestWait   = 10 * time.Hour
	jitter        = 0.2            // of the wait, up or down
	maxRetryAfter = 24 * time.Hour // what a receiver may ask for
)

// wait returns how long to wait after an attempt, counted from 1, that failed;
// random is from 0 to below 1.
func wait(attempt int, random float64) time.Duration {
	// The jitter is ours, as the library's comes from a source of its own.
	steps := backoff.ExponentialBackOff{InitialInterval: firstWait, Multiplier: waitFactor, MaxInterval: longestWait}
	step := steps.NextBackOff()
	for range min(attempt, maxAttempts) - 1 {
		step = steps.NextBackOff()
	}
	return time.Duration(float64(step) * (1 + jitter*(2*random-1)))
}

// retryAfter returns how long a receiver asks to wait, which it may do in
// seconds or with a date; 0 if it does not. Only some statuses are about when
// to come again.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	default:
		return 0
	}
	text := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	if date, err := http.ParseTime(text); err == nil {
		return min(max(date.Sub(now), 0), maxRetryAfter)
	}
	return 0
}
