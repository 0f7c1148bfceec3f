package endpoints_test

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/webhook"
	"github.com/authgen/authgen/webhook/endpoints"
)

var (
	first  = "whsec_" + base64.StdEncoding.EncodeToString([]byte("the first secret of 32 bytes ..."))
	second = base64.StdEncoding.EncodeToString([]byte("another secret, 24 bytes"))
)

// environment is what lookup finds.
var environment = map[string]string{
	"CMS_URL": "http://localhost:3000", "CMS_WEBHOOK_SECRET": first,
	"AUDIT_SECRET": second, "AUDIT_SECRET_OLD": first, "AUDIT_RATE": "0.5",
	"SECRET": first, "EMPTY": "", "DOLLARS": "https://example.com/${SECRET}$$", "YAML": "[a, b]: {c",
}

func lookup(name string) (string, bool) {
	value, ok := environment[name]
	return value, ok
}

func TestLoad(t *testing.T) {
	for name, value := range environment {
		t.Setenv(name, value)
	}
	got, err := endpoints.Load(filepath.Join("testdata", "webhooks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := []webhook.Endpoint{{
		Name: "cms", URL: webhook.NewSecret("http://localhost:3000/api/webhooks/better-auth"), Secrets: []webhook.Secret{webhook.NewSecret(first)},
		Events: []string{"user.*", "session.revoked"}, Ordered: true, AllowPrivate: []string{"localhost"},
	}, {
		Name: "audit", URL: webhook.NewSecret("https://audit.example.com/in?price=$5"), Secrets: []webhook.Secret{webhook.NewSecret(second), webhook.NewSecret(first)}, Events: []string{"*"},
		Timeout: 5 * time.Second, MaxAttempts: 3, Rate: 0.5, Concurrency: 2, Profile: webhook.BetterAuth,
	}}
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("loaded %v", got)
	}
	if _, err := webhook.New(got); err != nil {
		t.Error(err)
	}
}

// same reports whether two endpoints are the same, their secrets too.
func same(a, b webhook.Endpoint) bool {
	if !a.URL.Equal(b.URL) || !slices.EqualFunc(a.Secrets, b.Secrets, webhook.Secret.Equal) {
		return false
	}
	a.URL, b.URL, a.Secrets, b.Secrets = webhook.Secret{}, webhook.Secret{}, nil, nil
	return reflect.DeepEqual(a, b)
}

