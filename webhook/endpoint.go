package webhook

import "time"

// An Endpoint is a receiver of events: where they go, how they are signed, and
// how patient the sender is. It is written in Go, or read from YAML by package
// endpoints. What is left zero has the default that the field names.
//
// Printed by fmt, log/slog or encoding/json, an Endpoint shows neither its
// secrets nor more of its URL than scheme and host; where a printer calls no
// methods, not even that.
type Endpoint struct {
	// Name is unique among the endpoints of a program, and stays the same as
	// long as deliveries to it are stored: 1 to 63 letters, digits, "-", "_" or
	// ".", beginning with a letter or a digit.
	Name string

	// URL is where events are POSTed to. It is https, or http if its host is
	// one of AllowPrivate. Its path and query often hold a token, so it is a
	// secret.
	URL Secret

	// Secrets are one, or two while one replaces the other: each 24 to 64 random
	// bytes in base64, with or without "whsec_" in front. With two, each attempt
	// has both signatures, and the receiver may know either secret.
	Secrets []Secret

	// Events are the types that go here: for example "user.created"; "user.*" is
	// all that begin with "user.", and "*" is all.
	Events []string

	// Timeout is how long an attempt may take, from the look-up of the host to
	// the end of the answer's body; 15 s by default, 30 s at most.
	Timeout time.Duration

	// MaxAttempts is how often an event is sent before its delivery is exhausted;
	// [DefaultMaxAttempts] by default, 100 at most.
	MaxAttempts int

	// MaxBody is the largest event that is sent, in bytes of its JSON;
	// [DefaultMaxBody] by default. A larger one is exhausted at once, and not sent.
	MaxBody int

	// Rate is how many attempts are begun a second, 0.000001 to 1000000; 0 is no
	// limit.
	Rate float64

	// Ordered keeps the order of the events of each document: a later one
	// waits until the one before was delivered or exhausted.
	Ordered bool

	// Concurrency is how many attempts run at a time, 8 by default.
	Concurrency int

	// AllowPrivate names the hosts, as they stand in URL, that may have a
	// private or loopback address and may be spoken to by http. A host that is
	// not named is reached at public addresses only, whatever its name resolves
	// to. Addresses where a cloud hands its machines their credentials are refused
	// for all.
	AllowPrivate []string

	// Profile adds the headers that a kind of receivers expects.
	Profile Profile
}

// A Profile is a set of headers that each attempt bears.
type Profile uint8

// The profiles.
const (
	// Standard has the headers of Standard Webhooks: webhook-id,
	// webhook-timestamp and webhook-signature.
	Standard Profile = iota
	// BetterAuth adds two to them: X-BetterAuth-Event, the type of the event,
	// and X-BetterAuth-Signature, the HMAC-SHA256 of the body in hex, keyed with
	// the text of the first secret as it is written, "whsec_" included.
	BetterAuth
)

// String returns the name of the profile in YAML, or "unknown".
func (p Profile) String() string {
	if name, ok := profileNames[p]; ok {
		return name
	}
	return "unknown"
}

var profileNames = map[Profile]string{Standard: "standard", BetterAuth: "better-auth"}

// What an endpoint that does not say otherwise has.
const (
	// DefaultMaxAttempts are as many as fit into three days, see [Sender.Deliver].
	DefaultMaxAttempts = 15
	// DefaultMaxBody is what a Handler takes that does not say otherwise, too: 1 MiB.
	DefaultMaxBody = 1 << 20

	defaultTimeout     = 15 * time.Second
	defaultConcurrency = 8
)

// withDefaults returns e with what it left zero.
func (e Endpoint) withDefaults() Endpoint {
	if e.Timeout == 0 {
		e.Timeout = defaultTimeout
	}
	if e.MaxAttempts == 0 {
		e.MaxAttempts = DefaultMaxAttempts
	}
	if e.MaxBody == 0 {
		e.MaxBody = DefaultMaxBody
	}
	if e.Concurrency == 0 {
		e.Concurrency = defaultConcurrency
	}
	return e
}
