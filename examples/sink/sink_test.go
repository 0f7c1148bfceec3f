package sink

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/templates"
)

const events = 20

// A service takes events, but for every third request.
type service struct {
	requests int
	seen     map[string]bool
	taken    chan authgen.Event // each once
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.requests++; s.requests%3 == 0 {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	var event authgen.Event
	if err := json.NewDecoder(r.Body).Decode(&event); err != nil || event.ID != r.Header.Get("Idempotency-Key") {
		http.Error(w, "not an event", http.StatusBadRequest)
		return
	}
	if !s.seen[event.ID] {
		s.seen[event.ID] = true
		s.taken <- event
	}
	w.WriteHeader(http.StatusNoContent)
}

// TestService hands over what transactions recorded to a service that often
// fails: everything arrives, in order.
func TestService(t *testing.T) {
	taken := make(chan authgen.Event, events)
	server := httptest.NewServer(&service{seen: map[string]bool{}, taken: taken})
	defer server.Close()
	db := open(t)
	box := outbox.New(db)
	sink := &Service{URL: server.URL, Client: &http.Client{Timeout: 10 * time.Second}}
	config := outbox.Config{Events: map[string]outbox.Sink{"service": sink}}
	config.Poll = 5 * time.Millisecond
	relay := outbox.NewRelay(box, config)
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error)
	go func() { stopped <- relay.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	}()

	user := &dialect.Table{Key: "user", Name: "user"}
	for range events {
		err := db.Unit(t.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
			r := tx.Record(ctx, user, "ada", runtime.OperationUpdate, []string{"name"})
			r.Event("user.updated", map[string]string{"name": "Ada"})
			return r.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	last := int64(0)
	for n := range events {
		select {
		case event := <-taken:
			if event.Sequence <= last {
				t.Errorf("%d after %d", event.Sequence, last)
			}
			last = event.Sequence
		case <-time.After(time.Minute):
			t.Fatalf("%d of %d events", n, events)
		}
	}
}

// open opens a database that holds an outbox.
func open(t *testing.T) *runtime.DB {
	t.Helper()
	db, err := runtime.Open(t.Context(), sqlite.Open(filepath.Join(t.TempDir(), "app.db")), runtime.Schema{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	ddl, err := templates.Outbox.ReadFile("outbox/sqlite.sql")
	if err != nil {
		t.Fatal(err)
	}
	err = db.Unit(t.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
		for statement := range strings.SplitSeq(string(ddl), ";\n") {
			if _, err := tx.SQL().ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}
