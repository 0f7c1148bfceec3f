package webhook

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"
)

// Limits of an endpoint.
const (
	maxTimeout     = 30 * time.Second
	maxAttempts    = 100
	maxConcurrency = 1000
	maxMaxBody     = 1 << 30
	maxName        = 63 // what the outbox's column holds

	// Attempts a second. Beyond these, the outbox could not count the attempts
	// that are due, or the milliseconds from one to the next, in its integers.
	minRate = 1e-6
	maxRate = 1e6
)

// An EndpointError says what is wrong with one field of an endpoint, and how to
// put it right. Its text holds no secret, and no more of a URL than scheme and
// host.
type EndpointError struct {
	Endpoint string // its name
	Field    string // as YAML spells it: "maxAttempts"
	Why      string
}

// Error gives endpoint, field, and what to change.
func (e *EndpointError) Error() string {
	return fmt.Sprintf("endpoint %q: %s: %s", e.Endpoint, e.Field, e.Why)
}

// Validate returns what is wrong with e: nil, or a join of *EndpointError.
func (e Endpoint) Validate() error {
	v := validation{endpoint: e.Name}
	v.name(e.Name)
	v.url(e)
	v.secrets(e.Secrets)
	v.events(e.Events)
	v.private(e.AllowPrivate)
	v.limits(e)
	return errors.Join(v.found...)
}

// A validation collects what is wrong with an endpoint.
type validation struct {
	endpoint string
	found    []error
}

func (v *validation) add(field, format string, args ...any) {
	v.found = append(v.found, &EndpointError{v.endpoint, field, fmt.Sprintf(format, args...)})
}

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

func (v *validation) name(name string) {
	switch {
	case name == "":
		v.add("name", "is missing")
	case len(name) > maxName:
		v.add("name", "is longer than %d characters; shorten it", maxName)
	case !namePattern.MatchString(name):
		v.add("name", `may have letters, digits, "-", "_" and ".", and begins with a letter or a digit`)
	}
}

// url checks the URL without ever repeating it: its path may be a secret.
func (v *validation) url(e Endpoint) {
	u, err := url.Parse(e.URL.Reveal())
	switch {
	case e.URL.IsZero():
		v.add("url", "is missing")
	case err != nil || u.Host == "" || u.Opaque != "":
		v.add("url", "is not a URL; write one such as https://example.com/webhooks")
	case u.Scheme != "https" && u.Scheme != "http":
		v.add("url", "begins with %q; write https", u.Scheme+":")
	case u.User != nil:
		v.add("url", "has a user name or password in it; take them out, the signature tells the receiver who sends")
	case u.Fragment != "":
		v.add("url", `has a "#", and what follows is never sent; take it out`)
	case !validPort(u):
		v.add("url", "has a port that cannot be; write 1 to 65535, or leave it out")
	case cloudName(u.Hostname()):
		v.add("url", "goes to %q, where a cloud hands its machines their credentials; write the host of a receiver", u.Hostname())
	case e.allowsPrivate(u.Hostname()):
	case u.Scheme == "http":
		v.add("url", "is http, which everybody on the way can read and change; write https, or list %q under allowPrivate if it is a host of your own", u.Hostname())
	case privateName(u.Hostname()):
		v.add("url", "goes to %q, which is private; list that under allowPrivate if it is meant", u.Hostname())
	}
}

func validPort(u *url.URL) bool {
	text := u.Port()
	if text == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port > 0
}

// privateName reports whether a host is private by the looks of it. What it
// resolves to is checked when it is dialled.
func privateName(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return ssrf.New().SafeAddr(addr.WithZone("")) != nil
	}
	host = canonicalHost(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// cloudName reports whether a host is the address of a cloud.
func cloudName(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && isCloud(addr)
}

// allowsPrivate reports whether host is one that may be private.
func (e Endpoint) allowsPrivate(host string) bool {
	return slices.ContainsFunc(e.AllowPrivate, func(allowed string) bool {
		return allowed != "" && canonicalHost(allowed) == canonicalHost(host)
	})
}

// canonicalHost returns a host in one spelling of several.
func canonicalHost(host string) string {
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func (v *validation) secrets(secrets []Secret) {
	switch len(secrets) {
	case 0:
		v.add("secrets", "is missing; make one with: openssl rand -base64 32")
	case 1, 2:
	default:
		v.add("secrets", "has %d secrets; write one, or two while one replaces the other", len(secrets))
	}
	for i, s := range secrets {
		if _, err := parseKey(s); err != nil {
			v.add("secrets", "the %s %v", ordinal(i), err)
		}
	}
	if len(secrets) == 2 && !secrets[0].IsZero() && secrets[0].Equal(secrets[1]) {
		v.add("secrets", "are the same twice; write it once")
	}
}

// ordinal returns "1st" for 0, and so on.
func ordinal(i int) string {
	return strconv.Itoa(i+1) + [...]string{"st", "nd", "rd", "th"}[min(i, 3)]
}

func (v *validation) events(patterns []string) {
	if len(patterns) == 0 {
		v.add("events", `is missing; write the types that go here, such as "user.*", or "*" for all`)
	}
	for i, p := range patterns {
		if !validFilter(p) {
			v.add("events", `the %s is neither a type of event nor a pattern; write "user.created", "user.*" or "*"`, ordinal(i))
		}
	}
}

func (v *validation) private(hosts []string) {
	for i, h := range hosts {
		if h == "" || strings.ContainsAny(h, "*/@ \t\r\n") {
			v.add("allowPrivate", `the %s is not the name of a host; write it as it stands in the URL, without port, such as "localhost"`, ordinal(i))
		}
	}
}

func (v *validation) limits(e Endpoint) {
	if e.Timeout < 0 || e.Timeout > maxTimeout || e.Timeout > 0 && e.Timeout < time.Millisecond {
		v.add("timeout", "is %v; write 1ms to %v, or leave it out for %v", e.Timeout, maxTimeout, defaultTimeout)
	}
	if e.MaxAttempts < 0 || e.MaxAttempts > maxAttempts {
		v.add("maxAttempts", "is %d; write 1 to %d, or leave it out for %d", e.MaxAttempts, maxAttempts, DefaultMaxAttempts)
	}
	if e.MaxBody < 0 || e.MaxBody > maxMaxBody {
		v.add("maxBody", "is %d; write 1 to %d bytes, or leave it out for %d", e.MaxBody, maxMaxBody, DefaultMaxBody)
	}
	if e.Rate != 0 && !(e.Rate >= minRate && e.Rate <= maxRate) { // NaN is neither
		v.add("rate", "is %v; write how many attempts a second may begin, 0.000001 to 1000000, or leave it out for no limit", e.Rate)
	}
	if e.Concurrency < 0 || e.Concurrency > maxConcurrency {
		v.add("concurrency", "is %d; write 1 to %d, or leave it out for %d", e.Concurrency, maxConcurrency, defaultConcurrency)
	}
	if _, ok := profileNames[e.Profile]; !ok {
		v.add("profile", "does not exist; use Standard or BetterAuth")
	}
}
