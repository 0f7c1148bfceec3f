package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// received is what a receiver saw of one attempt.
type received struct {
	method, path, query string
	header              http.Header
	body                []byte
}

// deliverTo makes an attempt and returns what came of it.
func deliverTo(t *testing.T, change func(*webhook.Endpoint), d outbox.Delivery, options ...webhook.Option) received {
	t.Helper()
	var got received
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = received{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Clone(), body(t, r)}
		w.WriteHeader(http.StatusNoContent)
	})
	e := at(server)
	change(&e)
	if o := newSender(t, []webhook.Endpoint{e}, options...).Deliver(t.Context(), d); o.Verdict != outbox.Delivered || o.Status != 204 || o.Error != "" {
		t.Fatalf("the attempt ended as %+v", o)
	}
	return got
}

func TestAttempt(t *testing.T) {
	d := delivery("cms", 3)
	got := deliverTo(t, func(e *webhook.Endpoint) { e.URL = webhook.NewSecret(e.URL.Reveal() + "/in?x=1") }, d)
	if got.method != "POST" || got.path != "/in" || got.query != "x=1" || string(got.body) != string(d.Body) {
		t.Errorf("received %+v", got)
	}
	for header, want := range map[string]string{
		"Content-Type": "application/json", "Webhook-Id": d.EventID, "Webhook-Attempt": "3",
		"X-Betterauth-Event": "", "X-Betterauth-Signature": "", "Accept-Encoding": "",
	} {
		if got := got.header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	seconds, err := strconv.ParseInt(got.header.Get("Webhook-Timestamp"), 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > time.Minute {
		t.Errorf("the timestamp is not that of the attempt: %s", got.header.Get("Webhook-Timestamp"))
	}
}

// TestKnownVector is the example of the specification's own tests.
func TestKnownVector(t *testing.T) {
	d := outbox.Delivery{Endpoint: "cms", Attempt: 1, EventID: "msg_p5jXN8AQM9LWM0D4loKWxJek", Body: []byte(`{"test": 2432232314}`)}
	for _, key := range []string{"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"} {
		got := deliverTo(t, func(e *webhook.Endpoint) { e.Secrets = secrets(key) }, d, fixed(time.Unix(1614265330, 999)))
		if got.header.Get("Webhook-Timestamp") != "1614265330" ||
			got.header.Get("Webhook-Signature") != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
			t.Errorf("signed as %v", got.header)
		}
	}
}

// TestRotation holds that a receiver that knows either secret accepts, by the
// library of the specification, and one that knows neither does not.
func TestRotation(t *testing.T) {
	got := deliverTo(t, func(e *webhook.Endpoint) { e.Secrets = secrets(secret, another) }, delivery("cms", 1))
	for key, want := range map[string]bool{secret: true, another: true, "whsec_" + key(32): false} {
		verifier, err := standardwebhooks.NewWebhook(key)
		if err != nil {
			t.Fatal(err)
		}
		if err := verifier.Verify(got.body, got.header); (err == nil) != want {
			t.Errorf("verified: %v, want %v", err, want)
		}
		if err := verifier.Verify(append(got.body, ' '), got.header); err == nil {
			t.Error("another body was verified")
		}
	}
}

func TestBetterAuthProfile(t *testing.T) {
	got := deliverTo(t, func(e *webhook.Endpoint) { e.Profile, e.Secrets = webhook.BetterAuth, secrets(secret, another) }, delivery("cms", 1))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(got.body)
	if want := hex.EncodeToString(mac.Sum(nil)); got.header.Get("X-BetterAuth-Signature") != want || got.header.Get("X-BetterAuth-Event") != "user.updated" {
		t.Errorf("want %s, got %v", want, got.header)
	}
	if got.header.Get("Webhook-Signature") == "" {
		t.Error("the standard signature is missing")
	}
}
