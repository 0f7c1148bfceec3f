package nats_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/authgen/authgen"
	authnats "github.com/authgen/authgen/nats"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
)

// event returns the n-th event of a document, as a relay hands it over.
func event(t testing.TB, document string, n int) outbox.Entry {
	t.Helper()
	e := authgen.Event{
		ID: runtime.UUIDv7(), Type: "user.updated", Table: "user", DocumentID: document, Sequence: int64(n),
		Timestamp: time.UnixMilli(1_790_000_000_000).UTC(), Operation: runtime.OperationUpdate,
		Changed: []string{"name"}, Data: json.RawMessage(`{"name":"Ada"}`),
	}
	body, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return outbox.Entry{ID: e.ID, Kind: outbox.KindEvent, Type: e.Type, Table: e.Table, DocumentID: document, Sequence: e.Sequence, Body: body, Due: e.Timestamp}
}

// read returns what a stream holds, in order.
func read(t testing.TB, conn *nats.Conn, name string) []jetstream.Msg {
	t.Helper()
	s, err := stream(t, conn).Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	info, err := s.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info.State.Msgs == 0 {
		return nil
	}
	consumer, err := s.OrderedConsumer(t.Context(), jetstream.OrderedConsumerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	batch, err := consumer.Fetch(int(info.State.Msgs), jetstream.FetchMaxWait(patience))
	if err != nil {
		t.Fatal(err)
	}
	var messages []jetstream.Msg
	for m := range batch.Messages() {
		messages = append(messages, m)
	}
	if uint64(len(messages)) != info.State.Msgs {
		t.Fatalf("%d of %d messages: %v", len(messages), info.State.Msgs, batch.Error())
	}
	return messages
}

func TestEventsArriveWhole(t *testing.T) {
	conn := connect(t)
	sink := newSink(t, conn)
	if err := sink.EnsureStream(t.Context(), sink.EventStream()); err != nil {
		t.Fatal(err)
	}
	sent := event(t, "a row/of %20 any\r\nid", 7)
	if err := sink.Send(t.Context(), []outbox.Entry{sent}); err != nil {
		t.Fatal(err)
	}
	m := read(t, conn, sink.EventStream().Name)[0]
	if !strings.HasSuffix(m.Subject(), ".events.user.updated") || m.Headers().Get("Nats-Msg-Id") != sent.ID {
		t.Errorf("%s, %v", m.Subject(), m.Headers())
	}
	var got authgen.Event
	if err := json.Unmarshal(m.Data(), &got); err != nil {
		t.Fatal(err)
	}
	if got.ID != sent.ID || got.DocumentID != sent.DocumentID || got.Sequence != 7 || string(got.Data) != `{"name":"Ada"}` {
		t.Errorf("%+v", got)
	}
	for header, want := range map[string]string{
		authnats.KindHeader: "event", authnats.TypeHeader: "user.updated", authnats.TableHeader: "user",
		authnats.SequenceHeader: "7", authnats.DueHeader: "2026-09-21T14:13:20Z",
	} {
		if text := m.Headers().Get(header); text != want {
			t.Errorf("%s is %q, not %q", header, text, want)
		}
	}
	entry, err := authnats.DecodeEntry(m.Headers(), m.Data())
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(entry) != fmt.Sprint(sent) {
		t.Errorf("%+v\nis not\n%+v", entry, sent)
	}
}

// Whatever a job is called, it has a subject, and a handler gets its name back.
func TestNamesOfAnyText(t *testing.T) {
	conn := connect(t)
	sink := newSink(t, conn)
	if err := sink.EnsureStream(t.Context(), sink.JobStream()); err != nil {
		t.Fatal(err)
	}
	kinds := []string{"mail.welcome", "mail welcome", "mail.*", ">", "..", ".mail", "50% off", "größe\n"}
	var due []outbox.Entry
	for _, kind := range kinds {
		due = append(due, outbox.Entry{ID: runtime.UUIDv7(), Kind: outbox.KindJob, Type: kind, Body: json.RawMessage(`{}`)})
	}
	if err := sink.Send(t.Context(), due); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range workQueue(t, conn, sink, len(kinds)) {
		entry, err := authnats.DecodeEntry(m.Headers(), m.Data())
		if err != nil {
			t.Fatal(err)
		}
		if entry.Kind != outbox.KindJob || entry.Table != "" {
			t.Errorf("%+v", entry)
		}
		got = append(got, entry.Type)
	}
	if !slices.Equal(got, kinds) {
		t.Errorf("%q came back as %q", kinds, got)
	}
}

// workQueue fetches and acknowledges n messages of a sink's jobs.
func workQueue(t testing.TB, conn *nats.Conn, sink *authnats.Sink, n int) (messages []jetstream.Msg) {
	t.Helper()
	consumer, err := stream(t, conn).CreateOrUpdateConsumer(t.Context(), sink.JobStream().Name, jetstream.ConsumerConfig{Durable: "workers"})
	if err != nil {
		t.Fatal(err)
	}
	batch, err := consumer.Fetch(n, jetstream.FetchMaxWait(patience))
	if err != nil {
		t.Fatal(err)
	}
	for m := range batch.Messages() {
		if err := m.DoubleAck(t.Context()); err != nil {
			t.Fatal(err)
		}
		messages = append(messages, m)
	}
	return messages
}

func TestDuplicatesAreDropped(t *testing.T) {
	conn := connect(t)
	sink := newSink(t, conn)
	if err := sink.EnsureStream(t.Context(), sink.EventStream()); err != nil {
		t.Fatal(err)
	}
	due := []outbox.Entry{event(t, "ada", 1), event(t, "ada", 2), event(t, "grace", 3)}
	for range 3 {
		if err := sink.Send(t.Context(), due); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(read(t, conn, sink.EventStream().Name)); n != len(due) {
		t.Errorf("%d messages of %d events", n, len(due))
	}
}

// Many events of few documents stay in order, and none is lost between rounds.
func TestOrder(t *testing.T) {
	conn := connect(t)
	sink := newSink(t, conn)
	if err := sink.EnsureStream(t.Context(), sink.EventStream()); err != nil {
		t.Fatal(err)
	}
	var due []outbox.Entry
	for i := range 1500 { // more than may be in flight at once
		document := fmt.Sprint("user-", i)
		if i%10 == 0 {
			document = fmt.Sprint("busy-", i%3)
		}
		due = append(due, event(t, document, i+1))
	}
	if err := sink.Send(t.Context(), due); err != nil {
		t.Fatal(err)
	}
	messages := read(t, conn, sink.EventStream().Name)
	if len(messages) != len(due) {
		t.Errorf("%d messages of %d events", len(messages), len(due))
	}
	last := map[string]int64{}
	for _, m := range messages {
		entry, err := authnats.DecodeEntry(m.Headers(), m.Data())
		if err != nil {
			t.Fatal(err)
		}
		if entry.Sequence <= last[entry.DocumentID] {
			t.Errorf("%s: %d after %d", entry.DocumentID, entry.Sequence, last[entry.DocumentID])
		}
		last[entry.DocumentID] = entry.Sequence
	}
}

func TestNoStream(t *testing.T) {
	conn := connect(t)
	sink := newSink(t, conn)
	err := sink.Send(t.Context(), []outbox.Entry{event(t, "ada", 1)})
	if !errors.Is(err, jetstream.ErrNoStreamResponse) || !strings.Contains(err.Error(), "EnsureStream") {
		t.Errorf("%v", err)
	}
}

// What cannot be taken is told apart from what was, and later events of its
// document wait for it.
func TestSomeAreNotTaken(t *testing.T) {
	conn := connect(t)
	sink := newSink(t, conn)
	if err := sink.EnsureStream(t.Context(), sink.EventStream()); err != nil {
		t.Fatal(err)
	}
	tooLarge := event(t, "ada", 2)
	tooLarge.Body = json.RawMessage(`"` + strings.Repeat("a", int(conn.MaxPayload())) + `"`)
	first, behind, other := event(t, "ada", 1), event(t, "ada", 3), event(t, "grace", 4)
	err := sink.Send(t.Context(), []outbox.Entry{first, tooLarge, behind, other})
	var untaken *outbox.PartialError
	if !errors.As(err, &untaken) || !slices.Equal(untaken.IDs, []string{tooLarge.ID, behind.ID}) {
		t.Fatalf("%v", err)
	}
	if !errors.Is(err, nats.ErrMaxPayload) || !strings.Contains(err.Error(), "max_payload") || !strings.Contains(err.Error(), tooLarge.ID) {
		t.Errorf("%v", err)
	}
	var got []string
	for _, m := range read(t, conn, sink.EventStream().Name) {
		got = append(got, m.Headers().Get("Nats-Msg-Id"))
	}
	if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values([]string{first.ID, other.ID}))) {
		t.Errorf("taken: %q", got)
	}
	// All that is handed over fails: the cause itself.
	if err := sink.Send(t.Context(), []outbox.Entry{tooLarge}); errors.As(err, &untaken) || !errors.Is(err, nats.ErrMaxPayload) {
		t.Errorf("%v", err)
	}
}

