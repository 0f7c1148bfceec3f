package receivers

import (
	"database/sql"
	"fmt"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/conformance/triggers"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/outbox/admin"
)

// A database is one that the sending program may have.
type database struct {
	name string
	dsn  func(t testing.TB) string // of an empty one, gone when t is over
	open func(dsn string) dialect.Database
}

var databases = []database{
	{"sqlite", func(t testing.TB) string { return filepath.Join(t.TempDir(), "sender.db") }, sqlite.Open},
	{"postgres", testdb.Postgres, postgres.Open},
	{"mysql", testdb.MySQL, mysql.Open},
}

// onEach runs a test on every database.
func onEach(t *testing.T, test func(e *env)) {
	t.Helper()
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) { test(newEnv(t, d, newClock(0))) })
	}
}

// onSQLite runs a test for which the database makes no difference.
func onSQLite(t *testing.T) *env {
	t.Helper()
	return newEnv(t, databases[0], newClock(0))
}

// An env is a database with the tables of the generated adapter, and the time
// that goes by around it.
type env struct {
	*testing.T
	clock *clock
	open  func() dialect.Database
	db    *auth.DB
	pool  *sql.DB
	admin *admin.Admin // what an operator has
	steps *steps       // of db
}

func newEnv(t *testing.T, d database, c *clock) *env {
	t.Helper()
	if c.speed == 0 { // else tests run beside each other
		leavesNoGoroutine(t)
	}
	dsn := d.dsn(t)
	e := &env{T: t, clock: c, open: func() dialect.Database { return d.open(dsn) }, steps: &steps{}}
	e.db, e.pool = e.adapter(auth.WithObserver(e.steps))
	e.must(e.db.CreateTables(t.Context()))
	e.admin = admin.New(e.db.Outbox())
	return e
}

// adapter opens the generated adapter, on a pool of its own.
func (e *env) adapter(options ...auth.Option) (*auth.DB, *sql.DB) {
	e.Helper()
	hooks := &triggers.Triggers{} // which do nothing
	hooks.Deaf.Store(true)
	raw := e.open()
	db, err := auth.Open(e.Context(), raw, hooks, append(options, auth.WithClock(e.clock.now))...)
	e.must(err)
	e.Cleanup(func() { e.must(db.Close()) })
	return db, raw.Pool
}

func (e *env) kind() dialect.Kind { return e.db.Outbox().Kind() }

func (e *env) must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

// desk stores a desk, which is one event.
func (e *env) desk(name string) auth.Desk {
	e.Helper()
	d, err := e.db.Desk.Create(e.Context(), auth.DeskCreate{Name: name})
	e.must(err)
	return d
}

// desks stores n desks and changes each some times: so many events and one, of
// each of n documents.
func (e *env) desks(n, changes int) {
	e.Helper()
	for i := range n {
		d := e.desk(fmt.Sprint("desk ", i))
		for j := range changes {
			_, err := e.db.Desk.Update(e.Context(), d.ID, auth.DeskPatch{Visits: auth.Set(j + 1)})
			e.must(err)
		}
	}
}

// queue returns the status of an endpoint.
func (e *env) queue(endpoint string) admin.QueueStatus {
	e.Helper()
	status, err := e.admin.Status(e.Context())
	e.must(err)
	if i := slices.IndexFunc(status.Queues, func(q admin.QueueStatus) bool { return q.Name == endpoint }); i >= 0 {
		return status.Queues[i]
	}
	return admin.QueueStatus{Name: endpoint}
}

// delivered waits until an endpoint has n deliveries, all of them delivered.
func (e *env) delivered(endpoint string, n int) {
	e.Helper()
	e.eventually(fmt.Sprintf("%s has all %d", endpoint, n), func() bool {
		q := e.queue(endpoint)
		return q.Delivered == n && q.Pending+q.Leased+q.Exhausted+q.Cancelled == 0
	})
}

// arrive waits until an endpoint has n deliveries, all of them delivered, and puts
// the clock forward to what has to be attempted again.
func (e *env) arrive(endpoint string, n int) {
	e.Helper()
	e.eventually(fmt.Sprintf("%d arrive at %s", n, endpoint), func() bool {
		e.settled()
		if due, ok := e.nextDue(); ok {
			e.clock.until(due)
		}
		return e.queue(endpoint).Delivered == n
	})
	e.delivered(endpoint, n)
}

// nextDue returns when the first of all pending deliveries is due. It ignores deliveries that
// wait for another; ok is false if there are no others.
func (e *env) nextDue() (due time.Time, ok bool) {
	e.Helper()
	for _, r := range e.records(admin.Filter{States: []admin.State{admin.StatePending}}) {
		if !r.Due.IsZero() && (!ok || r.Due.Before(due)) {
			due, ok = r.Due, true
		}
	}
	return due, ok
}

// settled waits until relays have done all that is due.
func (e *env) settled() {
	e.Helper()
	e.eventually("nothing is due", func() bool {
		status, err := e.admin.Status(e.Context())
		e.must(err)
		busy := status.Events.Waiting
		for _, q := range status.Queues {
			if q.DisabledAt.IsZero() {
				busy += q.Due + q.Leased
			}
		}
		return busy == 0
	})
}

// records returns the deliveries that match a filter.
func (e *env) records(f admin.Filter) []admin.Record {
	e.Helper()
	records, next, err := e.admin.List(e.Context(), f, "", 1000)
	e.must(err)
	if next != "" {
		e.Fatal("there are more than a thousand deliveries")
	}
	return records
}

// eventually waits for what others bring about.
func (e *env) eventually(what string, ok func() bool) {
	e.Helper()
	eventually(e.T, what, ok)
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not after a minute: %s", what)
		}
	}
}

// leavesNoGoroutine fails the test if there are more goroutines at its very end
// than now.
func leavesNoGoroutine(t testing.TB) {
	before := goruntime.NumGoroutine()
	t.Cleanup(func() {
		eventually(t, "no goroutine is left", func() bool { return goruntime.NumGoroutine() <= before })
	})
}
