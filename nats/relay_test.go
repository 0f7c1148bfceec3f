package nats_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
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

// openOutbox opens a database that holds an outbox.
func openOutbox(t testing.TB) *runtime.DB {
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
	unit(t, db, func(ctx context.Context, tx *runtime.Tx) error {
		for statement := range strings.SplitSeq(string(ddl), ";\n") {
			if _, err := tx.SQL().ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	return db
}

func unit(t testing.TB, db *runtime.DB, fn func(context.Context, *runtime.Tx) error) {
	t.Helper()
	if err := db.Unit(t.Context(), 0, fn); err != nil {
		t.Fatal(err)
	}
}

// start runs a relay until the test is over.
func start(t *testing.T, box *outbox.Outbox, c outbox.Config) {
	t.Helper()
	c.Poll = 20 * time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error)
	go func() { stopped <- outbox.NewRelay(box, c).Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

// eventually fails the test unless done becomes true.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// A forgetful sink sends, and then says every third time that it has not: so
// does one whose process dies before the outbox hears of it.
type forgetful struct {
	outbox.Sink
	calls atomic.Int64
}

func (f *forgetful) Send(ctx context.Context, due []outbox.Entry) error {
	err := f.Sink.Send(ctx, due)
	if err == nil && f.calls.Add(1)%3 == 1 {
		return errors.New("the process died")
	}
	return err
}

// TestFromTransactionToConsumer commits and rolls back transactions, and reads
// from the stream what was committed: once, in order.
func TestFromTransactionToConsumer(t *testing.T) {
	conn := connect(t)
	sink := newSink(t, conn)
	if err := sink.EnsureStream(t.Context(), sink.EventStream()); err != nil {
		t.Fatal(err)
	}
	db := openOutbox(t)
	start(t, outbox.New(db), outbox.Config{Events: map[string]outbox.Sink{"nats": &forgetful{Sink: sink}}, Batch: 50})

	type payload struct {
		Step int `json:"step"`
	}
	const documents, steps = 20, 10
	undo := errors.New("undo")
	table := &dialect.Table{Key: "user", Name: "user"}
	record := func(ctx context.Context, tx *runtime.Tx, document, step int) error {
		r := tx.Record(ctx, table, fmt.Sprint("user-", document), runtime.OperationUpdate, []string{"name"})
		r.Event("user.updated", payload{step})
		return r.Err()
	}
	for step := range steps {
		for document := range documents {
			unit(t, db, func(ctx context.Context, tx *runtime.Tx) error { return record(ctx, tx, document, step) })
		}
		err := db.Unit(t.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
			return errors.Join(record(ctx, tx, 0, -1), undo)
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
	}

	name := sink.EventStream().Name
	eventually(t, "all events are in the stream", func() bool {
		s, err := stream(t, conn).Stream(t.Context(), name)
		return err == nil && s.CachedInfo().State.Msgs >= documents*steps
	})
	next := map[string]int{}
	for _, m := range read(t, conn, name) {
		var e authgen.Event
		var p payload
		if err := errors.Join(json.Unmarshal(m.Data(), &e), json.Unmarshal(e.Data, &p)); err != nil {
			t.Fatal(err)
		}
		if e.ID != m.Headers().Get("Nats-Msg-Id") || e.Type != "user.updated" || p.Step != next[e.DocumentID] {
			t.Errorf("%s: step %d, where %d is next: %+v", e.DocumentID, p.Step, next[e.DocumentID], e)
		}
		next[e.DocumentID]++
	}
	for document, n := range next {
		if n != steps {
			t.Errorf("%s: %d of %d events", document, n, steps)
		}
	}
	if len(next) != documents {
		t.Errorf("%d of %d documents", len(next), documents)
	}
}

// greeting is a job.
type greeting struct{ Name string }

func (greeting) JobType() string { return "greeting" }

// TestJobsThroughNATS runs jobs in a consumer of the stream, as README.md says.
func TestJobsThroughNATS(t *testing.T) {
	conn := connect(t)
	sink := newSink(t, conn)
	db := openOutbox(t)
	box := outbox.New(db)
	if err := sink.EnsureStream(t.Context(), sink.JobStream()); err != nil {
		t.Fatal(err)
	}
	start(t, box, outbox.Config{Engine: &forgetful{Sink: sink}})

	var greeted, failed atomic.Int64
	names := make(chan string, 10)
	handlers := outbox.NewHandlers()
	outbox.Handle(handlers, func(ctx context.Context, g greeting) error {
		if failed.Add(1) == 1 {
			return errors.New("come again")
		}
		greeted.Add(1)
		names <- g.Name
		return nil
	})
	stop, err := work(t.Context(), stream(t, conn), sink.JobStream().Name, box.Runner(handlers, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	unit(t, db, func(ctx context.Context, tx *runtime.Tx) error {
		return tx.Schedule(ctx, greeting{Name: "Ada"})
	})
	select {
	case name := <-names:
		if name != "Ada" {
			t.Errorf("greeted %q", name)
		}
	case <-time.After(patience):
		t.Fatal("nobody was greeted")
	}
	eventually(t, "the job leaves the stream", func() bool {
		s, err := stream(t, conn).Stream(t.Context(), sink.JobStream().Name)
		return err == nil && s.CachedInfo().State.Msgs == 0
	})
	if n := greeted.Load(); n != 1 {
		t.Errorf("greeted %d times", n)
	}
}
