package receivers

import (
	"context"
	"database/sql"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/webhook"
)

// A ledger is a receiver with a database of its own, in which it notes each event
// in the transaction in which package webhook has it handled.
type ledger struct {
	*webhook.SQLStore
	db     *sql.DB
	insert string // an entry

	twice, stale atomic.Int64
}

// newLedger makes one, in a database of the kind that the sender has.
func (e *env) newLedger() *ledger {
	e.Helper()
	kind := e.kind()
	l := &ledger{insert: "INSERT INTO ledger (event_id, document, type, sequence, hits, body) VALUES (?, ?, ?, ?, ?, ?)"}
	driver, dsn, number := "sqlite", "file:"+filepath.Join(e.TempDir(), "receiver.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)", "INTEGER PRIMARY KEY AUTOINCREMENT"
	switch kind {
	case dialect.Postgres:
		driver, dsn, number = "pgx", testdb.Postgres(e), "BIGSERIAL PRIMARY KEY"
		l.insert = "INSERT INTO ledger (event_id, document, type, sequence, hits, body) VALUES ($1, $2, $3, $4, $5, $6)"
	case dialect.MySQL:
		driver, dsn, number = "mysql", testdb.MySQL(e), "BIGINT PRIMARY KEY AUTO_INCREMENT"
	}
	var err error
	l.db, err = sql.Open(driver, dsn)
	e.must(err)
	e.Cleanup(func() { e.must(l.db.Close()) })
	l.db.SetMaxIdleConns(16)
	l.SQLStore = webhook.NewSQLStore(l.db, kind)
	e.must(l.CreateTables(e.Context()))
	_, err = l.db.Exec("CREATE TABLE ledger (n " + number + ", event_id VARCHAR(36) NOT NULL, document VARCHAR(255) NOT NULL, type VARCHAR(63) NOT NULL, sequence BIGINT NOT NULL, hits BIGINT NOT NULL, body TEXT NOT NULL)")
	e.must(err)
	return l
}

// handler returns what receives for the ledger, from who has one of secrets.
func (l *ledger) handler(secrets ...string) http.Handler {
	h, err := webhook.Handler(secretsOf(secrets...), l, l.note, webhook.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		panic(err)
	}
	return h
}

// Receive has an event handled, and counts how the store judges it.
func (l *ledger) Receive(ctx context.Context, event auth.Event, handle func(context.Context) error) (webhook.Receipt, error) {
	outcome, err := l.SQLStore.Receive(ctx, event, handle)
	switch {
	case err != nil:
	case outcome == webhook.Duplicate:
		l.twice.Add(1)
	case outcome == webhook.Stale:
		l.stale.Add(1)
	}
	return outcome, err
}

// note writes down that an event was handled.
func (l *ledger) note(ctx context.Context, event auth.Event) error {
	payload, err := auth.DecodeEvent(event)
	if err != nil {
		return err
	}
	hits := 0
	if p, ok := payload.(auth.TicketUpdatedEvent); ok {
		hits = p.Hits
	}
	if _, err := webhook.TxFrom(ctx).ExecContext(ctx, l.insert, event.ID, event.DocumentID, event.Type, event.Sequence, hits, string(event.Data)); err != nil {
		return err
	}
	if ctx.Value(undoing{}) != nil {
		return errUndone
	}
	return nil
}

// An entry is what a ledger notes of an event.
type entry struct {
	auth.Event
	hits int // of a ticket that was updated
}

// entries returns what was handled, in that order.
func (l *ledger) entries(t *testing.T) (list []entry) {
	t.Helper()
	rows, err := l.db.Query("SELECT event_id, document, type, sequence, hits, body FROM ledger ORDER BY n")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.ID, &e.DocumentID, &e.Type, &e.Sequence, &e.hits, (*[]byte)(&e.Data)); err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
