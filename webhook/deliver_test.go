package webhook_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// noon is when the clock of these tests stands still, and middle makes each wait
// what it is on average.
var (
	noon   = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	middle = webhook.WithRandom(func() float64 { return 0.5 })
)

func TestVerdictByStatus(t *testing.T) {
	for code, want := range map[int]outbox.Verdict{
		200: outbox.Delivered, 201: outbox.Delivered, 202: outbox.Delivered, 204: outbox.Delivered, 299: outbox.Delivered,
		300: outbox.Retry, 301: outbox.Retry, 302: outbox.Retry, 304: outbox.Retry, 307: outbox.Retry, 308: outbox.Retry,
		400: outbox.Retry, 401: outbox.Retry, 403: outbox.Retry, 404: outbox.Retry, 405: outbox.Retry, 409: outbox.Retry,
		422: outbox.Retry, 429: outbox.Retry,
		410: outbox.DisableEndpoint, 413: outbox.Exhausted,
		500: outbox.Retry, 501: outbox.Retry, 503: outbox.Retry, 599: outbox.Retry, 999: outbox.Retry,
	} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		o := send(t, at(server), fixed(noon), middle)
		if o.Verdict != want || o.Status != code {
			t.Errorf("%d became %+v", code, o)
		}
		if (o.Error == "") != (want == outbox.Delivered) || !strings.Contains(o.Error, "answered") && want != outbox.Delivered {
			t.Errorf("%d: the error is %q", code, o.Error)
		}
		if want == outbox.Retry && !o.RetryAt.Equal(noon.Add(5*time.Second)) || want != outbox.Retry && !o.RetryAt.IsZero() {
			t.Errorf("%d is due at %v", code, o.RetryAt)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	date := func(d time.Duration) string { return noon.Add(d).Format(http.TimeFormat) }
	for _, c := range []struct {
		code   int
		header string
		want   time.Duration
	}{
		{429, "60", time.Minute},
		{502, "60", time.Minute},
		{503, " 60 ", time.Minute},
		{504, "60", time.Minute},
		{503, date(time.Hour), time.Hour},
		{503, date(-time.Hour), 5 * time.Second},
		{503, date(1000 * time.Hour), 24 * time.Hour},
		{429, "1000000", 24 * time.Hour},
		{429, "2", 5 * time.Second}, // never sooner than the schedule
		{429, "0", 5 * time.Second},
		{429, "-60", 5 * time.Second},
		{429, "99999999999999999999", 5 * time.Second},
		{429, "1e3", 5 * time.Second},
		{429, "soon", 5 * time.Second},
		{500, "60", 5 * time.Second},
		{404, "60", 5 * time.Second},
	} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", c.header)
			w.WriteHeader(c.code)
		})
		if o := send(t, at(server), fixed(noon), middle); o.Verdict != outbox.Retry || o.RetryAt.Sub(noon) != c.want {
			t.Errorf("%d with %q: due after %v, want %v", c.code, c.header, o.RetryAt.Sub(noon), c.want)
		}
	}
}

func TestParkedAtTheEnd(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	few, byDefault := at(server), at(server)
	few.MaxAttempts, byDefault.Name = 3, "default"
	sender := newSender(t, []webhook.Endpoint{few, byDefault})
	for attempt, want := range map[int]outbox.Verdict{1: outbox.Retry, 2: outbox.Retry, 3: outbox.Exhausted, 4: outbox.Exhausted} {
		if o := sender.Deliver(t.Context(), delivery("cms", attempt)); o.Verdict != want || !o.RetryAt.IsZero() != (want == outbox.Retry) {
			t.Errorf("attempt %d of 3 became %+v", attempt, o)
		}
	}
	for attempt, want := range map[int]outbox.Verdict{14: outbox.Retry, 15: outbox.Exhausted} {
		if o := sender.Deliver(t.Context(), delivery("default", attempt)); o.Verdict != want {
			t.Errorf("attempt %d became %+v", attempt, o)
		}
	}
}

func TestUnknownEndpointIsNotLost(t *testing.T) {
	if o := newSender(t, nil).Deliver(t.Context(), delivery("cms", 90)); o.Verdict != outbox.Retry || o.RetryAt.Before(time.Now()) || o.Error == "" {
		t.Errorf("became %+v", o)
	}
}

// TestGivenUp holds that an attempt whose process ends does not fail, while one
// whose caller sets the deadline does.
func TestGivenUp(t *testing.T) {
	reached := make(chan struct{}, 2)
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		body(t, r)
		reached <- struct{}{}
		<-r.Context().Done()
	})
	sender := newSender(t, []webhook.Endpoint{at(server)}, fixed(noon), middle)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-reached; cancel() }()
	if o := sender.Deliver(ctx, delivery("cms", 15)); o.Verdict != outbox.Retry || !o.RetryAt.Equal(noon) || !strings.Contains(o.Error, "given up") {
		t.Errorf("cancelled, it became %+v", o)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if o := sender.Deliver(ctx, delivery("cms", 15)); o.Verdict != outbox.Exhausted || !strings.Contains(o.Error, "no answer") {
		t.Errorf("past its deadline, it became %+v", o)
	}
}

