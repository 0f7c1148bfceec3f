package nats

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// What the streams of EventStream and JobStream have.
const (
	DuplicatesWindow = time.Hour           // how long ids are remembered
	EventAge         = 30 * 24 * time.Hour // how long events stay
)

// EventStream returns a stream for events, AUTH_EVENTS if the prefix is auth:
// they stay for EventAge, whoever has read them, so that a consumer can be added
// later. Change what does not serve, for example the number of replicas, and hand it
// to EnsureStream.
func (s *Sink) EventStream() jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:        s.streamName("EVENTS"),
		Description: "changes of auth data",
		Subjects:    []string{s.prefix + ".events.>"},
		MaxAge:      EventAge,
		Duplicates:  DuplicatesWindow,
	}
}

// JobStream returns a stream for jobs and attempts to deliver webhooks, AUTH_JOBS
// if the prefix is auth: each stays until a consumer has acknowledged it.
func (s *Sink) JobStream() jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:        s.streamName("JOBS"),
		Description: "jobs and deliveries that are due",
		Subjects:    []string{s.prefix + ".jobs.>", s.prefix + ".deliveries.>"},
		Retention:   jetstream.WorkQueuePolicy,
		Duplicates:  DuplicatesWindow,
	}
}

func (s *Sink) streamName(branch string) string {
	return strings.ToUpper(strings.ReplaceAll(s.prefix, ".", "_")) + "_" + branch
}

// EnsureStream makes a stream unless one of that name exists. One that is there
// stays as it is, for it may have been tuned; the error says what of it does not
// serve: it does not take a subject of want, remembers ids for less long, or
// acknowledges nothing.
func (s *Sink) EnsureStream(ctx context.Context, want jetstream.StreamConfig) error {
	stream, err := s.stream.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = s.stream.CreateStream(ctx, want)
	}
	if err != nil {
		return fmt.Errorf("stream %s of NATS: %w", want.Name, err)
	}
	have := stream.CachedInfo().Config
	for _, subject := range want.Subjects {
		if !slices.ContainsFunc(have.Subjects, func(filter string) bool { return covers(filter, subject) }) {
			return fmt.Errorf("stream %s of NATS does not take %s: add it to its subjects, which are %s", want.Name, subject, strings.Join(have.Subjects, ", "))
		}
	}
	if have.Duplicates < want.Duplicates {
		return fmt.Errorf("stream %s of NATS remembers ids for %v: raise its duplicates window to %v, or ask for less", want.Name, have.Duplicates, want.Duplicates)
	}
	if have.NoAck {
		return fmt.Errorf("stream %s of NATS does not acknowledge messages: set its no_ack to false", want.Name)
	}
	return nil
}

// covers reports whether a stream with the subject filter takes all that subject
// stands for.
func covers(filter, subject string) bool {
	filters, tokens := strings.Split(filter, "."), strings.Split(subject, ".")
	for i, token := range filters {
		switch {
		case token == ">":
			return i < len(tokens)
		case i == len(tokens), token != tokens[i] && (token != "*" || tokens[i] == ">"):
			return false
		}
	}
	return len(filters) == len(tokens)
}
