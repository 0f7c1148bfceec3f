package webhook_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/testprint"
	"github.com/authgen/authgen/webhook"
)

// valid is an endpoint with nothing wrong.
func valid() webhook.Endpoint {
	return webhook.Endpoint{
		Name: "cms", URL: webhook.NewSecret("https://cms.example.com/hooks"), Secrets: secrets(secret), Events: []string{"user.*"},
	}
}

func key(bytes int) string { return base64.StdEncoding.EncodeToString(make([]byte, bytes)) }

func TestValidateAccepts(t *testing.T) {
	for name, change := range map[string]func(*webhook.Endpoint){
		"the least":   func(*webhook.Endpoint) {},
		"no prefix":   func(e *webhook.Endpoint) { e.Secrets = secrets(another) },
		"two secrets": func(e *webhook.Endpoint) { e.Secrets = secrets(secret, another) },
		"24 bytes":    func(e *webhook.Endpoint) { e.Secrets = secrets(key(24)) },
		"64 bytes":    func(e *webhook.Endpoint) { e.Secrets = secrets("whsec_" + key(64)) },
		"a long name": func(e *webhook.Endpoint) { e.Name = strings.Repeat("n", 63) },
		"http by name": func(e *webhook.Endpoint) {
			e.URL, e.AllowPrivate = webhook.NewSecret("http://LocalHost:3000/x"), []string{"localhost"}
		},
		"http, IPv6": func(e *webhook.Endpoint) {
			e.URL, e.AllowPrivate = webhook.NewSecret("http://[::1]:3000/x"), []string{"::1"}
		},
		"a host of several": func(e *webhook.Endpoint) {
			e.URL, e.AllowPrivate = webhook.NewSecret("https://10.0.0.1"), []string{"cms", "10.0.0.1"}
		},
		"public address, a port": func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://1.1.1.1:8443/x?y=z") },
		"a high rate":            func(e *webhook.Endpoint) { e.Rate = 1e6 },
		"a low rate":             func(e *webhook.Endpoint) { e.Rate = 1e-6 },
		"everything": func(e *webhook.Endpoint) {
			e.Events = []string{"*", "user.created", "billing.plan.*"}
			e.Timeout, e.MaxAttempts, e.Rate, e.Ordered, e.Concurrency = 30*time.Second, 100, 0.5, true, 1000
			e.Profile = webhook.BetterAuth
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := valid()
			change(&e)
			if err := e.Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestValidateRefuses has one case a rule: field, and a word of the fix.
func TestValidateRefuses(t *testing.T) {
	for _, c := range []struct {
		change     func(*webhook.Endpoint)
		field, fix string
	}{
		{func(e *webhook.Endpoint) { e.Name = "" }, "name", "is missing"},
		{func(e *webhook.Endpoint) { e.Name = strings.Repeat("n", 64) }, "name", "longer than 63"},
		{func(e *webhook.Endpoint) { e.Name = "a/b" }, "name", "letters, digits"},
		{func(e *webhook.Endpoint) { e.Name = "-a" }, "name", "begins with"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("") }, "url", "is missing"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("cms.example.com/hooks") }, "url", "is not a URL"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://%zz") }, "url", "is not a URL"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https:///hooks") }, "url", "is not a URL"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("ftp://cms.example.com") }, "url", "write https"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("http://cms.example.com") }, "url", "allowPrivate"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://u:p@cms.example.com") }, "url", "take them out"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://cms.example.com/#a") }, "url", "never sent"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://cms.example.com:0/") }, "url", "1 to 65535"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://cms.example.com:70000/") }, "url", "1 to 65535"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://cms.example.com:/") }, "url", "1 to 65535"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://localhost") }, "url", "allowPrivate"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://api.LOCALHOST./") }, "url", "allowPrivate"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://192.168.1.1") }, "url", "allowPrivate"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://[::1]") }, "url", "allowPrivate"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://169.254.1.1") }, "url", "allowPrivate"},
		{func(e *webhook.Endpoint) { e.URL = webhook.NewSecret("https://168.63.129.16") }, "url", "credentials"},
		{func(e *webhook.Endpoint) {
			e.URL, e.AllowPrivate = webhook.NewSecret("http://169.254.169.254/latest"), []string{"169.254.169.254"}
		}, "url", "credentials"},
		{func(e *webhook.Endpoint) {
			e.URL, e.AllowPrivate = webhook.NewSecret("http://[fd20:ce::254]:8080/"), []string{"fd20:ce::254"}
		}, "url", "credentials"},
		{func(e *webhook.Endpoint) { e.MaxBody = -1 }, "maxBody", "1 to"},
		{func(e *webhook.Endpoint) { e.Secrets = nil }, "secrets", "openssl"},
		{func(e *webhook.Endpoint) { e.Secrets = secrets("") }, "secrets", "1st is empty"},
		{func(e *webhook.Endpoint) { e.Secrets = secrets("whsec_") }, "secrets", "is 0 bytes"},
		{func(e *webhook.Endpoint) { e.Secrets = secrets(key(23)) }, "secrets", "is 23 bytes"},
		{func(e *webhook.Endpoint) { e.Secrets = secrets(secret, key(65)) }, "secrets", "2nd is 65 bytes"},
		{func(e *webhook.Endpoint) { e.Secrets = secrets(secret + "\n") }, "secrets", "white space"},
		{func(e *webhook.Endpoint) { e.Secrets = secrets("not base64, but long enough for it") }, "secrets", "white space"},
		{func(e *webhook.Endpoint) { e.Secrets = secrets(strings.Repeat("-_", 20)) }, "secrets", "standard base64"},
		{func(e *webhook.Endpoint) { e.Secrets = secrets(secret, secret) }, "secrets", "once"},
		{func(e *webhook.Endpoint) { e.Secrets = secrets(secret, another, key(32)) }, "secrets", "has 3"},
		{func(e *webhook.Endpoint) { e.Events = nil }, "events", `"*" for all`},
		{func(e *webhook.Endpoint) { e.Events = []string{"user.created", ""} }, "events", "2nd"},
		{func(e *webhook.Endpoint) { e.Events = []string{"user*"} }, "events", "1st"},
		{func(e *webhook.Endpoint) { e.Events = []string{"*.created"} }, "events", "1st"},
		{func(e *webhook.Endpoint) { e.Events = []string{"user..*"} }, "events", "1st"},
		{func(e *webhook.Endpoint) { e.Timeout = 31 * time.Second }, "timeout", "30s"},
		{func(e *webhook.Endpoint) { e.Timeout = -1 }, "timeout", "30s"},
		{func(e *webhook.Endpoint) { e.Timeout = 15 }, "timeout", "15ns; write 1ms"},
		{func(e *webhook.Endpoint) { e.MaxAttempts = 101 }, "maxAttempts", "1 to 100"},
		{func(e *webhook.Endpoint) { e.MaxAttempts = -1 }, "maxAttempts", "1 to 100"},
		{func(e *webhook.Endpoint) { e.Rate = -1 }, "rate", "no limit"},
		{func(e *webhook.Endpoint) { e.Rate = math.NaN() }, "rate", "is NaN; write"},
		{func(e *webhook.Endpoint) { e.Rate = math.Inf(1) }, "rate", "is +Inf; write"},
		{func(e *webhook.Endpoint) { e.Rate = math.Nextafter(1e6, 2e6) }, "rate", "to 1000000"},
		{func(e *webhook.Endpoint) { e.Rate = 1e20 }, "rate", "is 1e+20; write"},
		{func(e *webhook.Endpoint) { e.Rate = 9e-7 }, "rate", "0.000001 to"},
		{func(e *webhook.Endpoint) { e.Concurrency = 1001 }, "concurrency", "1 to 1000"},
		{func(e *webhook.Endpoint) { e.Concurrency = -1 }, "concurrency", "1 to 1000"},
		{func(e *webhook.Endpoint) { e.AllowPrivate = []string{"*"} }, "allowPrivate", "1st"},
		{func(e *webhook.Endpoint) { e.AllowPrivate = []string{"a", "http://b"} }, "allowPrivate", "2nd"},
		{func(e *webhook.Endpoint) { e.Profile = 7 }, "profile", "Standard or BetterAuth"},
	} {
		e := valid()
		c.change(&e)
		err := e.Validate()
		var found *webhook.EndpointError
		if !errors.As(err, &found) {
			t.Errorf("%s, %s: no error", c.field, c.fix)
			continue
		}
		if found.Field != c.field || !strings.Contains(found.Why, c.fix) || strings.Contains(err.Error(), "\n") {
			t.Errorf("want one error of %s with %q, got: %v", c.field, c.fix, err)
		}
		if !strings.HasPrefix(err.Error(), fmt.Sprintf("endpoint %q: %s: ", e.Name, c.field)) {
			t.Errorf("the error does not name endpoint and field: %v", err)
		}
		noSecret(t, err.Error())
	}
}

func TestValidateJoins(t *testing.T) {
	err := webhook.Endpoint{Name: "x"}.Validate()
	for _, field := range []string{"url", "secrets", "events"} {
		if !strings.Contains(err.Error(), `endpoint "x": `+field+": is missing") {
			t.Errorf("%s is missing in: %v", field, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	broken := valid()
	broken.Name, broken.URL = "broken", webhook.NewSecret("http://cms.example.com/hooks")
	_, err := webhook.New([]webhook.Endpoint{valid(), broken, valid()})
	var found *webhook.EndpointError
	if !errors.As(err, &found) || !strings.Contains(err.Error(), "broken") || !strings.Contains(err.Error(), "two endpoints") {
		t.Errorf("want both mistakes: %v", err)
	}
	if sender, err := webhook.New(nil); err != nil || sender.Route("user.created") != nil || len(sender.Limits()) != 0 {
		t.Errorf("no endpoints are some: %v", err)
	}
}

// TestNoSecretPrinted prints an endpoint in every way there is.
func TestNoSecretPrinted(t *testing.T) {
	e := valid()
	e.Secrets = secrets(secret, another)
	e.URL = webhook.NewSecret("https://hooks.example.com/services/T0KEN-IN-PATH?key=T0KEN-IN-QUERY")
	sender := newSender(t, []webhook.Endpoint{e})
	handler, err := webhook.Handler(e.Secrets, nil, accept)
	if err != nil {
		t.Fatal(err)
	}
	type holder struct{ held any }
	for _, v := range []any{
		e, &e, []webhook.Endpoint{e}, []*webhook.Endpoint{&e}, map[string]webhook.Endpoint{"x": e}, sender, handler,
		struct{ hooks []webhook.Endpoint }{[]webhook.Endpoint{e}}, holder{e}, holder{&e}, holder{sender}, &holder{handler},
	} {
		for _, hidden := range append(forms(secret), append(forms(another), "T0KEN")...) {
			if shown := testprint.Shows(hidden, v); shown != "" {
				t.Error(shown)
			}
		}
	}
	if got := fmt.Sprint(e); got != "endpoint cms at https://hooks.example.com for user.*" {
		t.Errorf("printed as %q", got)
	}
}

// noSecret fails if a text holds one of the secrets, in whichever form.
func noSecret(t *testing.T, text string) {
	t.Helper()
	for _, form := range append(forms(secret), forms(another)...) {
		if strings.Contains(text, form) {
			t.Errorf("a secret is in: %s", text)
			return
		}
	}
}

// forms returns what a secret may show as.
func forms(secret string) []string {
	encoded := strings.TrimPrefix(secret, "whsec_")
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		panic(err)
	}
	return []string{encoded, string(raw), fmt.Sprintf("%x", raw), fmt.Sprintf("%x", secret)}
}

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		patterns string
		takes    string
		not      string
	}{
		{"user.created", "user.created", "user.created2 user user.create"},
		{"user.*", "user.created user.email_changed user.a.b", "users.created user session.created"},
		{"*", "user.created x", ""},
		{"user.created session.*", "user.created session.revoked", "user.updated"},
	} {
		for _, eventType := range strings.Fields(c.takes) {
			if !webhook.Takes(strings.Fields(c.patterns), eventType) {
				t.Errorf("%s does not take %s", c.patterns, eventType)
			}
		}
		for _, eventType := range strings.Fields(c.not) {
			if webhook.Takes(strings.Fields(c.patterns), eventType) {
				t.Errorf("%s takes %s", c.patterns, eventType)
			}
		}
	}
}

func TestFanOut(t *testing.T) {
	all, users := valid(), valid()
	all.Name, all.Events = "all", []string{"*"}
	users.Ordered, users.Rate, users.Concurrency, users.Timeout = true, 2.5, 3, time.Second
	sender := newSender(t, []webhook.Endpoint{users, all})
	if got := fmt.Sprint(sender.Route("user.created"), sender.Route("session.revoked")); got != "[cms all] [all]" {
		t.Errorf("events go to %s", got)
	}
	if got := fmt.Sprintf("%+v", sender.Limits()); got != "[{Endpoint:cms Ordered:true Concurrency:3 Rate:2.5 Timeout:1s} {Endpoint:all Ordered:false Concurrency:8 Rate:0 Timeout:15s}]" {
		t.Errorf("limits are %s", got)
	}
}
