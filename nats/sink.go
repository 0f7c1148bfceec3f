package nats

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/authgen/authgen/outbox"
)

// What the zero values of a Config mean.
const (
	DefaultPrefix  = "auth"
	DefaultTimeout = 10 * time.Second
)

// A Config says how a sink publishes.
type Config struct {
	// Prefix is what subjects begin with: one or more tokens, "auth" or
	// "prod.auth". Empty is DefaultPrefix.
	Prefix string
	// Timeout is how long a Send waits for the acknowledgements of what it
	// publishes. 0 is DefaultTimeout.
	Timeout time.Duration
}

// A Sink publishes entries of an outbox. It is safe for concurrent use.
type Sink struct {
	conn    *nats.Conn
	stream  jetstream.JetStream
	prefix  string
	timeout time.Duration
}

var _ outbox.Sink = (*Sink)(nil)

// New returns a sink that publishes through conn, which stays the caller's: it
// is to be closed when the relay has stopped. The error is one of the prefix.
func New(conn *nats.Conn, c Config) (*Sink, error) {
	s := &Sink{conn: conn, prefix: c.Prefix, timeout: c.Timeout}
	if s.prefix == "" {
		s.prefix = DefaultPrefix
	}
	if s.timeout == 0 {
		s.timeout = DefaultTimeout
	}
	for token := range strings.SplitSeq(s.prefix, ".") {
		if token == "" || token != plain(token) {
			return nil, fmt.Errorf("%q cannot be the prefix of subjects: use words joined by dots, such as auth or prod.auth", s.prefix)
		}
	}
	var err error
	// Without the timeout, what is never acknowledged would be waited for, in
	// memory, until the connection ends.
	if s.stream, err = jetstream.New(conn, jetstream.WithPublishAsyncTimeout(s.timeout)); err != nil {
		return nil, fmt.Errorf("no JetStream on this connection: %w", err)
	}
	return s, nil
}

// Send publishes entries and waits until a stream has acknowledged each. If
// none was, the error says why; if some were not, it is an
// [outbox.PartialError].
func (s *Sink) Send(ctx context.Context, due []outbox.Entry) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.timeout, fmt.Errorf("not acknowledged within %v", s.timeout))
	defer cancel()
	ctx, stop := s.whileConnected(ctx)
	defer stop()
	b := batch{Sink: s, failed: map[document]bool{}}
	for rest := due; len(rest) > 0; {
		rest = b.round(ctx, rest)
	}
	if len(b.untaken) == len(due) {
		return b.cause
	}
	if len(b.untaken) > 0 {
		return &outbox.PartialError{IDs: b.untaken, Cause: b.cause}
	}
	return nil
}

// whileConnected returns a context that ends with the connection. The client
// itself would keep messages until it is connected again, and never hear of what
// it sent before.
func (s *Sink) whileConnected(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	lost := s.conn.StatusChanged(nats.DISCONNECTED, nats.RECONNECTING, nats.CLOSED)
	go func() {
		if status, changed := <-lost; changed {
			cancel(s.disconnected(status))
		}
	}()
	if status := s.conn.Status(); status != nats.CONNECTED {
		cancel(s.disconnected(status))
	}
	return ctx, func() {
		s.conn.RemoveStatusListener(lost) // which ends the goroutine
		cancel(nil)
	}
}

func (s *Sink) disconnected(status nats.Status) error {
	err := fmt.Errorf("the connection is %s: %w", strings.ToLower(status.String()), nats.ErrDisconnected)
	if last := s.conn.LastError(); last != nil {
		err = fmt.Errorf("%w: %w", err, last)
	}
	return err
}

// explain returns why an entry was not taken, and what to do about it.
func (s *Sink) explain(e outbox.Entry, err error) error {
	switch {
	case errors.Is(err, jetstream.ErrNoStreamResponse):
		err = fmt.Errorf("no stream takes the subject: make one with EnsureStream, or add the subject to one: %w", err)
	case errors.Is(err, nats.ErrMaxPayload):
		err = fmt.Errorf("%d bytes are more than the server takes (%d): raise its max_payload, or let schema.yaml put less into the payload: %w", len(e.Body), s.conn.MaxPayload(), err)
	}
	return fmt.Errorf("%v %s, published as %s: %w", e.Kind, e.ID, s.subject(e), err)
}
