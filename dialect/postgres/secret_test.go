package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/tracelog"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/runtime"
)

// A tracer keeps what pgx logs of each statement.
type tracer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *tracer) Log(_ context.Context, _ tracelog.LogLevel, msg string, data map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(&l.text, "%s %v %#v\n", msg, data, data["args"])
}

// TestTracersSeeNoSecret holds that what pgx logs of a statement shows no secret,
// in each mode in which it runs statements.
func TestTracersSeeNoSecret(t *testing.T) {
	const hidden = `hunter2 "\ of {ada}`
	table := runtime.Describe(dialect.Table{Key: "session", Fields: []dialect.Field{{Key: "id"}, {Key: "token", Secret: true, Nullable: true}}})
	tokens := authgen.Column[int, authgen.Secret]("token")
	for _, mode := range []pgx.QueryExecMode{
		pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
	} {
		t.Run(mode.String(), func(t *testing.T) {
			config, err := pgxpool.ParseConfig(testdb.Postgres(t))
			if err != nil {
				t.Fatal(err)
			}
			seen := &tracer{}
			config.ConnConfig.DefaultQueryExecMode = mode
			config.ConnConfig.Tracer = &tracelog.TraceLog{Logger: seen, LogLevel: tracelog.LogLevelTrace}
			pool, err := pgxpool.NewWithConfig(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(pool.Close)
			db, err := runtime.Open(t.Context(), postgres.FromPool(pool), runtime.Schema{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			if err := db.Exec(t.Context(), "CREATE TABLE session (id text PRIMARY KEY, token text UNIQUE)"); err != nil {
				t.Fatal(err)
			}
			s := runtime.Handle{DB: db}
			insert := func(id string, token any) error {
				_, err := runtime.Insert(t.Context(), s, &runtime.Codec[int]{Table: table}, 0, []any{id, token})
				return err
			}
			secret := authgen.NewSecret(hidden)
			for id, token := range map[string]any{"a": secret, "b": (*authgen.Secret)(nil), "c": authgen.NewSecret("")} {
				if err := insert(id, token); err != nil {
					t.Fatal(id, err)
				}
			}
			if err := insert("d", &secret); !errors.Is(err, authgen.ErrUnique) {
				t.Errorf("the same token again: %v", err)
			}
			for name, where := range map[string]authgen.Predicate[int]{
				"Eq": tokens.Eq(secret), "In": tokens.In(authgen.NewSecret("x"), secret), "NotIn": tokens.NotIn(authgen.NewSecret("")), "IsNull": tokens.IsNull(),
			} {
				if n, err := s.Count(t.Context(), table, where.Expr()); n != 1 || err != nil {
					t.Errorf("%s: %d rows, %v", name, n, err)
				}
			}
			if text := seen.text.String(); strings.Contains(text, "hunter2") || !strings.Contains(text, "[redacted]") {
				t.Errorf("pgx logged %s", text)
			}
		})
	}
}