// A stream that never answers is waited for no longer than the sink, or its
// caller, has time.
func TestNoAnswer(t *testing.T) {
	conn := connect(t)
	sink := newSinkWith(t, conn, authnats.Config{Prefix: "authgen-test-silent", Timeout: 50 * time.Millisecond})
	silent, err := conn.SubscribeSync("authgen-test-silent.>") // takes, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Unsubscribe() }()
	err = sink.Send(t.Context(), []outbox.Entry{event(t, "ada", 1), event(t, "ada", 2)})
	if err == nil || !strings.Contains(err.Error(), "not acknowledged within 50ms") && !errors.Is(err, jetstream.ErrAsyncPublishTimeout) {
		t.Errorf("%v", err)
	}
	stopped := errors.New("the relay stops")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	if err := sink.Send(ctx, []outbox.Entry{event(t, "ada", 1)}); !errors.Is(err, stopped) {
		t.Errorf("%v", err)
	}
}

func TestPrefix(t *testing.T) {
	conn := connect(t)
	for _, prefix := range []string{"auth.*", "a b", ".auth", "auth.", "a..b", ">", "größe"} {
		if _, err := authnats.New(conn, authnats.Config{Prefix: prefix}); err == nil || !strings.Contains(err.Error(), "prefix") {
			t.Errorf("%q: %v", prefix, err)
		}
	}
	sink, err := authnats.New(conn, authnats.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if got := sink.EventStream(); got.Name != "AUTH_EVENTS" || !slices.Equal(got.Subjects, []string{"auth.events.>"}) {
		t.Errorf("%+v", got)
	}
}

func TestEntryOfAStrangersMessage(t *testing.T) {
	good := nats.Header{"Nats-Msg-Id": {"1"}, authnats.KindHeader: {"job"}, authnats.TypeHeader: {"mail"}, authnats.DueHeader: {"2026-09-21T13:33:20Z"}}
	if _, err := authnats.DecodeEntry(good, nil); err != nil {
		t.Errorf("%v", err)
	}
	for header, text := range map[string]string{
		"Nats-Msg-Id": "", authnats.KindHeader: "chore", authnats.TypeHeader: "%", authnats.DueHeader: "soon", authnats.TableHeader: "user",
	} {
		bad := nats.Header{}
		for name, values := range good {
			bad[name] = values
		}
		bad.Set(header, text)
		if _, err := authnats.DecodeEntry(bad, nil); err == nil {
			t.Errorf("%s: %q is let pass", header, text)
		}
	}
}
