package webhook

import (
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/authgen/authgen/outbox"
)

var (
	_ outbox.Router    = (*Sender)(nil)
	_ outbox.Deliverer = (*Sender)(nil)
)

// A Sender sends events to endpoints: it is what a relay of the outbox asks
// which endpoints an event goes to, and has the attempts made by. It is safe for
// concurrent use.
type Sender struct {
	settings settings
	targets  []*target // in the order of New
	byName   map[string]*target
}

// A target is an endpoint, ready to be sent to.
type target struct {
	Endpoint
	keys   []key
	events filter
	client *http.Client
}

// settings are what options change.
type settings struct {
	now      func() time.Time
	random   func() float64
	roots    *x509.CertPool
	resolver *net.Resolver // nil is the system's
}

// An Option changes how a Sender works.
type Option func(*settings)

// WithClock makes now the clock by which attempts are dated.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.now = now } }

// WithRandom makes random, which returns numbers from 0 to below 1, the source
// of what the times between attempts vary by.
func WithRandom(random func() float64) Option { return func(s *settings) { s.random = random } }

// WithRootCAs makes the certificates of receivers be verified by roots instead
// of the system's, for receivers behind a certificate authority of your own.
func WithRootCAs(roots *x509.CertPool) Option { return func(s *settings) { s.roots = roots } }

// New returns a Sender to endpoints, which may be none. Its error joins what is
// wrong with each, *[EndpointError] all of them.
func New(endpoints []Endpoint, options ...Option) (*Sender, error) {
	s := &Sender{
		settings: settings{now: time.Now, random: rand.Float64},
		byName:   map[string]*target{},
	}
	for _, option := range options {
		option(&s.settings)
	}
	var wrong []error
	for _, e := range endpoints {
		if err := s.add(e); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("webhook: %w", errors.Join(wrong...))
	}
	return s, nil
}

// add makes a target of an endpoint.
func (s *Sender) add(e Endpoint) error {
	if err := e.Validate(); err != nil {
		return err
	}
	if s.byName[e.Name] != nil {
		return &EndpointError{e.Name, "name", "is that of two endpoints; rename one"}
	}
	u, err := url.Parse(e.URL.Reveal())
	if err != nil {
		return err
	}
	keys, err := parseKeys(e.Secrets)
	if err != nil {
		return err
	}
	e = e.withDefaults()
	t := &target{Endpoint: e, keys: keys, events: e.Events, client: newClient(e, u, &s.settings)}
	s.targets = append(s.targets, t)
	s.byName[e.Name] = t
	return nil
}

// Route returns the names of the endpoints that take events of a type, in
// the order in which they were given to New.
func (s *Sender) Route(eventType string) []string {
	var names []string
	for _, t := range s.targets {
		if t.events.takes(eventType) {
			names = append(names, t.Name)
		}
	}
	return names
}

// Limits returns how each endpoint is to be treated, in the order in which they
// were given to New.
func (s *Sender) Limits() []outbox.Limits {
	list := make([]outbox.Limits, len(s.targets))
	for i, t := range s.targets {
		list[i] = outbox.Limits{Endpoint: t.Name, Ordered: t.Ordered, Concurrency: t.Concurrency, Rate: t.Rate, Timeout: t.Timeout}
	}
	return list
}

// Close closes the connections that are kept for the next event. It is called
// when no attempt is running any more.
func (s *Sender) Close() {
	for _, t := range s.targets {
		t.client.CloseIdleConnections()
	}
}
