package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/templates"
	"github.com/authgen/authgen/webhook"
)

// outboxOf opens a database with the tables of the outbox, and n events of one
// document in it.
func outboxOf(t *testing.T, n int) *runtime.DB {
	t.Helper()
	db, err := runtime.Open(t.Context(), sqlite.Open(filepath.Join(t.TempDir(), "outbox.db")), runtime.Schema{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	script, err := templates.Outbox.ReadFile("outbox/sqlite.sql")
	if err != nil {
		t.Fatal(err)
	}
	statements := runtime.Statements(string(script))
	for i := range n {
		statements = append(statements, fmt.Sprintf("INSERT INTO authgen_event (id, type, doc_table, document_id, operation, occurred_at, body) "+
			`VALUES ('event-%d', 'user.updated', 'user', 'u1', 'update', %d, '{"data":{"n":%[1]d}}')`, i+1, noon.UnixMilli()))
	}
	if err := db.Exec(t.Context(), statements...); err != nil {
		t.Fatal(err)
	}
	return db
}

// relay hands over what is in an outbox until the test is over.
func relay(t *testing.T, db *runtime.DB, sender *webhook.Sender) {
	t.Helper()
	store := outbox.New(db, outbox.WithLogger(slog.New(slog.DiscardHandler)))
	engine := outbox.Direct(store, 8, store.Runner(nil, sender))
	r := outbox.NewRelay(store, outbox.Config{Router: sender, Deliverer: sender, Engine: engine, Poll: 20 * time.Millisecond})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-done, engine.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
}

// states returns the state of each delivery to an endpoint, with what went wrong.
func states(t *testing.T, db *runtime.DB, endpoint string) (list []string) {
	t.Helper()
	err := db.Unit(t.Context(), authgen.ReadOnly, func(ctx context.Context, tx *runtime.Tx) error {
		list = nil
		rows, err := tx.SQL().QueryContext(ctx, "SELECT state, COALESCE(error, '') FROM authgen_delivery WHERE endpoint = ? ORDER BY sequence", endpoint)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var state, why string
			if err := rows.Scan(&state, &why); err != nil {
				return err
			}
			list = append(list, strings.TrimSpace(state+" "+why))
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestThroughTheOutbox has the relay of the outbox deliver to a receiver that
// works, one that hangs, one that is gone, and one that wants other events.
func TestThroughTheOutbox(t *testing.T) {
	var mu sync.Mutex
	var got []int64
	good := httptest.NewServer(handler(t, nil, func(_ context.Context, e webhook.Event) error {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, e.Sequence)
		return nil
	}))
	t.Cleanup(good.Close)
	hanging := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		body(t, r)
		<-r.Context().Done()
	})
	gone := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	other := serve(t, never(t))

	endpoints := []webhook.Endpoint{at(good), at(hanging), at(gone), at(other)}
	for i, name := range []string{"good", "hanging", "gone", "other"} {
		endpoints[i].Name, endpoints[i].Ordered = name, true
	}
	endpoints[1].Timeout, endpoints[1].MaxAttempts = 200*time.Millisecond, 1
	endpoints[3].Events = []string{"session.*"}

	const events = 3
	db := outboxOf(t, events)
	relay(t, db, newSender(t, endpoints))
	for endpoint, want := range map[string]string{
		"good":    "delivered,delivered,delivered",
		"hanging": "exhausted no answer within 200ms,exhausted no answer within 200ms,exhausted no answer within 200ms",
		"other":   "",
	} {
		var last string
		within(t, endpoint+" becomes "+want, func() bool {
			last = strings.Join(states(t, db, endpoint), ",")
			return last == want
		})
	}
	within(t, "gone is disabled", func() bool {
		return strings.HasPrefix(states(t, db, "gone")[0], "pending answered 410")
	})
	mu.Lock()
	defer mu.Unlock()
	if fmt.Sprint(got) != "[1 2 3]" {
		t.Errorf("received %v", got)
	}
}
