package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/conformance/triggers"
)

// A testCase is one rule of docs/semantics.md, which its name begins with.
type testCase struct {
	name string
	run  func(t *testing.T, e *env)
}

// TestConformance runs every case on every database, each on tables of its own.
func TestConformance(t *testing.T) {
	cases := slices.Concat(
		unitCases,
		savepointCases,
		endCases,
		createCases,
		updateCases,
		deleteCases,
		cascadeCases,
		attachCases,
		deepCases,
		manyCases,
		oneCases,
		updateOneCases,
		createManyCases,
		upsertCases,
		beginCases,
		quietCases,
		whereCases,
		orderCases,
		typedCases,
		valueCases,
		triggerCases,
		handleCases,
		guardCases,
		eventCases,
		jobCases,
		errorCases,
		secretCases,
		nameCases,
		timeCases,
		instantCases,
		raceCases,
		driftCases,
		storedCases,
		keptCases,
		parentCases,
		killedCases,
		unwindCases,
		undoneCases,
		unseenCases,
		deadlineCases,
		busyCases,
	)
	onEach(t, func(t *testing.T, db database) { runAll(t, db, cases) })
}

// TestConformanceInTurn runs the cases that look at the process or change it, on
// one database after the other.
func TestConformanceInTurn(t *testing.T) {
	inTurn(t, func(t *testing.T, db database) { runAll(t, db, processCases) })
}

// runAll runs cases on a database.
func runAll(t *testing.T, db database, cases []testCase) {
	stock := newStock(t, db)
	for _, c := range cases {
		if db.another && !differs(c.name) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			e := newEnv(t, stock.take())
			t.Cleanup(func() { stock.giveBack(e) })
			c.run(t, e)
			e.leavesNothing()
			e.quotesNames()
		})
	}
}

// differs reports whether a case is about what another way to a database may do
// otherwise: values, conditions, and rows that are given back.
func differs(name string) bool { return strings.ContainsRune("CPWOK", rune(name[0])) }

// An env is a database, the generated adapter on it, and what they did.
type env struct {
	*testing.T
	ctx  context.Context
	raw  dialect.Database
	db   *auth.DB
	tr   *triggers.Triggers
	seen *recorder
	now  time.Time // what the adapter's clock says

	altered bool // a table is not as it was

	mu          sync.Mutex
	afterErrors []error
	goroutines  int
}

func newEnv(t *testing.T, raw dialect.Database, options ...auth.Option) *env {
	t.Helper()
	e := &env{
		T: t, ctx: t.Context(), raw: raw, tr: &triggers.Triggers{}, seen: &recorder{},
		now: time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.UTC),
	}
	e.db = e.open(options...)
	if err := e.db.CreateTables(e.ctx); err != nil {
		t.Fatal(err)
	}
	e.seen.take()
	e.goroutines = goroutines(t)
	return e
}

// open opens an adapter on the database of the env.
func (e *env) open(options ...auth.Option) *auth.DB {
	e.Helper()
	return e.openOn(e.raw.Dialect, options...)
}

// openOn opens one that speaks to it in another dialect.
func (e *env) openOn(d dialect.Dialect, options ...auth.Option) *auth.DB {
	e.Helper()
	options = append([]auth.Option{
		auth.WithClock(func() time.Time { return e.now }),
		auth.WithObserver(e.seen),
		auth.WithAfterError(func(_ context.Context, err error) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.afterErrors = append(e.afterErrors, err)
		}),
	}, options...)
	db, err := auth.Open(e.ctx, dialect.Database{Pool: e.raw.Pool, Dialect: d, Err: e.raw.Err}, e.tr, options...)
	if err != nil {
		e.Fatal(err)
	}
	return db
}

// leavesNothing fails the test if a connection or a goroutine is left behind,
// or a connection with a transaction open on it.
func (e *env) leavesNothing() {
	e.Helper()
	if e.goroutines == 0 {
		e.Fatal("the goroutines of this test have no label, so they cannot be counted")
	}
	eventually(e.T, "connections are in use", func() bool { return e.raw.Pool.Stats().InUse == 0 })
	eventually(e.T, "goroutines are left", func() bool {
		// A driver may have one for each connection.
		return goroutines(e.T) <= e.goroutines+2+e.raw.Pool.Stats().OpenConnections
	})
	for range e.raw.Pool.Stats().OpenConnections {
		conn, err := e.raw.Pool.Conn(context.Background())
		if err != nil {
			e.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		state, err := e.raw.Dialect.State(context.Background(), conn)
		if err != nil || state == dialect.TxOpen {
			e.Errorf("a connection went back to the pool with its transaction open (%v)", err)
		}
	}
}

// eventually waits for a condition that others bring about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 400 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("still after two seconds: %s", what)
}

// A recorder is an observer that keeps what it sees.
type recorder struct {
	mu     sync.Mutex
	steps  []auth.Step
	errors []error
	quoted string      // the first statement with double quotes outside of strings
	deaf   atomic.Bool // keeps nothing
}

func (r *recorder) Observe(ctx context.Context, s auth.Step) (context.Context, func(error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.quoted == "" && strings.Contains(opaque.ReplaceAllString(s.SQL, ""), `"`) {
		r.quoted = s.SQL
	}
	if !r.deaf.Load() {
		r.steps = append(r.steps, s)
	}
	return ctx, func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if err != nil {
			r.errors = append(r.errors, err)
		}
	}
}

// take returns the steps seen since the last call.
func (r *recorder) take() []auth.Step {
	r.mu.Lock()
	defer r.mu.Unlock()
	steps := r.steps
	r.steps, r.errors = nil, nil
	return steps
}

// verbs returns the first words of the statements among the steps, BEGIN,
// COMMIT and ROLLBACK included; whatever begins a transaction is BEGIN.
func verbs(steps []auth.Step) string {
	var words []string
	for _, s := range steps {
		switch s.Kind {
		case authgen.StepStatement, authgen.StepCommit, authgen.StepRollback:
			word, _, _ := strings.Cut(s.SQL, " ")
			words = append(words, word)
		case authgen.StepBegin:
			if len(words) == 0 || words[len(words)-1] != "BEGIN" {
				words = append(words, "BEGIN")
			}
		}
	}
	return strings.Join(words, " ")
}

// user stores a user with that name.
func (e *env) user(name string) auth.User {
	e.Helper()
	u, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: name, Email: name + "@example.com"})
	if err != nil {
		e.Fatalf("creating user %s: %v", name, err)
	}
	return u
}

// users stores n users in one transaction, without triggers, whose ids sort by
// their number.
func (e *env) users(n int) {
	e.Helper()
	e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
		for i := range n {
			name := fmt.Sprintf("u%05d", i)
			in := auth.UserCreate{ID: auth.Set(auth.UserID(name)), Name: name, Email: name + "@example.com"}
			if _, err := tx.WithoutTriggers().User.Create(ctx, in); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (e *env) must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

// is fails the test unless err is target.
func (e *env) is(err, target error) {
	e.Helper()
	if !errors.Is(err, target) {
		e.Fatalf("error is %v, want %v", err, target)
	}
}

// fired fails the test unless exactly these triggers ran since the last look.
func (e *env) fired(want ...string) {
	e.Helper()
	if got := e.tr.Fired(); !slices.Equal(got, want) {
		e.Errorf("triggers fired: %v, want %v", got, want)
	}
}

// write stores a note, by the transaction given.
func write(ctx context.Context, tx *auth.Tx, id string) error {
	_, err := tx.Note.Create(ctx, auth.NoteCreate{ID: auth.NoteID(id), Text: id})
	return err
}

var errBoom = errors.New("boom")
