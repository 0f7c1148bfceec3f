package river

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/runtime"
)

// SQLite returns the database in the file that pool has open; the program
// opened the pool, with the driver of its choice, and will close it. The DSN
// must set a busy timeout, as River and the program write to the file at the
// same time, and should make transactions begin as writers (_txlock=immediate),
// so that River's do not fail in the middle.
func SQLite(pool *sql.DB) Database {
	return Database{&database[*sql.Tx]{
		driver: riversqlite.New(pool),
		verify: func(ctx context.Context) error { return checkSQLite(ctx, pool) },
		same:   func(ctx context.Context, app *runtime.DB) error { return sameSQLite(ctx, pool, app) },
		within: func(ctx context.Context, fn func(*sql.Tx) error) error { return within(ctx, pool, fn) },
		exec: func(ctx context.Context, tx *sql.Tx, query string, args ...any) (int64, error) {
			result, err := tx.ExecContext(ctx, query, args...)
			if err != nil {
				return 0, err
			}
			return result.RowsAffected()
		},
		// SQLite passes over jobs that are there, and takes any JSON.
		reason: func(error) refusal { return another },
	}}
}

func within(ctx context.Context, pool *sql.DB, fn func(*sql.Tx) error) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("river: cannot begin a transaction: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("river: cannot commit: %w", err)
	}
	return nil
}

func checkSQLite(ctx context.Context, pool *sql.DB) error {
	var timeout int
	if err := pool.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&timeout); err != nil {
		return fmt.Errorf("river: cannot read the settings of SQLite: %w", err)
	}
	if timeout == 0 && pool.Stats().MaxOpenConnections != 1 {
		return errors.New("river: busy_timeout is 0 on a connection of the pool: add _pragma=busy_timeout(10000) (modernc.org/sqlite) or _busy_timeout=10000 (mattn/go-sqlite3) to the DSN")
	}
	return nil
}

const (
	whichSQLite = "SELECT file FROM pragma_database_list WHERE name = 'main'"
	outboxThere = "SELECT count(*) FROM sqlite_master WHERE name = 'authgen_job'"
)

func sameSQLite(ctx context.Context, pool *sql.DB, app *runtime.DB) error {
	if app.Kind() != dialect.SQLite {
		return notShared("the outbox is in %s, River in SQLite", app.Kind())
	}
	var ours, theirs, there string
	var seen bool
	err := pool.QueryRowContext(ctx, whichSQLite).Scan(&ours)
	if err == nil {
		err = pool.QueryRowContext(ctx, outboxThere).Scan(&seen)
	}
	if err != nil {
		return fmt.Errorf("river: cannot tell which file this is: %w", err)
	}
	err = app.Unit(ctx, authgen.ReadOnly, func(ctx context.Context, tx *runtime.Tx) error {
		return errors.Join(one(ctx, tx, &theirs, whichSQLite), one(ctx, tx, &there, outboxThere))
	})
	switch {
	case err != nil:
		return fmt.Errorf("river: cannot tell which file the outbox is in: %w", err)
	case there == "0":
		return errors.New("river: the table authgen_job is missing: create the generated tables first (CreateTables, schema.sqlite.sql)")
	case !seen || !sameFile(ours, theirs):
		return notShared("River is in the file %q, the outbox in %q", ours, theirs)
	}
	return nil
}

func sameFile(a, b string) bool {
	if a == b {
		return true // both in memory, and both have the table: the same pool
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
