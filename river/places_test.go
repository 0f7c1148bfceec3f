package river_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	riverqueue "github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	_ "modernc.org/sqlite"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/river"
	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/templates"
)

// A place is where the outbox's tables are, and where River's. It travels to
// child processes as JSON.
type place struct {
	App   string // a DSN, or the path of a SQLite file
	River string
}

func (p place) shared() bool { return p.App == p.River }

// places are the combinations that the documentation promises.
var places = []struct {
	name string
	make func(t testing.TB) place
}{
	{"sqlite", func(t testing.TB) place { f := file(t); return place{f, f} }},
	{"postgres", func(t testing.TB) place { d := testdb.Postgres(t); return place{d, d} }},
	{"mariadb, river in sqlite", func(t testing.TB) place { return place{testdb.MySQL(t), file(t)} }},
	{"mariadb, river in postgres", func(t testing.TB) place { return place{testdb.MySQL(t), testdb.Postgres(t)} }},
}

// everywhere runs a test in each place, with all the tables made.
func everywhere(t *testing.T, test func(t *testing.T, s *site)) {
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) { test(t, prepared(t, p.make(t))) })
	}
}

// riverPlaces runs a test on each of River's databases, where how the jobs came
// there does not matter.
func riverPlaces(t *testing.T, test func(t *testing.T, s *site)) {
	for _, p := range places[:2] {
		t.Run(p.name, func(t *testing.T) { test(t, prepared(t, p.make(t))) })
	}
}

func file(t testing.TB) string { return filepath.Join(t.TempDir(), "test.db") }

// A site is a place with its databases open.
type site struct {
	place
	app   *runtime.DB
	store *outbox.Outbox
	river river.Database
	sql   *sql.DB // River's database, for a test to look into
	close []func()
}

// prepared opens a place for a test, and makes the tables.
func prepared(t testing.TB, p place) *site {
	t.Helper()
	s, err := open(p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := s.app.Exec(t.Context(), outboxTables(t, s.app.Kind())...); err != nil {
		t.Fatal(err)
	}
	if err := s.engine(t, river.Config{}).Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func outboxTables(t testing.TB, kind dialect.Kind) (statements []string) {
	t.Helper()
	text, err := templates.Outbox.ReadFile("outbox/" + kind.String() + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range strings.Split(string(text), ";\n") {
		if strings.TrimSpace(s) != "" {
			statements = append(statements, s)
		}
	}
	return statements
}

func open(p place) (*site, error) {
	ctx := context.Background()
	s := &site{place: p}
	var err error
	if s.app, err = openApp(ctx, p.App); err != nil {
		return nil, err
	}
	s.close = append(s.close, func() { _ = s.app.Close() })
	s.store = outbox.New(s.app, outbox.WithLogger(quiet()))
	if testdb.IsPostgres(p.River) {
		pool, err := pgxpool.New(ctx, p.River)
		if err != nil {
			return nil, err
		}
		s.close = append(s.close, pool.Close)
		s.river = river.Postgres(pool)
		s.sql, err = sql.Open("pgx", p.River)
		if err != nil {
			return nil, err
		}
	} else {
		s.sql, err = sql.Open("sqlite", sqliteDSN(p.River))
		if err != nil {
			return nil, err
		}
		s.river = river.SQLite(s.sql)
	}
	s.close = append(s.close, func() { _ = s.sql.Close() })
	return s, nil
}

func sqliteDSN(path string) string {
	return "file:" + path + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate"
}

func openApp(ctx context.Context, dsn string) (*runtime.DB, error) {
	switch {
	case testdb.IsPostgres(dsn):
		return runtime.Open(ctx, postgres.Open(dsn), runtime.Schema{})
	case strings.Contains(dsn, "@"):
		return runtime.Open(ctx, mysql.Open(dsn), runtime.Schema{})
	}
	return runtime.Open(ctx, sqlite.Open("file:"+dsn), runtime.Schema{})
}

// Close closes the databases, last opened first.
func (s *site) Close() {
	for i := len(s.close) - 1; i >= 0; i-- {
		s.close[i]()
	}
	s.close = nil
}

// An engine is what both constructors of package river return.
type engine interface {
	outbox.Sink
	Migrate(context.Context) error
	Start(context.Context) error
	Stop(context.Context) error
}

// open returns an engine of this place.
func (s *site) open(c river.Config) (engine, error) {
	if c.Logger == nil {
		c.Logger = quiet()
	}
	if s.shared() {
		return river.OpenShared(context.Background(), s.river, s.app, c)
	}
	return river.Open(context.Background(), s.river, c)
}

func (s *site) engine(t testing.TB, c river.Config) engine {
	t.Helper()
	e, err := s.open(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// started returns an engine that runs until the test ends.
func (s *site) started(t testing.TB, c river.Config) engine {
	t.Helper()
	e := s.engine(t, c)
	if err := e.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := e.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return e
}

// relay runs a relay until the test ends.
func (s *site) relay(t testing.TB, c outbox.Config) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	c.Poll = 50 * time.Millisecond
	go func() { ended <- outbox.NewRelay(s.store, c).Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil && ctx.Err() == nil {
			t.Errorf("relay: %v", err)
		}
	})
}

// A note is the job of the tests.
type note struct {
	N    int    `json:"n"`
	Text string `json:"text,omitempty"`
}

func (note) JobType() string { return "note" }

// schedule commits jobs with the numbers from up to, but without, to.
func (s *site) schedule(t testing.TB, from, to int) {
	t.Helper()
	err := s.app.Unit(t.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
		for n := from; n < to; n++ {
			if err := tx.Schedule(ctx, note{N: n}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// counted returns the one number that a query of the outbox's database gives.
func (s *site) counted(ctx context.Context, query string) (n int, err error) {
	err = s.app.Unit(ctx, authgen.ReadOnly, func(ctx context.Context, tx *runtime.Tx) error {
		rows, err := tx.SQL().QueryContext(ctx, query)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		rows.Next()
		return rows.Scan(&n)
	})
	return n, err
}

// waiting returns how many jobs are in the outbox.
func (s *site) waiting(t testing.TB) int {
	t.Helper()
	n, err := s.counted(t.Context(), "SELECT count(*) FROM authgen_job")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A row is a job as River has it.
type row struct {
	State, Queue, Args, Errors string
	Attempt                    int
}

// rows returns River's jobs of a kind.
func (s *site) rows(t testing.TB, kind string) (all []row) {
	t.Helper()
	query := "SELECT state, queue, json(args), coalesce(json(errors), ''), attempt FROM river_job WHERE kind = $1 ORDER BY id"
	if testdb.IsPostgres(s.River) {
		query = "SELECT state, queue, args::text, coalesce(array_to_string(errors, ' '), ''), attempt FROM river_job WHERE kind = $1 ORDER BY id"
	}
	rows, err := s.sql.QueryContext(t.Context(), query, kind)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.State, &r.Queue, &r.Args, &r.Errors, &r.Attempt); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// states counts River's jobs of a kind by state.
func (s *site) states(t testing.TB, kind string) string {
	counts := map[string]int{}
	for _, r := range s.rows(t, kind) {
		counts[r.State]++
	}
	return fmt.Sprint(counts)
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// eventually waits until done, at most for two minutes, which is for machines
// that have a lot to do.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("not in two minutes: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// atOnce lets River try again at once what failed.
func atOnce(c *riverqueue.Config) { c.RetryPolicy = noWait{} }

type noWait struct{}

func (noWait) NextRetry(*rivertype.JobRow) time.Time { return time.Now().Add(10 * time.Millisecond) }
