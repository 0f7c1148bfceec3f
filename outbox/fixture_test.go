package outbox_test

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
	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/templates"
)

// databases are those that the outbox is tested on.
var databases = []struct {
	name string
	open func(testing.TB) dialect.Database
}{
	{"sqlite", func(t testing.TB) dialect.Database { return sqlite.Open(filepath.Join(t.TempDir(), "test.db")) }},
	{"postgres", func(t testing.TB) dialect.Database { return postgres.Open(testdb.Postgres(t)) }},
	{"mysql", func(t testing.TB) dialect.Database { return mysql.Open(testdb.MySQL(t)) }},
}

// A quoting observer fails the test if SQLite is sent a name in double quotes,
// which it reads as a string where there is no such column.
type quoting struct{ e *env }

func (q quoting) Observe(ctx context.Context, s authgen.Step) (context.Context, func(error)) {
	if q.e.db != nil && q.e.db.Kind() == dialect.SQLite && strings.Contains(s.SQL, `"`) {
		q.e.Errorf("a name is in double quotes: %s", s.SQL)
	}
	return ctx, func(error) {}
}

// onEach runs a test on every database, an empty one.
func onEach(t *testing.T, test func(e *env)) {
	t.Helper()
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel() // to the other databases
			test(open(t, d.open(t)))
		})
	}
}

// An env is an outbox whose clock the test sets.
type env struct {
	testing.TB
	db    *runtime.DB
	store *outbox.Outbox
	seen  *steps
	log   *logged

	mu  sync.Mutex
	now time.Time
}

func open(t testing.TB, database dialect.Database, options ...authgen.Option) *env {
	e := &env{TB: t, seen: &steps{}, log: &logged{}, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	db, err := runtime.Open(t.Context(), database, runtime.Schema{}, append([]authgen.Option{authgen.WithClock(e.clock), authgen.WithObserver(quoting{e})}, options...)...) // one of the options may be another observer
	e.must(err)
	t.Cleanup(func() { e.must(db.Close()) })
	script, err := templates.Outbox.ReadFile("outbox/" + db.Kind().String() + ".sql")
	e.must(err)
	e.must(db.Exec(t.Context(), runtime.Statements(string(script))...))
	e.db, e.store = db, outbox.New(db, outbox.WithLogger(slog.New(e.log)), outbox.WithTracer(e.seen))
	return e
}

func (e *env) clock() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.now
}

func (e *env) pass(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.now = e.now.Add(d)
}

func (e *env) must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

// eventually waits for what relays bring about.
func (e *env) eventually(what string, ok func() bool) {
	e.Helper()
	for range 6000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	e.Fatalf("not after a minute: %s", what)
}

// emit records n events of each document, in turns.
func (e *env) emit(n int, documents ...string) {
	e.Helper()
	for i := range n {
		for _, d := range documents {
			e.event(d, "update", fmt.Sprintf(`{"n":%d}`, i))
		}
	}
}

func (e *env) event(document, operation, data string) {
	e.Helper()
	e.must(e.store.Emit(e.Context(), authgen.Event{Type: "user." + operation + "d", Table: "user", DocumentID: document, Operation: operation, Data: json.RawMessage(data)}))
}

func (e *env) status() outbox.Status {
	e.Helper()
	status, err := e.store.Status(e.Context())
	e.must(err)
	return status
}

func (e *env) queue(name string) outbox.QueueStatus {
	e.Helper()
	queues := e.status().Queues
	if i := slices.IndexFunc(queues, func(q outbox.QueueStatus) bool { return q.Name == name }); i >= 0 {
		return queues[i]
	}
	return outbox.QueueStatus{Name: name}
}

func (e *env) list(f outbox.Filter) []outbox.Record {
	e.Helper()
	records, next, err := e.store.List(e.Context(), f, "", 1000)
	e.must(err)
	if next != "" {
		e.Fatal("there are more than a thousand records")
	}
	return records
}

// relay runs a relay until the test ends, or stop is called.
func (e *env) relay(c outbox.Config) (stop func()) {
	e.Helper()
	return e.relayOn(e.store, c)
}

func (e *env) relayOn(s *outbox.Outbox, c outbox.Config) (stop func()) {
	e.Helper()
	if c.Poll == 0 {
		c.Poll = 5 * time.Millisecond
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- outbox.NewRelay(s, c).Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		e.must(<-done)
	})
	e.Cleanup(stop)
	return stop
}

