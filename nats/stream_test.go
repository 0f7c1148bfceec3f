package nats_test

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

func TestEnsureStream(t *testing.T) {
	conn := connect(t)
	sink := newSink(t, conn)
	want := sink.EventStream()
	for range 2 { // made, and found
		if err := sink.EnsureStream(t.Context(), want); err != nil {
			t.Fatal(err)
		}
	}
	s, err := stream(t, conn).Stream(t.Context(), want.Name)
	if err != nil {
		t.Fatal(err)
	}
	if c := s.CachedInfo().Config; c.Duplicates != time.Hour || c.Storage != jetstream.FileStorage || c.MaxAge != 30*24*time.Hour {
		t.Errorf("%+v", c)
	}
	prefix := strings.TrimSuffix(want.Subjects[0], ".events.>")
	more := want
	more.Subjects = append(more.Subjects, prefix+".audit")
	if err := sink.EnsureStream(t.Context(), more); err == nil || !strings.Contains(err.Error(), "does not take "+prefix+".audit") {
		t.Errorf("another subject: %v", err)
	}
	longer := want
	longer.Duplicates = 2 * time.Hour
	if err := sink.EnsureStream(t.Context(), longer); err == nil || !strings.Contains(err.Error(), "remembers ids for 1h0m0s") {
		t.Errorf("a longer window: %v", err)
	}
	twin := want
	twin.Name += "_TWIN"
	if err := sink.EnsureStream(t.Context(), twin); err == nil || !strings.Contains(err.Error(), twin.Name) {
		t.Errorf("a second stream for the same subjects: %v", err)
	}
	mute := sink.JobStream()
	mute.NoAck = true
	if err := sink.EnsureStream(t.Context(), mute); err == nil || !strings.Contains(err.Error(), "does not acknowledge") {
		t.Errorf("a stream that acknowledges nothing: %v", err)
	}
}
