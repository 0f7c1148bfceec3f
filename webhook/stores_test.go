package webhook_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/webhook"
)

// A kept is a store on a database that has a table of the receiver's own.
type kept struct {
	*webhook.SQLStore
	db      *sql.DB
	dialect dialect.Kind
}

// onEach runs a test on every database.
func onEach(t *testing.T, test func(t *testing.T, s kept)) {
	for _, c := range []struct {
		name, driver string
		dialect      dialect.Kind
		dsn          func(t *testing.T) string
	}{
		{"sqlite", "sqlite", dialect.SQLite, func(t *testing.T) string {
			return "file:" + filepath.Join(t.TempDir(), "test.db") + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)"
		}},
		{"postgres", "pgx", dialect.Postgres, func(t *testing.T) string { return testdb.Postgres(t) }},
		{"mysql", "mysql", dialect.MySQL, func(t *testing.T) string { return testdb.MySQL(t) }},
		{"mysql, rows found", "mysql", dialect.MySQL, func(t *testing.T) string { return testdb.MySQL(t) + "?clientFoundRows=true" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := sql.Open(c.driver, c.dsn(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			db.SetMaxIdleConns(16)
			s := kept{webhook.NewSQLStore(db, c.dialect), db, c.dialect}
			if err := s.CreateTables(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec("CREATE TABLE effect (event_id VARCHAR(60) NOT NULL, sequence BIGINT NOT NULL)"); err != nil {
				t.Fatal(err)
			}
			test(t, s)
		})
	}
}

// note is a function of a receiver: it writes down that it was called, in the
// transaction.
func note(ctx context.Context, e webhook.Event) error {
	_, err := webhook.TxFrom(ctx).ExecContext(ctx, fmt.Sprintf("INSERT INTO effect (event_id, sequence) VALUES ('%s', %d)", e.ID, e.Sequence))
	return err
}

// receive has the store take an event, noted, and expects an outcome.
func (s kept) receive(t *testing.T, e webhook.Event, want webhook.Receipt) {
	t.Helper()
	got, err := s.Receive(t.Context(), e, func(ctx context.Context) error { return note(ctx, e) })
	if got != want || err != nil {
		t.Errorf("%s %d of %s: %q, %v; want %q", e.Type, e.Sequence, e.DocumentID, got, err, want)
	}
}

// count returns how many rows there are.
func (s kept) count(t *testing.T, table string) (n int) {
	t.Helper()
	if err := s.db.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// of returns an event of a type, whose operation its name tells.
func of(eventType string, sequence int64) webhook.Event {
	e := event(sequence)
	e.Type = eventType
	switch eventType {
	case "user.created":
		e.Operation = "create"
	case "user.deleted":
		e.Operation = "delete"
	}
	return e
}

// retried has an event received as a sender would: again after a failure, which
// the database may ask for.
func (s kept) retried(t *testing.T, e webhook.Event, handle func(context.Context) error) webhook.Receipt {
	for range 50 {
		outcome, err := s.Receive(t.Context(), e, handle)
		if err == nil {
			return outcome
		}
		t.Logf("to be delivered again: %v", err)
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("event %d is not handled", e.Sequence)
	return ""
}

// nothing is a function of a receiver that has nothing to do.
func nothing(context.Context) error { return nil }

// accepting must not be called.
func accepting(t *testing.T) func(context.Context) error {
	return func(context.Context) error {
		t.Error("a stale event was handled")
		return nil
	}
}

func (s kept) forget(t *testing.T, before time.Time, want int64) {
	t.Helper()
	if n, err := s.Forget(t.Context(), before); n != want || err != nil {
		t.Errorf("forgot %d, %v; want %d", n, err, want)
	}
}