// queued puts events into the queues of p's endpoints, and runs no relay after
// that.
func (e *env) queued(p *endpoints, n int, documents ...string) {
	e.Helper()
	e.emit(n, documents...)
	stop := e.relay(outbox.Config{Router: p})
	e.eventually("all are in their queues", func() bool { return e.status().Events.Waiting == 0 })
	stop()
}

// delivering runs a relay that delivers to p in this process.
func (e *env) delivering(p *endpoints) (stop func()) {
	engine := outbox.Direct(e.store, 4, e.store.Runner(nil, p))
	stopRelay := e.relay(outbox.Config{Router: p, Deliverer: p, Engine: engine})
	return sync.OnceFunc(func() {
		stopRelay()
		e.must(engine.Close(context.Background()))
	})
}

// endpoints are a fan-out to, and a deliverer of, fake endpoints.
type endpoints struct {
	limits []outbox.Limits
	hangs  func(outbox.Delivery) // called ahead of each attempt

	mu      sync.Mutex
	got     []outbox.Delivery
	outcome func(outbox.Delivery) outbox.Outcome
}

func (p *endpoints) Route(string) (names []string) {
	for _, l := range p.limits {
		names = append(names, l.Endpoint)
	}
	return names
}

func (p *endpoints) Limits() []outbox.Limits { return p.limits }

func (p *endpoints) Deliver(_ context.Context, d outbox.Delivery) outbox.Outcome {
	if p.hangs != nil {
		p.hangs(d)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, d)
	if p.outcome != nil {
		return p.outcome(d)
	}
	return outbox.Outcome{Verdict: outbox.Delivered, Status: 200}
}

// answer sets what the endpoints answer from now on; nil is that they take all.
func (p *endpoints) answer(outcome func(outbox.Delivery) outbox.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.outcome = outcome
}

func (p *endpoints) taken() []outbox.Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

// A noted sink keeps what it takes. While it is broken it takes nothing; before
// it takes a batch it calls on, which may refuse it.
type noted struct {
	on func(context.Context, []outbox.Entry) error

	mu     sync.Mutex
	got    []outbox.Entry
	broken error
	calls  int
}

func (n *noted) Send(ctx context.Context, due []outbox.Entry) error {
	n.mu.Lock()
	n.calls++
	broken := n.broken
	n.mu.Unlock()
	if broken != nil {
		return broken
	}
	if n.on != nil {
		if err := n.on(ctx, due); err != nil {
			return err
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.got = append(n.got, due...)
	return nil
}

func (n *noted) taken() []outbox.Entry {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.got)
}

func (n *noted) called() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls
}

func (n *noted) mend(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.broken = err
}

// ordered reports whether the entries of each document come in order, each once.
func ordered(entries []outbox.Entry) bool {
	last := map[string]int64{}
	for _, e := range entries {
		if e.Sequence <= last[e.DocumentID] {
			return false
		}
		last[e.DocumentID] = e.Sequence
	}
	return true
}

type job struct {
	N int `json:"n"`
}

func (job) JobType() string { return "count" }

func (e *env) schedule(n int, options ...authgen.JobOption) {
	e.Helper()
	e.must(e.db.Unit(e.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
		for i := range n {
			if err := tx.Schedule(ctx, job{N: i}, options...); err != nil {
				return err
			}
		}
		return nil
	}))
}

// A step is one that an observer was told of.
type step struct {
	outbox.Span
	outbox.SpanEnd
}

// steps remember what an observer is told.
type steps struct {
	mu   sync.Mutex
	done []step
}

func (s *steps) Trace(ctx context.Context, begun outbox.Span) (context.Context, func(outbox.SpanEnd)) {
	return ctx, func(r outbox.SpanEnd) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.done = append(s.done, step{begun, r})
	}
}

func (s *steps) of(kind outbox.SpanName) (some []step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.done {
		if d.Span.Name == kind {
			some = append(some, d)
		}
	}
	return some
}

// logged remembers what was logged, as lines of level, text and attributes.
type logged struct {
	mu    sync.Mutex
	lines []string
}

func (l *logged) Enabled(context.Context, slog.Level) bool { return true }

func (l *logged) Handle(_ context.Context, r slog.Record) error {
	line := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool { line += " " + a.String(); return true })
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
	return nil
}

func (l *logged) WithAttrs([]slog.Attr) slog.Handler { return l }

func (l *logged) WithGroup(string) slog.Handler { return l }

// with returns how many lines have all the words.
func (l *logged) with(words ...string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.lines {
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) }) {
			n++
		}
	}
	return n
}
