package postgres_test

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/runtime"
)

func TestOpenRefuses(t *testing.T) {
	other, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	for _, c := range []struct {
		name     string
		database func(t *testing.T) dialect.Database
		want     string
	}{
		{"what is no DSN", func(*testing.T) dialect.Database { return postgres.Open("garbage") }, "postgres: cannot parse"},
		{"a pool of another driver", func(*testing.T) dialect.Database { return postgres.New(other) }, "use postgres.Open"},
		{"a server that is not there", func(*testing.T) dialect.Database { return postgres.Open("postgres://127.0.0.1:1/x") }, "failed to connect"},
		{"sessions that only read", func(t *testing.T) dialect.Database {
			u, err := url.Parse(testdb.Postgres(t))
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			q.Set("default_transaction_read_only", "on")
			u.RawQuery = q.Encode()
			return postgres.Open(u.String())
		}, "default_transaction_read_only is on"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := runtime.Open(t.Context(), c.database(t), runtime.Schema{})
			if err == nil {
				_ = db.Close()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want %q in it", err, c.want)
			}
		})
	}
}

// A transaction of the program's has no connection of pgx's to be had.
func TestPgxOfAJoinedTransaction(t *testing.T) {
	database := postgres.Open(testdb.Postgres(t))
	db, err := runtime.Open(t.Context(), database, runtime.Schema{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	outer, err := database.Pool.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = outer.Rollback() }()
	_, err = db.Join(t.Context(), outer, func(ctx context.Context, tx *runtime.Tx) error {
		var handle pgx.Tx = postgres.Pgx(tx)
		_, err := handle.Exec(ctx, "SELECT 1")
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "use its own handle") {
		t.Errorf("error is %v", err)
	}
}
