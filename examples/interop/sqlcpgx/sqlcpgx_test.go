package sqlcpgx_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/examples/interop/auth"
	"github.com/authgen/authgen/examples/interop/internal/suite"
	"github.com/authgen/authgen/examples/interop/sqlcpgx"
	"github.com/authgen/authgen/examples/interop/sqlcpgx/queries"
)

func TestSqlcPgx(t *testing.T) {
	database := suite.Postgres(t)
	suite.Run(t, database, sqlcpgx.Triggers{})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(suite.New(t, database, sqlcpgx.Triggers{})) })
	}
	t.Run("a transaction that was joined is refused", func(t *testing.T) {
		e := suite.New(t, database, sqlcpgx.Triggers{})
		tx, err := database.Pool.BeginTx(t.Context(), nil)
		e.Must(err)
		_, err = e.DB.Join(t.Context(), tx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "ada"})
			return err
		})
		if err == nil {
			t.Error("there is a pgx connection after all")
		}
		e.Must(tx.Commit())
		e.Stored(0)
	})
}

// write inserts an entry of nobody.
func write(ctx context.Context, tx pgx.Tx, action string) error {
	return queries.New(tx).Record(ctx, queries.RecordParams{UserID: "nobody", Action: action})
}

var cases = []struct {
	name string
	run  func(e *suite.Env)
}{
	{"queries of the pool's join by WithTx", func(e *suite.Env) {
		pool := queries.New(nil)
		e.Is(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			q := pool.WithTx(postgres.Pgx(tx))
			n, err := q.RecordAll(ctx, []queries.RecordAllParams{{UserID: "ada", Action: "a"}, {UserID: "ada", Action: "b"}})
			e.Must(err)
			actions, err := q.Actions(ctx, "ada")
			e.Must(err)
			if n != 2 || len(actions) != 2 {
				e.Errorf("%d were written, %q read", n, actions)
			}
			return suite.ErrBoom
		}), suite.ErrBoom)
		e.Stored(0)
	}},
	{"pgx's savepoint undoes its part only", func(e *suite.Env) {
		e.Must(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			e.Must(write(ctx, postgres.Pgx(tx), "before"))
			err := pgx.BeginFunc(ctx, postgres.Pgx(tx), func(tx pgx.Tx) error {
				e.Must(write(ctx, tx, "inside"))
				return suite.ErrBoom
			})
			e.Is(err, suite.ErrBoom)
			return write(ctx, postgres.Pgx(tx), "after")
		}))
		e.Stored(0, "before", "after")
	}},
	{"pgx's savepoint does not handle a failed statement", func(e *suite.Env) {
		e.Is(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			e.Must(write(ctx, postgres.Pgx(tx), "once"))
			err := pgx.BeginFunc(ctx, postgres.Pgx(tx), func(tx pgx.Tx) error { return write(ctx, tx, "once") })
			if err == nil {
				e.Error("the entry was written twice")
			}
			return nil
		}), auth.ErrUnique)
		e.Stored(0)
	}},
	{"a failed COPY that is swallowed does not let the rest commit", func(e *suite.Env) {
		e.Is(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			row := queries.RecordAllParams{UserID: "ada", Action: "copied"}
			_, err := queries.New(postgres.Pgx(tx)).RecordAll(ctx, []queries.RecordAllParams{row, row})
			if err == nil {
				e.Error("the entry was written twice")
			}
			return nil
		}), auth.ErrUnique)
		e.Stored(0)
	}},
	{"pgx does not end the transaction", func(e *suite.Env) {
		e.Is(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			e.Must(write(ctx, postgres.Pgx(tx), "once"))
			if postgres.Pgx(tx).Commit(ctx) == nil || postgres.Pgx(tx).Rollback(ctx) == nil {
				e.Error("pgx ended the transaction")
			}
			return suite.ErrBoom
		}), suite.ErrBoom)
		e.Stored(0)
	}},
}
