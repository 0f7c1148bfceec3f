package outboxtest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/templates"
)

// Databases are those that the outbox is tested on.
var Databases = []struct {
	Name string
	Open func(testing.TB) dialect.Database
}{
	{"sqlite", func(t testing.TB) dialect.Database { return sqlite.Open(filepath.Join(t.TempDir(), "test.db")) }},
	{"postgres", func(t testing.TB) dialect.Database { return postgres.Open(testdb.Postgres(t)) }},
	{"mysql", func(t testing.TB) dialect.Database { return mysql.Open(testdb.MySQL(t)) }},
}

// A quoting observer fails the test if SQLite is sent a name in double quotes,
// which it reads as a string where there is no such column.
type quoting struct{ e *Env }

func (q quoting) Observe(ctx context.Context, s authgen.Step) (context.Context, func(error)) {
	if q.e.DB != nil && q.e.DB.Kind() == dialect.SQLite && strings.Contains(s.SQL, `"`) {
		q.e.Errorf("a name is in double quotes: %s", s.SQL)
	}
	return ctx, func(error) {}
}

// OnEach runs a test on every database, an empty one.
func OnEach(t *testing.T, test func(e *Env)) {
	t.Helper()
	for _, d := range Databases {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel() // to the other Databases
			test(Open(t, d.Open(t)))
		})
	}
}

// An Env is an outbox whose clock the test sets.
type Env struct {
	testing.TB
	DB     *runtime.DB
	Outbox *outbox.Outbox
	Admin  *admin.Admin
	Spans  *Spans
	Log    *Log

	mu   sync.Mutex
	Time time.Time
}

// Open returns an Env on an empty database.
func Open(t testing.TB, database dialect.Database, options ...authgen.Option) *Env {
	return OpenWith(t, database, func(e *Env) {
		script, err := templates.Outbox.ReadFile("outbox/" + e.DB.Kind().String() + ".sql")
		e.Must(err)
		e.Must(e.DB.Exec(t.Context(), runtime.Statements(string(script))...))
	}, options...)
}

// OpenWith is Open where the tables are made in another way.
func OpenWith(t testing.TB, database dialect.Database, tables func(*Env), options ...authgen.Option) *Env {
	e := &Env{TB: t, Spans: &Spans{}, Log: &Log{}, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	db, err := runtime.Open(t.Context(), database, runtime.Schema{}, append([]authgen.Option{authgen.WithClock(e.Clock), authgen.WithObserver(quoting{e})}, options...)...) // one of the options may be another observer
	e.Must(err)
	t.Cleanup(func() { e.Must(db.Close()) })
	e.DB = db
	tables(e)
	e.Admin = admin.New(e.DB)
	e.Outbox = outbox.New(db, outbox.WithLogger(slog.New(e.Log)), outbox.WithTracer(e.Spans))
	return e
}

// Clock returns the time of the test.
func (e *Env) Clock() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.Time
}

// Pass lets time pass.
func (e *Env) Pass(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Time = e.Time.Add(d)
}

// Must fails the test if there is an error.
func (e *Env) Must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

// Eventually waits for what relays bring about.
func (e *Env) Eventually(what string, ok func() bool) {
	e.Helper()
	for range 6000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	e.Fatalf("not after a minute: %s", what)
}

// Emit records n events of each document, in turns.
func (e *Env) Emit(n int, documents ...string) {
	e.Helper()
	for i := range n {
		for _, d := range documents {
			e.Event(d, "update", fmt.Sprintf(`{"n":%d}`, i))
		}
	}
}

// Event records one event of a document.
func (e *Env) Event(document, operation, data string) {
	e.Helper()
	e.Must(e.Outbox.Emit(e.Context(), authgen.Event{Type: "user." + operation + "d", Table: "user", DocumentID: document, Operation: operation, Data: json.RawMessage(data)}))
}

// Status returns how much is in the outbox.
func (e *Env) Status() admin.Status {
	e.Helper()
	status, err := e.Admin.Status(e.Context())
	e.Must(err)
	return status
}

// Queue returns the status of one queue.
func (e *Env) Queue(name string) admin.QueueStatus {
	e.Helper()
	queues := e.Status().Queues
	if i := slices.IndexFunc(queues, func(q admin.QueueStatus) bool { return q.Name == name }); i >= 0 {
		return queues[i]
	}
	return admin.QueueStatus{Name: name}
}

// List returns the records that a filter lets through, all of them.
func (e *Env) List(f admin.Filter) []admin.Record {
	e.Helper()
	records, next, err := e.Admin.List(e.Context(), f, "", 1000)
	e.Must(err)
	if next != "" {
		e.Fatal("there are more than a thousand records")
	}
	return records
}

// Relay runs a relay until the test ends, or stop is called.
func (e *Env) Relay(c outbox.Config) (stop func()) {
	e.Helper()
	return e.RelayOn(e.Outbox, c)
}

// RelayOn is Relay on another outbox of the same database.
func (e *Env) RelayOn(s *outbox.Outbox, c outbox.Config) (stop func()) {
	e.Helper()
	if c.Poll == 0 {
		c.Poll = 5 * time.Millisecond
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- outbox.NewRelay(s, c).Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		e.Must(<-done)
	})
	e.Cleanup(stop)
	return stop
}

// Queued puts events into the queues of p's endpoints, and runs no relay after
// that.
func (e *Env) Queued(p *Endpoints, n int, documents ...string) {
	e.Helper()
	e.Emit(n, documents...)
	stop := e.Relay(outbox.Config{Router: p})
	e.Eventually("all are in their queues", func() bool { return e.Status().Events.Waiting == 0 })
	stop()
}

// Delivering runs a relay that delivers to p in this process.
func (e *Env) Delivering(p *Endpoints) (stop func()) {
	engine := outbox.Direct(e.Outbox, 4, e.Outbox.Runner(nil, p))
	stopRelay := e.Relay(outbox.Config{Router: p, Deliverer: p, Engine: engine})
	return sync.OnceFunc(func() {
		stopRelay()
		e.Must(engine.Close(context.Background()))
	})
}

// Backlog records n events of a thousand documents.
func (e *Env) Backlog(n int) {
	events := make([]authgen.Event, n)
	for i := range events {
		events[i] = authgen.Event{
			Type: "user.updated", Table: "user", DocumentID: fmt.Sprintf("document-%020d", i%1000), Operation: "update",
			Changed: []string{"email", "name"}, Data: json.RawMessage(`{"id":"` + runtime.NanoID() + `","name":"Ada Lovelace","email":"ada@example.com","emailVerified":true,"role":"admin"}`),
			Request: &authgen.EventRequest{Path: "/update-user", ActorID: runtime.NanoID(), SessionID: runtime.NanoID()},
		}
	}
	e.Must(e.Outbox.Emit(context.Background(), events...))
}

// CleanUp runs the clean-up once.
func (e *Env) CleanUp() {
	e.Helper()
	names := len(e.Status().Queues)
	before := len(e.Spans.Of(outbox.SpanCleanUp))
	marker := &Sink{}
	stop := e.Relay(outbox.Config{Keep: time.Hour, Engine: marker})
	e.Eventually("the clean-up has been", func() bool { return len(e.Spans.Of(outbox.SpanCleanUp)) >= before+names })
	stop()
}
