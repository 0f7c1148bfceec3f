package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/outbox"
)

// maxAnswer is how much of an answer's body is read.
const maxAnswer = 64 << 10

// Deliver makes one attempt, a POST, and says what is to become of the delivery:
//
//   - An answer of 2xx is Delivered, whatever becomes of its body.
//   - 410 is DisableEndpoint.
//   - 413 is Exhausted, as the event does not get smaller. So is an event larger than
//     Endpoint.MaxBody, which is not sent.
//   - Anything else, a redirect and no answer too, is Retry: after 5 s the first
//     time, four times as long each further time up to 10 h, and a fifth more or
//     less of it, by chance. 4xx is treated alike: most often it is a mistake that somebody corrects within
//     days. With 429, 502, 503 and 504 it is not
//     before the time that the receiver names in Retry-After, a day at most.
//   - The last of Endpoint.MaxAttempts attempts that fails is Exhausted.
//
// If ctx is cancelled before there is an answer, the outcome is not known, and the
// verdict is Retry at once. The Error of an outcome holds neither a secret nor the event, but may
// quote some of what the receiver answered.
func (s *Sender) Deliver(ctx context.Context, d outbox.Delivery) outbox.Outcome {
	t := s.byName[d.Endpoint]
	if t == nil { // taken out, or this process has an older configuration than the one that asks
		return outbox.Outcome{Verdict: outbox.Retry, RetryAt: s.after(wait(d.Attempt, s.settings.random())),
			Error: "no endpoint of this name is declared; declare it again, or cancel the delivery"}
	}
	if len(d.Body) > t.MaxBody {
		return outbox.Outcome{Verdict: outbox.Exhausted, Error: fmt.Sprintf("the event is %d bytes, and maxBody of the endpoint is %d; leave large fields out of its payload, or raise maxBody, and WithMaxBody of the receiver", len(d.Body), t.MaxBody)}
	}
	timed, cancel := context.WithTimeout(ctx, t.Timeout)
	defer cancel()
	req, err := t.request(timed, d, s.settings.now())
	if err != nil {
		return outbox.Outcome{Verdict: outbox.Exhausted, Error: "the request cannot be made"}
	}
	resp, err := t.client.Do(req)
	switch {
	case err == nil:
		defer func() { _ = resp.Body.Close() }()
		return s.judge(t, d, resp)
	case errors.Is(ctx.Err(), context.Canceled): // a deadline is the caller's word for the timeout
		return outbox.Outcome{Verdict: outbox.Retry, RetryAt: s.after(0), Error: "the attempt was given up, as the process ends"}
	default:
		return s.failed(t, d, outbox.Outcome{Error: failure(err, t.Timeout)}, 0)
	}
}

// request returns the signed request of an attempt that is made at now.
func (t *target) request(ctx context.Context, d outbox.Delivery, now time.Time) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.URL.Reveal(), bytes.NewReader(d.Body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "authgen-webhook")
	return req, t.sign(req.Header, d, now)
}

// judge returns what an answer means. Its body is read as far as that lets the
// connection be used again, or tells people why.
func (s *Sender) judge(t *target, d outbox.Delivery, resp *http.Response) outbox.Outcome {
	defer func() { _, _ = io.CopyN(io.Discard, resp.Body, maxAnswer) }()
	o := outbox.Outcome{Status: resp.StatusCode}
	switch code := resp.StatusCode; {
	case code >= 200 && code < 300:
		o.Verdict = outbox.Delivered
		return o
	case code >= 300 && code < 400:
		o.Error = fmt.Sprintf("answered %d, a redirect, which is not followed; write the URL that it leads to", code)
	default:
		o.Error = fmt.Sprintf("answered %d", code)
		if text := t.excerpt(resp, d.Body); text != "" {
			o.Error += ": " + text
		}
	}
	switch resp.StatusCode {
	case http.StatusGone:
		o.Verdict = outbox.DisableEndpoint
		return o
	case http.StatusRequestEntityTooLarge:
		o.Verdict = outbox.Exhausted
		return o
	}
	return s.failed(t, d, o, retryAfter(resp, s.settings.now()))
}

// failed completes the outcome of an attempt that failed; asked is how long the
// receiver wants to be left alone.
func (s *Sender) failed(t *target, d outbox.Delivery, o outbox.Outcome, asked time.Duration) outbox.Outcome {
	if d.Attempt >= t.MaxAttempts {
		o.Verdict = outbox.Exhausted
		return o
	}
	o.Verdict = outbox.Retry
	o.RetryAt = s.after(max(asked, wait(d.Attempt, s.settings.random())))
	return o
}

// after returns the time after a wait.
func (s *Sender) after(wait time.Duration) time.Time {
	return dialect.Millis(s.settings.now().Add(wait))
}
