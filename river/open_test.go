package river_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/river"
)

// wants fails the test unless err says all of words.
func wants(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("got %v, want something with %q", err, w)
		}
	}
}

// OpenShared refuses a database that is not the outbox's, though it looks like
// it: it has all the tables.
func TestOpenSharedRefusesAnotherDatabase(t *testing.T) {
	riverPlaces(t, func(t *testing.T, s *site) {
		for _, other := range places[:2] {
			o := prepared(t, other.make(t))
			_, err := river.OpenShared(t.Context(), o.river, s.app, river.Config{})
			wants(t, err, "OpenShared", "use Open")
		}
		if _, err := river.OpenShared(t.Context(), s.river, s.app, river.Config{}); err != nil {
			t.Errorf("its own database: %v", err)
		}
	})
}

func TestOpenSharedRefusesMySQL(t *testing.T) {
	s := prepared(t, place{testdb.MySQL(t), file(t)})
	_, err := river.OpenShared(t.Context(), s.river, s.app, river.Config{})
	wants(t, err, "the outbox is in mysql", "use Open")
}

// The same database, but a pool that sees other tables in it.
func TestOpenSharedRefusesAnotherSchema(t *testing.T) {
	dsn := testdb.Postgres(t)
	s := prepared(t, place{dsn, dsn})
	pool, err := pgxpool.New(t.Context(), dsn+"&search_path=other")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for _, create := range append([]string{"CREATE SCHEMA other"}, outboxTables(t, s.app.Kind())...) {
		if _, err := pool.Exec(t.Context(), create); err != nil {
			t.Fatal(err)
		}
	}
	_, err = river.OpenShared(t.Context(), river.Postgres(pool), s.app, river.Config{})
	wants(t, err, "search_path")
}

func TestOpenSharedNeedsTheOutbox(t *testing.T) {
	for _, p := range places[:2] {
		t.Run(p.name, func(t *testing.T) {
			s, err := open(p.make(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			_, err = river.OpenShared(t.Context(), s.river, s.app, river.Config{})
			wants(t, err, "authgen_job", "CreateTables")
		})
	}
}

func TestStartNeedsMigrate(t *testing.T) {
	for _, p := range places[:2] {
		t.Run(p.name, func(t *testing.T) {
			s, err := open(p.make(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			e, err := river.Open(t.Context(), s.river, river.Config{Handlers: outbox.NewHandlers(), Logger: quiet()})
			if err != nil {
				t.Fatal(err)
			}
			wants(t, e.Start(t.Context()), "call Migrate")
			for range 2 { // the second does nothing
				if err := e.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := e.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := e.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestOpenRefusesConfigs(t *testing.T) {
	s, err := open(places[0].make(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for want, c := range map[string]river.Config{
		"Config.Timeout is negative":            {Timeout: -1},
		"Config.Concurrency is negative":        {Concurrency: -1},
		"Config.Keep is 1m0s":                   {Keep: time.Minute},
		"Config.Deliverer needs Config.Outbox,": {Deliverer: newPostman(delivered)},
	} {
		_, err := river.Open(t.Context(), s.river, c)
		wants(t, err, want)
	}
	_, err = river.Open(t.Context(), river.Database{}, river.Config{})
	wants(t, err, "there is no database")
}

func TestOpenRefusesSQLiteThatDoesNotWait(t *testing.T) {
	pool, err := sql.Open("sqlite", "file:"+file(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	_, err = river.Open(t.Context(), river.SQLite(pool), river.Config{})
	wants(t, err, "busy_timeout")
}

// River's tables may be in a schema of their own, apart from another River.
func TestSchema(t *testing.T) {
	dsn := testdb.Postgres(t)
	s := prepared(t, place{dsn, dsn})
	if err := s.app.Exec(t.Context(), "CREATE SCHEMA engine"); err != nil {
		t.Fatal(err)
	}
	ran := newTally()
	c := river.Config{Schema: "engine", Handlers: ran.handlers()}
	if err := s.engine(t, c).Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	e := s.started(t, c)
	s.relay(t, outbox.Config{Engine: e})
	s.schedule(t, 0, 10)
	eventually(t, "all jobs have run", func() bool { return ran.different() == 10 })
	if got := len(s.rows(t, river.JobKind)); got != 0 {
		t.Errorf("%d jobs are in the other schema", got)
	}
}

// Several processes that start at once may all migrate.
func TestMigrateTogether(t *testing.T) {
	for _, p := range places[:2] {
		t.Run(p.name, func(t *testing.T) {
			at := p.make(t)
			failed := make(chan error)
			const together = 4
			for range together {
				s, err := open(at)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(s.Close)
				e, err := river.Open(t.Context(), s.river, river.Config{Logger: quiet()})
				if err != nil {
					t.Fatal(err)
				}
				go func() { failed <- e.Migrate(t.Context()) }()
			}
			for range together {
				if err := <-failed; err != nil {
					t.Error(err)
				}
			}
		})
	}
}
