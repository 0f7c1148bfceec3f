package outbox_test

import (
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
)

// The log is told once that an endpoint fails, once that it works again, and of
// one that comes and goes no more than once a minute.
func TestFailingEndpointIsLogged(t *testing.T) {
	e := open(t, databases[0].Open(t))
	p := &endpoints{All: []outbox.Limits{{Endpoint: "a"}}}
	defer e.Delivering(p)()
	told := func(failures, recoveries int) {
		t.Helper()
		if n := e.Log.With("WARN", "fails", "endpoint=a", "answered 500"); n != failures {
			t.Errorf("the log was told of %d failures, want %d", n, failures)
		}
		if n := e.Log.With("INFO", "works again", "endpoint=a"); n != recoveries {
			t.Errorf("the log was told %d times that it works again, want %d", n, recoveries)
		}
	}
	deliver := func(works bool) {
		t.Helper()
		p.Answer(func(outbox.Delivery) outbox.Outcome {
			if works {
				return outbox.Outcome{Verdict: outbox.Delivered}
			}
			return outbox.Outcome{Verdict: outbox.Retry, Error: "answered 500", RetryAt: e.Clock().Add(24 * time.Hour)}
		})
		seen := len(e.Spans.Of(outbox.SpanAttempt))
		e.Emit(1, "ada")
		e.Eventually("it is attempted", func() bool { return len(e.Spans.Of(outbox.SpanAttempt)) > seen })
	}
	deliver(true)
	told(0, 0)
	deliver(false)
	deliver(false)
	told(1, 0)
	deliver(true)
	deliver(true)
	told(1, 1)
	deliver(false) // within the minute
	deliver(true)
	told(1, 1)
	e.Pass(2 * time.Minute)
	deliver(false)
	deliver(true)
	told(2, 2)
}
