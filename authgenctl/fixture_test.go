package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/cli"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// conformance is the schema of the package that the tests write with.
const conformance = "../internal/conformance/schema.yaml"

// outboxDatabases are those that the verbs are tested on: a new one, and what
// --dsn calls it.
var outboxDatabases = []struct {
	name string
	open func(t *testing.T) (dialect.Database, string)
}{
	{"sqlite", func(t *testing.T) (dialect.Database, string) {
		file := filepath.Join(t.TempDir(), "app.db")
		return sqlite.Open(file), file
	}},
	{"postgres", func(t *testing.T) (dialect.Database, string) {
		dsn := testdb.Postgres(t)
		return postgres.Open(dsn), dsn
	}},
	{"mysql", func(t *testing.T) (dialect.Database, string) {
		dsn := testdb.MySQL(t)
		return mysql.Open(dsn), dsn
	}},
}

// A system is a program with an outbox, and the endpoint "cms" that its events go
// to.
type system struct {
	*testing.T
	db      *auth.DB
	raw     dialect.Database
	dsn     string
	store   *outbox.Outbox
	admin   *admin.Admin
	cms     *receiver
	deskID  auth.DeskID
	tickets []auth.Ticket
}

// onEachSystem runs a test on every database.
func onEachSystem(t *testing.T, test func(s *system)) {
	for _, d := range outboxDatabases {
		t.Run(d.name, func(t *testing.T) {
			database, dsn := d.open(t)
			db, err := auth.Open(t.Context(), database, auth.NoTriggers{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			if err := db.CreateTables(t.Context()); err != nil {
				t.Fatal(err)
			}
			s := &system{T: t, db: db, raw: database, dsn: dsn, store: outbox.New(db.Outbox()), admin: admin.New(db.Outbox()), cms: &receiver{name: "cms", refused: map[string]outbox.Verdict{}}}
			test(s)
		})
	}
}

func (s *system) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// open stores a desk with so many tickets.
func (s *system) open(tickets int) {
	s.Helper()
	d, err := s.db.Desk.Create(s.Context(), auth.DeskCreate{Name: "front", Key: new(auth.NewSecret("desk-secret"))})
	s.must(err)
	s.deskID = d.ID
	for i := range tickets {
		t, err := s.db.Ticket.Create(s.Context(), auth.TicketCreate{DeskID: d.ID, Title: fmt.Sprint("ticket ", i), Pin: auth.NewSecret("ticket-secret")})
		s.must(err)
		s.tickets = append(s.tickets, t)
	}
}

// exec runs a statement past the program, so that no event tells of it.
func (s *system) exec(query string, args ...any) {
	s.Helper()
	for i := range args {
		if s.db.Outbox().Kind() == dialect.Postgres {
			query = strings.Replace(query, "?", fmt.Sprint("$", i+1), 1)
		}
	}
	if s.db.Outbox().Kind() == dialect.MySQL {
		query = strings.ReplaceAll(query, `"`, "`")
	}
	_, err := s.raw.Pool.ExecContext(s.Context(), query, args...)
	s.must(err)
}

// deliver runs a relay until nothing is left that it could do.
func (s *system) deliver() {
	s.Helper()
	engine := outbox.Direct(s.store, 4, s.store.Runner(nil, s.cms))
	relay := outbox.NewRelay(s.store, outbox.Config{Router: s.cms, Deliverer: s.cms, Engine: engine, Poll: 5 * time.Millisecond})
	ctx, stop := context.WithCancel(s.Context())
	done := make(chan error, 1)
	go func() { done <- relay.Run(ctx) }()
	for range 6000 {
		status, err := s.admin.Status(s.Context())
		s.must(err)
		idle := status.Events.Waiting == 0
		for _, q := range status.Queues {
			// Not q.Due: what was fanned out since the status took the time is due a moment later.
			idle = idle && q.Leased == 0 && (q.Pending == q.Retrying || !q.DisabledAt.IsZero())
		}
		if idle {
			stop()
			<-done
			s.must(engine.Close(s.Context()))
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.Fatal("not delivered within a minute")
}

// outbox runs a verb and returns its exit code, and what it printed.
func (s *system) outbox(args ...string) (code int, stdout, stderr string) {
	s.Helper()
	var out, errs bytes.Buffer
	args = append([]string{"outbox"}, args...)
	code = cli.Run(newRoot, append(args, "--dsn", s.dsn, "-f", conformance), strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// does runs a verb that must succeed and print this.
func (s *system) does(want string, args ...string) {
	s.Helper()
	code, stdout, stderr := s.outbox(args...)
	if code != cli.ExitOK || strings.TrimSpace(stdout) != strings.TrimSpace(want) || stderr != "" {
		s.Errorf("%v: exit code %d\n%s%swant\n%s", args, code, stdout, stderr, want)
	}
}

// A receiver takes events, but for those that it refuses.
type receiver struct {
	name    string
	mu      sync.Mutex
	refused map[string]outbox.Verdict // by document or type
	taken   []authgen.Event
}

func (r *receiver) Route(string) []string { return []string{r.name} }

func (r *receiver) Limits() []outbox.Limits { return []outbox.Limits{{Endpoint: r.name}} }

func (r *receiver) Deliver(_ context.Context, d outbox.Delivery) outbox.Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range []string{d.DocumentID, d.Type} {
		if verdict := r.refused[key]; verdict != 0 {
			return outbox.Outcome{Verdict: verdict, Status: 500, Error: "answered 500", RetryAt: time.Now().Add(time.Hour)}
		}
	}
	var e authgen.Event
	if err := json.Unmarshal(d.Body, &e); err != nil {
		return outbox.Outcome{Verdict: outbox.Exhausted, Error: err.Error()}
	}
	r.taken = append(r.taken, e)
	return outbox.Outcome{Verdict: outbox.Delivered, Status: 200}
}

// refuse sets what becomes of deliveries of a document, or of a type of event; 0
// takes them.
func (r *receiver) refuse(key string, verdict outbox.Verdict) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused[key] = verdict
}

// news returns what was taken since the last call, in order of sequence.
func (r *receiver) news() []authgen.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	news := r.taken
	r.taken = nil
	slices.SortFunc(news, func(a, b authgen.Event) int { return int(a.Sequence - b.Sequence) })
	return news
}

// brought fails the test unless these events were taken since the last call:
// type and document, in any order.
func (s *system) brought(want ...string) map[string]authgen.Event {
	s.Helper()
	s.deliver()
	got := map[string]authgen.Event{}
	n := 0
	for _, e := range s.cms.news() {
		got[e.Type+" "+e.DocumentID] = e
		n++
	}
	keys := slices.Sorted(maps.Keys(got))
	slices.Sort(want)
	if !slices.Equal(keys, want) || n != len(want) {
		s.Errorf("cms was told %v (%d events), want %v", keys, n, want)
	}
	return got
}
