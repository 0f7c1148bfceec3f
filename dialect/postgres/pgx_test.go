package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/runtime"
)

var errBoom = errors.New("boom")

func open(t *testing.T) *runtime.DB {
	t.Helper()
	db, err := runtime.Open(t.Context(), postgres.Open(testdb.Postgres(t)), runtime.Schema{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Exec(t.Context(), "CREATE TABLE mine (id int PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	return db
}

// in runs fn with the pgx transaction of a unit.
func in(t *testing.T, db *runtime.DB, fn func(ctx context.Context, tx pgx.Tx) error) error {
	t.Helper()
	return db.Unit(t.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error { return fn(ctx, postgres.Pgx(tx)) })
}

func count(t *testing.T, db *runtime.DB) (n int) {
	t.Helper()
	err := in(t, db, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM mine").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPgxIsPartOfTheUnit(t *testing.T) {
	db := open(t)
	write := func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO mine VALUES (1)"); err != nil {
			return err
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"mine"}, []string{"id"}, pgx.CopyFromRows([][]any{{2}, {3}})); err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue("INSERT INTO mine VALUES ($1)", 4)
		b.Queue("INSERT INTO mine VALUES ($1)", 5)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		if tx.Commit(ctx) == nil || tx.Rollback(ctx) == nil {
			t.Error("the handle ended the transaction")
		}
		return nil
	}
	err := in(t, db, func(ctx context.Context, tx pgx.Tx) error { return errors.Join(write(ctx, tx), errBoom) })
	if !errors.Is(err, errBoom) || count(t, db) != 0 {
		t.Errorf("%v, %d rows", err, count(t, db))
	}
	if err := in(t, db, write); err != nil || count(t, db) != 5 {
		t.Errorf("%v, %d rows", err, count(t, db))
	}
}

func TestPgxBeginIsASavepoint(t *testing.T) {
	db := open(t)
	err := in(t, db, func(ctx context.Context, tx pgx.Tx) error {
		for id, keep := range []bool{false, true} {
			nested, err := tx.Begin(ctx)
			if err != nil {
				return err
			}
			if _, err := nested.Exec(ctx, "INSERT INTO mine VALUES ($1)", id); err != nil {
				return err
			}
			if keep {
				err = nested.Commit(ctx)
			}
			if rollbackErr := nested.Rollback(ctx); (rollbackErr == nil) == keep || keep && !errors.Is(rollbackErr, pgx.ErrTxClosed) {
				t.Errorf("rollback after commit: %v", rollbackErr)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || count(t, db) != 1 {
		t.Errorf("%v, %d rows", err, count(t, db))
	}
}

func TestPgxForgottenRowsHangNothing(t *testing.T) {
	db := open(t)
	var kept pgx.Rows
	err := in(t, db, func(ctx context.Context, tx pgx.Tx) (err error) {
		kept, err = tx.Query(ctx, "SELECT generate_series(1, 1000)")
		kept.Next()
		return err
	})
	if err != nil || kept.Next() {
		t.Errorf("%v", err)
	}
	var late pgx.Tx
	_ = in(t, db, func(_ context.Context, tx pgx.Tx) error { late = tx; return nil })
	if _, err := late.Exec(t.Context(), "INSERT INTO mine VALUES (9)"); !errors.Is(err, authgen.ErrTxDone) {
		t.Errorf("a handle kept for later: %v", err)
	}
}

// A failure that user code swallows is the unit's all the same (U8).
func TestPgxFailureIsNotCommitted(t *testing.T) {
	db := open(t)
	err := in(t, db, func(ctx context.Context, tx pgx.Tx) error {
		_, _ = tx.Exec(ctx, "INSERT INTO mine VALUES (1)")
		_, _ = tx.Exec(ctx, "INSERT INTO mine VALUES (1)")
		return nil
	})
	if err == nil || count(t, db) != 0 {
		t.Errorf("%v, %d rows", err, count(t, db))
	}
	err = in(t, db, func(ctx context.Context, tx pgx.Tx) error {
		_, _ = tx.Exec(ctx, "INSERT INTO mine VALUES (1)")
		_, _ = tx.Exec(ctx, "COMMIT")
		return nil
	})
	if err == nil {
		t.Error("a COMMIT sent as text went unnoticed")
	}
}