func TestLoadNothing(t *testing.T) {
	if _, err := endpoints.Load("testdata/missing.yaml"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	huge := filepath.Join(t.TempDir(), "huge.yaml")
	if err := os.WriteFile(huge, []byte(strings.Repeat("#\n", 1<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := endpoints.Load(huge); err == nil || !strings.Contains(err.Error(), "256 KiB") {
		t.Error(err)
	}
	for _, src := range []string{"endpoints: {}", "{endpoints: {}} # none\n"} {
		if list, err := endpoints.Parse("x.yaml", []byte(src), lookup); len(list) != 0 || err != nil {
			t.Errorf("%v, %v", list, err)
		}
	}
}

// TestExpansion has what a variable holds taken as text, and not again.
func TestExpansion(t *testing.T) {
	list, err := endpoints.Parse("x.yaml", []byte("endpoints:\n  a: {url: \"${DOLLARS}?$$SECRET=$${SECRET}\", secrets: '${SECRET}', events: '*'}\n"), lookup)
	if err != nil || list[0].URL.Reveal() != "https://example.com/${SECRET}$$?$SECRET=${SECRET}" || list[0].Secrets[0].Reveal() != first {
		t.Errorf("%v", err)
	}
}

// head is an endpoint with nothing wrong but what follows.
const head = "endpoints:\n  cms:\n    url: https://cms.example.com\n    secrets: ${SECRET}\n    events: '*'\n"

// TestProblems has one mistake each, and the whole of its message.
func TestProblems(t *testing.T) {
	for src, want := range map[string]string{
		"":                            `x.yaml:1:1: the file is empty; the least it can say is "endpoints: {}"`,
		"# nothing\n":                 `x.yaml:1:1: the file is empty; the least it can say is "endpoints: {}"`,
		"~":                           `x.yaml:1:1: the file is empty; the least it can say is "endpoints: {}"`,
		"{}":                          `x.yaml:1:1: there is no key "endpoints"; the least a file can say is "endpoints: {}"`,
		"[]":                          `x.yaml:1:1: a file of endpoints is a mapping; begin it with "endpoints:"`,
		"endpoint: {}":                `x.yaml:1:1: unknown key "endpoint" (did you mean "endpoints"?)`,
		"endpoints:\n- a":             `x.yaml:2:1: "endpoints" is a mapping of a name to what the endpoint is; write {} for none`,
		"endpoints:\n":                `x.yaml:1:11: "endpoints" is a mapping of a name to what the endpoint is; write {} for none`,
		"endpoints: {a: }":            `x.yaml:1:16: endpoint "a": is a mapping; it needs url, secrets and events`,
		"a: b\n---\nc: d":             `x.yaml:1:1: this cannot be read as YAML: a second document begins; a file is one, without "---" in between`,
		"endpoints: {\xff: {}}":       `x.yaml:1:1: this is not UTF-8; save the file in that encoding`,
		head + "  cms: {}\n":          `x.yaml:6:3: key "cms" is in line 2 already; remove one`,
		head + "    ? [a]\n    : b\n": `x.yaml:6:7: endpoint "cms": a key is a word`,

		head + "    odered: true\n":                     `x.yaml:6:5: endpoint "cms": unknown key "odered" (did you mean "ordered"?)`,
		head + "    secret: x\n":                        `x.yaml:6:5: endpoint "cms": unknown key "secret" (did you mean "secrets"?)`,
		head + "    max_attempts: 3\n":                  `x.yaml:6:5: endpoint "cms": unknown key "max_attempts" (did you mean "maxAttempts"?)`,
		head + "    tiemout: 3s\n":                      `x.yaml:6:5: endpoint "cms": unknown key "tiemout" (did you mean "timeout"?)`,
		head + "    zzz: 3\n":                           `x.yaml:6:5: endpoint "cms": unknown key "zzz" (valid are url, secrets, events, timeout, maxAttempts, maxBody, rate, ordered, concurrency, allowPrivate, profile)`,
		head + "    ordered: true\n    ordered: true\n": `x.yaml:7:5: endpoint "cms": key "ordered" is in line 6 already; remove one`,
		head + "    timeout: 15\n":                      `x.yaml:6:14: endpoint "cms": timeout: is not a duration; write a number and its unit, such as 15s or 500ms`,
		head + "    timeout: 0s\n":                      `x.yaml:6:14: endpoint "cms": timeout: is 0; write more, or leave it out for the default`,
		head + "    timeout: 1h\n":                      `x.yaml:6:14: endpoint "cms": timeout: is 1h0m0s; write 1ms to 30s, or leave it out for 15s`,
		head + "    timeout:\n":                         `x.yaml:6:13: endpoint "cms": timeout: has no value; write one, or remove the key`,
		head + "    timeout: [1s]\n":                    `x.yaml:6:14: endpoint "cms": timeout: is one value, not several`,
		head + "    maxAttempts: 1.5\n":                 `x.yaml:6:18: endpoint "cms": maxAttempts: is not a whole number`,
		head + "    maxAttempts: 0\n":                   `x.yaml:6:18: endpoint "cms": maxAttempts: is 0; write more, or leave it out for the default`,
		head + "    rate: much\n":                       `x.yaml:6:11: endpoint "cms": rate: is not a number; write how many attempts a second may begin, such as 10 or 0.5`,
		head + "    rate: 0\n":                          `x.yaml:6:11: endpoint "cms": rate: is 0; write more, or leave it out for no limit`,
		head + "    rate: 1e20\n":                       `x.yaml:6:11: endpoint "cms": rate: is 1e+20; write how many attempts a second may begin, 0.000001 to 1000000, or leave it out for no limit`,
		head + "    rate: 1e400\n":                      `x.yaml:6:11: endpoint "cms": rate: is +Inf; write how many attempts a second may begin, 0.000001 to 1000000, or leave it out for no limit`,
		head + "    rate: .nan\n":                       `x.yaml:6:11: endpoint "cms": rate: is not a number; write how many attempts a second may begin, such as 10 or 0.5`,
		head + "    rate: NaN\n":                        `x.yaml:6:11: endpoint "cms": rate: is NaN; write how many attempts a second may begin, 0.000001 to 1000000, or leave it out for no limit`,
		head + "    rate: -1\n":                         `x.yaml:6:11: endpoint "cms": rate: is -1; write how many attempts a second may begin, 0.000001 to 1000000, or leave it out for no limit`,
		head + "    ordered: yes\n":                     `x.yaml:6:14: endpoint "cms": ordered: is neither true nor false`,
		head + "    profile: betterauth\n":              `x.yaml:6:14: endpoint "cms": profile: does not exist; write standard or better-auth`,
		head + "    allowPrivate: [a, '*']\n":           `x.yaml:6:19: endpoint "cms": allowPrivate: the 2nd is not the name of a host; write it as it stands in the URL, without port, such as "localhost"`,
		head + "    allowPrivate: [a, [b]]\n":           `x.yaml:6:23: endpoint "cms": allowPrivate: is a text, or a list of texts; quote ${NAME} inside of [ ]`,
		head + "    allowPrivate: ${NOWHERE}\n":         `x.yaml:6:19: endpoint "cms": allowPrivate: variable NOWHERE is not set`,
		head + "    allowPrivate: ${EMPTY}\n":           `x.yaml:6:19: endpoint "cms": allowPrivate: variable EMPTY is empty`,
		head + "    allowPrivate: $HOME\n":              `x.yaml:6:19: endpoint "cms": allowPrivate: has a "$" that begins no variable; write ${NAME}, or $$ for a dollar sign`,
		head + "    allowPrivate: ${A B}\n":             `x.yaml:6:19: endpoint "cms": allowPrivate: has a "$" that begins no variable; write ${NAME}, or $$ for a dollar sign`,
		head + "    allowPrivate: x${\n":                `x.yaml:6:19: endpoint "cms": allowPrivate: has a "$" that begins no variable; write ${NAME}, or $$ for a dollar sign`,
		head + "    ${SECRET}: x\n":                     `x.yaml:6:5: endpoint "cms": unknown key "${SECRET}" (did you mean "secrets"?)`,
		head + "    rate: ${YAML}\n":                    `x.yaml:6:11: endpoint "cms": rate: is not a number; write how many attempts a second may begin, such as 10 or 0.5`,
		head + "    profile: ${SECRET}\n":               `x.yaml:6:14: endpoint "cms": profile: does not exist; write standard or better-auth`,
		head + "    <<: {ordered: true}\n":              `x.yaml:6:5: endpoint "cms": unknown key "<<" (valid are url, secrets, events, timeout, maxAttempts, maxBody, rate, ordered, concurrency, allowPrivate, profile)`,
		head + "    profile: !x standard\n":             `x.yaml:6:14: tags are not taken here; quote a text that begins with !`,
		head + "    profile: &x standard\n":             `x.yaml:6:14: anchors and aliases are not taken here; write out what is meant, and quote a text that begins with & or *`,
	} {
		list, err := endpoints.Parse("x.yaml", []byte(src), lookup)
		var found *endpoints.Error
		switch {
		case !errors.As(err, &found):
			t.Errorf("%q: no error", src)
		case err.Error() != want || list != nil:
			t.Errorf("%q:\n got %v\nwant %s", src, err, want)
		}
		noSecret(t, err)
	}
}

// TestNameOfEndpoint has the name checked where it stands.
func TestNameOfEndpoint(t *testing.T) {
	_, err := endpoints.Parse("x.yaml", []byte("endpoints:\n  a b: {url: 'https://cms.example.com', secrets: '${SECRET}', events: '*'}\n"), lookup)
	if err == nil || !strings.HasPrefix(err.Error(), `x.yaml:2:3: endpoint "a b": name: may have letters`) {
		t.Error(err)
	}
}

// TestAllInOneRun has many mistakes, in the order of the file, and each once.
func TestAllInOneRun(t *testing.T) {
	_, err := endpoints.Parse("x.yaml", []byte(`endpoints:
  one:
    url: http://one.example.com
    secrets: ["${NOWHERE}", short, "${NEITHER}"]
    evnets: '*'
  two:
    timeout: soon
    url: ${CMS_URL}
    secrets: [c2hvcnQ=, '${SECRET}']
    events: [user*]
other: 1
`), lookup)
	want := []string{
		`x.yaml:2:3: endpoint "one": events: is missing; `,
		`x.yaml:3:10: endpoint "one": url: is http, `,
		`x.yaml:4:15: endpoint "one": secrets: variable NOWHERE is not set`,
		`x.yaml:4:36: endpoint "one": secrets: variable NEITHER is not set`,
		`x.yaml:5:5: endpoint "one": unknown key "evnets" (did you mean "events"?)`,
		`x.yaml:7:14: endpoint "two": timeout: is not a duration; `,
		`x.yaml:8:10: endpoint "two": url: is http, `,
		`x.yaml:9:14: endpoint "two": secrets: the 1st is 5 bytes; `,
		`x.yaml:10:13: endpoint "two": events: the 1st is neither `,
		`x.yaml:11:1: unknown key "other"`,
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d problems, want %d:\n%v", len(lines), len(want), err)
	}
	for i, w := range want {
		if !strings.HasPrefix(lines[i], w) {
			t.Errorf("got  %s\nwant %s", lines[i], w)
		}
	}
	noSecret(t, err)
}

// TestQuotesAreHinted has the two mistakes that YAML itself refuses.
func TestQuotesAreHinted(t *testing.T) {
	for src, want := range map[string][2]string{
		"endpoints:\n  a:\n    secrets: [${A}, ${B}]\n":           {"x.yaml:3:15: ", `; "${" inside of brackets needs quotes: ["${NAME}"]`},
		"endpoints:\n  a: {url: ${A}, ordered: true}\n":           {"x.yaml:2:12: ", `; "${" inside of brackets needs quotes: ["${NAME}"]`},
		"endpoints:\n  a:\n    secrets: [\"${A}\", ${B}]\n":       {"x.yaml:3:23: ", `; "${" inside of brackets needs quotes: ["${NAME}"]`},
		"endpoints:\n  a:\n    events: *\n":                       {"x.yaml:3:13: ", `; "*" needs quotes`},
		"endpoints:\n  a:\n    events: [user.created, *]\n":       {"x.yaml:3:28: ", `; "*" needs quotes`},
		"endpoints:\n  a:\n    events:\n      - *\n":              {"x.yaml:4:9: ", `; "*" needs quotes`},
		"endpoints:\n  a:\n    url: https://x\n   events: 'a'\n":  {"x.yaml:", "this cannot be read as YAML: "},
		"endpoints: {a: {url: https://x, secrets: [x], events: [": {"x.yaml:", "this cannot be read as YAML: "},
	} {
		_, err := endpoints.Parse("x.yaml", []byte(src), lookup)
		if err == nil || !strings.HasPrefix(err.Error(), want[0]) || !strings.Contains(err.Error(), want[1]) {
			t.Errorf("%q: %v", src, err)
		}
	}
}

// noSecret fails if an error holds what a variable holds.
func noSecret(t *testing.T, err error) {
	t.Helper()
	for _, s := range []string{first, second, strings.TrimPrefix(first, "whsec_"), "[a, b]"} {
		if err != nil && strings.Contains(err.Error(), s) {
			t.Errorf("a value is in: %v", err)
		}
	}
}