// TestErrorsHoldNoSecret has receivers that answer with what they know.
func TestErrorsHoldNoSecret(t *testing.T) {
	const path = "/services/T0KEN-IN-THE-PATH/x"
	for name, answer := range map[string]func(r *http.Request, sent string) string{
		"the secret":      func(*http.Request, string) string { return "expected " + secret + " or " + another },
		"without prefix":  func(*http.Request, string) string { return "expected " + strings.TrimPrefix(secret, "whsec_") },
		"the URL":         func(r *http.Request, _ string) string { return "Cannot POST " + r.RequestURI },
		"the whole event": func(_ *http.Request, sent string) string { return "not valid: " + sent },
		"half the event":  func(_ *http.Request, sent string) string { return "not valid: " + sent[len(sent)/2:] },
	} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			sent := string(body(t, r))
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(answer(r, sent)))
		})
		e := at(server)
		e.URL = webhook.NewSecret(e.URL.Reveal() + path + "?key=T0KEN-IN-THE-QUERY")
		e.Secrets = secrets(secret, another)
		o := send(t, e)
		noSecret(t, o.Error)
		if strings.Contains(o.Error, "T0KEN") || strings.Contains(o.Error, "ada@example.com") || !strings.HasPrefix(o.Error, "answered 400") {
			t.Errorf("%s: %s", name, o.Error)
		}
	}
}

// TestErrorsHoldNoPieceOfASecret has a receiver repeat what is secret behind so
// much white space that only a part of it is read, and so that all in front of it
// is left out of the error: once for each part. The answer goes on behind that,
// or breaks off.
func TestErrorsHoldNoPieceOfASecret(t *testing.T) {
	const token, read = "T0KEN-0F-THE-PATH", 800
	for _, repeated := range []string{secret, strings.TrimPrefix(secret, "whsec_"), another, token} {
		for n := range len(repeated) + 1 {
			for how, says := range map[string]string{
				"goes on":    strings.Repeat(" ", read-n) + repeated + strings.Repeat("x", 1000),
				"breaks off": repeated[:n],
			} {
				server := serve(t, raw(t, "HTTP/1.1 400 No\r\nContent-Length: 10000\r\n\r\n"+says, true))
				e := at(server)
				e.URL = webhook.NewSecret(e.URL.Reveal() + "/" + token)
				e.Secrets = secrets(secret, another)
				want := "answered 400: [redacted]"
				if n == 0 {
					want = "answered 400"
				}
				if o := send(t, e); o.Error != want {
					t.Errorf("%d characters, and then it %s: %s", n, how, o.Error)
				}
				server.Close()
			}
		}
	}
}

// TestRedactedWhole has secrets that begin or end within each other.
func TestRedactedWhole(t *testing.T) {
	const inner, outer = "AAAABBBBCCCCDDDD", "AAAABBBBCCCCDDDDEEEE"
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte("a " + outer + ", " + inner + ", " + secret + inner + " and " + inner[:8]))
	})
	e := at(server)
	e.URL = webhook.NewSecret(e.URL.Reveal() + "/" + inner + "/" + outer)
	if o := send(t, e); o.Error != "answered 400: a [redacted], [redacted], [redacted] and AAAABBBB" {
		t.Error(o.Error)
	}
}

func TestExcerpt(t *testing.T) {
	for answer, want := range map[string]string{
		"":                             "answered 422",
		"no such collection":           "answered 422: no such collection",
		" a\r\n\x1b[31mb\x00\xff\t c ": "answered 422: a [31mb c",
		strings.Repeat("é", 300):       "answered 422: " + strings.Repeat("é", 199) + "…",
		strings.Repeat("é", 200):       "answered 422: " + strings.Repeat("é", 200),
	} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = w.Write([]byte(answer))
		})
		if o := send(t, at(server)); o.Error != want {
			t.Errorf("%q became %q", answer, o.Error)
		}
	}
}

// TestConnections holds that attempts share connections, that Close closes those
// that are idle, and that nothing goes on after it.
func TestConnections(t *testing.T) {
	before := runtime.NumGoroutine()
	var opened, closed atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body(t, r)
		if r.Header.Get("Webhook-Attempt") == "2" { // an error is read too, so that its connection lives on
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(strings.Repeat("x", 10_000)))
		}
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			opened.Add(1)
		case http.StateClosed:
			closed.Add(1)
		}
	}
	server.Start()
	sender := newSender(t, []webhook.Endpoint{at(server)})
	for attempt := range 5 {
		sender.Deliver(t.Context(), delivery("cms", attempt+1))
	}
	if opened.Load() != 1 {
		t.Errorf("%d connections for attempts one after the other", opened.Load())
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if o := sender.Deliver(t.Context(), delivery("cms", 1)); o.Verdict != outbox.Delivered {
				t.Errorf("became %+v", o)
			}
		})
	}
	all.Wait()
	sender.Close()
	within(t, "all connections are closed", func() bool { return closed.Load() == opened.Load() })
	server.Close()
	within(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before })
}

// TestTooLarge has events that are larger than what an endpoint takes: they are
// exhausted, and those that the sender knows of are not sent.
func TestTooLarge(t *testing.T) {
	reached := 0
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		reached++
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	})
	for _, c := range []struct{ limit, size, reached int }{{0, webhook.DefaultMaxBody + 1, 0}, {100, 101, 0}, {100, 100, 1}} {
		e := at(server)
		e.MaxBody, reached = c.limit, 0
		d := delivery(e.Name, 1)
		d.Body = bytes.Repeat([]byte("x"), c.size)
		o := newSender(t, []webhook.Endpoint{e}).Deliver(t.Context(), d)
		if o.Verdict != outbox.Exhausted || reached != c.reached || c.reached == 0 && !strings.Contains(o.Error, "maxBody") {
			t.Errorf("%+v: reached %d times, %+v", c, reached, o)
		}
	}
}
