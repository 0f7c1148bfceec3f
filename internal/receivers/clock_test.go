package receivers

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/authgen/authgen/webhook"
)

// A clock is the time that adapter, outbox and sender live in. It begins at the
// real time, goes so many times as fast, and is put forward by the test.
type clock struct {
	speed time.Duration // 0 stands still

	mu    sync.Mutex
	began time.Time
	ahead time.Duration
}

func newClock(speed time.Duration) *clock {
	return &clock{speed: speed, began: time.Now().Truncate(time.Millisecond)}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.began.Add(c.ahead + c.speed*time.Since(c.began)).UTC()
}

// pass puts the clock forward.
func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// until puts a clock that stands still forward to a time.
func (c *clock) until(t time.Time) { c.pass(t.Sub(c.now())) }

// tolerance is how far the date of an attempt may be off, as Standard Webhooks
// has it.
const tolerance = 5 * time.Minute

// dating makes a handler that goes by the real time, as package webhook's does,
// one that goes by the clock: it verifies date and signature of an attempt, and
// hands it on dated and signed now.
func (c *clock) dating(t *testing.T, secret string, next http.Handler) http.Handler {
	t.Helper()
	key, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil { // the sender hung up
			return
		}
		seconds, err := strconv.ParseInt(r.Header.Get(webhook.TimestampHeader), 10, 64)
		off := c.now().Sub(time.Unix(seconds, 0)).Abs()
		if err != nil || off > tolerance || key.VerifyIgnoringTimestamp(body, r.Header) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		now := time.Now()
		signature, err := key.Sign(r.Header.Get(webhook.IDHeader), now, body)
		if err != nil {
			t.Error(err)
		}
		again := r.Clone(r.Context())
		again.Header.Set(webhook.TimestampHeader, strconv.FormatInt(now.Unix(), 10))
		again.Header.Set(webhook.SignatureHeader, signature)
		again.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, again)
	})
}
