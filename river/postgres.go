package river

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/runtime"
)

// Postgres returns the database behind pool, which the program opened and will
// close. River keeps one of its connections for itself, to listen.
func Postgres(pool *pgxpool.Pool) Database {
	return Database{&database[pgx.Tx]{
		driver: riverpgxv5.New(pool),
		verify: func(ctx context.Context) error {
			if err := pool.Ping(ctx); err != nil {
				return fmt.Errorf("river: cannot connect to Postgres: %w", err)
			}
			return nil
		},
		same: func(ctx context.Context, app *runtime.DB) error { return samePostgres(ctx, pool, app) },
		within: func(ctx context.Context, fn func(pgx.Tx) error) error {
			return pgx.BeginFunc(ctx, pool, fn)
		},
		exec: func(ctx context.Context, tx pgx.Tx, query string, args ...any) (int64, error) {
			tag, err := tx.Exec(ctx, query, args...)
			return tag.RowsAffected(), err
		},
		reason: postgresRefusal,
	}}
}

// whichPostgres tells two databases apart, and two tables of one name in one
// database: when the server was started, the database and the table.
const whichPostgres = `SELECT extract(epoch FROM pg_postmaster_start_time())::text || '/' ||
	(SELECT oid FROM pg_database WHERE datname = current_database())::text || '/' ||
	coalesce(to_regclass('authgen_job')::oid::text, 'none')`

func samePostgres(ctx context.Context, pool *pgxpool.Pool, app *runtime.DB) error {
	if app.Kind() != dialect.Postgres {
		return notShared("the outbox is in %s, River in Postgres", app.Kind())
	}
	var theirs, ours string
	if err := pool.QueryRow(ctx, whichPostgres).Scan(&ours); err != nil {
		return fmt.Errorf("river: cannot tell which Postgres this is: %w", err)
	}
	err := app.Unit(ctx, authgen.ReadOnly, func(ctx context.Context, tx *runtime.Tx) error {
		return one(ctx, tx, &theirs, whichPostgres)
	})
	switch {
	case err != nil:
		return fmt.Errorf("river: cannot tell which Postgres the outbox is in: %w", err)
	case strings.HasSuffix(theirs, "/none"):
		return errors.New("river: the table authgen_job is missing: create the generated tables first (CreateTables, schema.postgres.sql)")
	case ours != theirs:
		return notShared("the pool of River does not see the outbox's table authgen_job: it is on another server, in another database, or its search_path leads to another schema")
	}
	return nil
}

// notShared returns the error for a database that OpenShared was not meant for.
func notShared(why string, args ...any) error {
	return fmt.Errorf("river: OpenShared: %s; pass River the outbox's own database, or use Open, which hands over at least once", fmt.Sprintf(why, args...))
}

// one runs a query of one row with one text.
func one(ctx context.Context, tx *runtime.Tx, text *string, query string) (err error) {
	rows, err := tx.SQL().QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if !rows.Next() {
		return errors.Join(sql.ErrNoRows, rows.Err())
	}
	return rows.Scan(text)
}

// postgresRefusal knows the two refusals by their SQLSTATE. jsonb has no room
// for \u0000, half a surrogate pair, or numbers beyond numeric: class 22.
func postgresRefusal(err error) refusal {
	var refused *pgconn.PgError
	switch {
	case !errors.As(err, &refused):
		return another
	case refused.Code == "23505":
		return taken
	case strings.HasPrefix(refused.Code, "22"):
		return notJSON
	}
	return another
}
