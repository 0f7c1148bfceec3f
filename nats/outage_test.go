package nats_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	authnats "github.com/authgen/authgen/nats"
	"github.com/authgen/authgen/outbox"
)

// The server is killed while events are being sent, and comes back: what was
// acknowledged is there, the rest comes again, each event is there once, and
// each document's are in order.
func TestServerStopsAndComesBack(t *testing.T) {
	own := newServer(t)
	conn := dial(t, own.url(), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond))
	sink := newSinkWith(t, conn, authnats.Config{Timeout: patience})
	if err := sink.EnsureStream(t.Context(), sink.EventStream()); err != nil {
		t.Fatal(err)
	}
	var all []outbox.Entry
	for i := range 5000 {
		all = append(all, event(t, fmt.Sprint("user-", i%7), i+1))
	}
	failures, down := 0, make(chan struct{})
	for rest := all; len(rest) > 0; {
		batch := rest[:min(100, len(rest))]
		switch sent := len(all) - len(rest); {
		case failures > 0:
		case sent == 1000: // kill it while it is busy
			go func() { own.kill(); close(down) }()
		case sent == 3000:
			<-down
		}
		err := sink.Send(t.Context(), batch)
		if err == nil {
			rest = rest[len(batch):]
			continue
		}
		if failures++; failures == 1 {
			<-down
			if err := sink.Send(t.Context(), batch); err == nil {
				t.Fatal("sent to a server that is dead")
			}
			own.start(t)
		}
		if failures > 1000 {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if failures == 0 {
		t.Error("the server was killed, and nobody noticed")
	}
	last, seen := map[string]int64{}, map[string]bool{}
	for _, m := range read(t, dial(t, own.url()), sink.EventStream().Name) {
		entry, err := authnats.DecodeEntry(m.Headers(), m.Data())
		if err != nil {
			t.Fatal(err)
		}
		if seen[entry.ID] || entry.Sequence <= last[entry.DocumentID] {
			t.Errorf("%s: %d after %d, seen before: %v", entry.DocumentID, entry.Sequence, last[entry.DocumentID], seen[entry.ID])
		}
		seen[entry.ID], last[entry.DocumentID] = true, entry.Sequence
	}
	if len(seen) != len(all) {
		t.Errorf("%d of %d events", len(seen), len(all))
	}
}

func TestNotConnected(t *testing.T) {
	own := newServer(t)
	conn := dial(t, own.url(), nats.MaxReconnects(-1))
	sink := newSinkWith(t, conn, authnats.Config{})
	own.kill()
	for end := time.Now().Add(patience); conn.Status() == nats.CONNECTED && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if err := sink.Send(t.Context(), []outbox.Entry{event(t, "ada", 1)}); !errors.Is(err, nats.ErrDisconnected) {
		t.Errorf("%v", err)
	}
}
