package conformance

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// unseenCases have a statement of the program's end the transaction in a way that
// its text does not show.
var unseenCases = []testCase{
	{"T4 a transaction that was ended unseen is noticed, however the unit ends", func(t *testing.T, e *env) {
		if e.kind() != dialect.MySQL {
			t.Skip("no statement ends a transaction there unless its text says so, or it fails")
		}
		e.altered = true
		e.exec(`CREATE PROCEDURE ends() BEGIN COMMIT; END`)
		texts := []string{"CALL ends()", "TRUNCATE tally", "ANALYZE TABLE tally", "LOCK TABLES tally READ", "CREATE TABLE ended (id int)", "DROP TABLE ended",
			"PREPARE s FROM @text"}
		ways := []struct {
			name string
			fn   func(ctx context.Context, tx *auth.Tx, end func()) error
			want error // that the unit's error is, too
		}{
			{"returns an error", func(_ context.Context, _ *auth.Tx, end func()) error { end(); return errBoom }, errBoom},
			{"returns nil", func(_ context.Context, _ *auth.Tx, end func()) error { end(); return nil }, nil},
			{"goes on, and returns an error", func(ctx context.Context, tx *auth.Tx, end func()) error {
				end()
				if write(ctx, tx, "more") == nil {
					t.Error("a write past the end of the transaction succeeded")
				}
				return errBoom
			}, errBoom},
			{"fails in a savepoint", func(ctx context.Context, tx *auth.Tx, end func()) error {
				return tx.Tx(ctx, func(context.Context, *auth.Tx) error { end(); return errBoom })
			}, errBoom},
			{"fails in a savepoint, which is swallowed", func(ctx context.Context, tx *auth.Tx, end func()) error {
				_ = tx.Tx(ctx, func(context.Context, *auth.Tx) error { end(); return errBoom })
				return nil
			}, nil},
			{"panics", func(_ context.Context, _ *auth.Tx, end func()) error { end(); panic(errBoom) }, nil},
		}
		for _, text := range texts {
			for _, way := range ways {
				ran := 0
				err := recovered(func() error {
					return e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
						tx.AfterCommit(func(context.Context) error { ran++; return nil })
						tx.AfterRollback(func(context.Context) error { ran++; return nil })
						e.must(write(ctx, tx, "n"))
						return way.fn(ctx, tx, func() {
							_, err := tx.SQL().ExecContext(ctx, "SET @text = 'COMMIT'")
							e.must(err)
							_, err = tx.SQL().ExecContext(ctx, text)
							if strings.HasPrefix(text, "PREPARE") {
								e.must(err)
								_, err = tx.SQL().ExecContext(ctx, "EXECUTE s")
							}
							e.must(err)
						})
					})
				})
				switch {
				case way.name == "panics":
					if !errors.Is(err, errBoom) {
						t.Errorf("%s %s: %v", text, way.name, err)
					}
				case err == nil, !strings.Contains(err.Error(), "is stored"), way.want != nil && !errors.Is(err, way.want):
					t.Errorf("%s, and the function %s: %v", text, way.name, err)
				}
				if ran != 0 {
					t.Errorf("%s, and the function %s: an entry ran", text, way.name)
				}
				e.count("note", 1)
				e.exec(`DELETE FROM note`)
				e.exec(`DROP TABLE IF EXISTS ended`)
				if text == "DROP TABLE ended" {
					e.exec(`CREATE TABLE ended (id int)`)
				}
			}
			if strings.HasPrefix(text, "CREATE") {
				e.exec(`CREATE TABLE ended (id int)`)
			}
		}
	}},
	{"T4 a transaction that a failed statement ended is rolled back, and its entries run", func(t *testing.T, e *env) {
		if e.kind() != dialect.SQLite {
			t.Skip("INSERT OR ROLLBACK is SQLite's")
		}
		rolled := 0
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			tx.AfterRollback(func(context.Context) error { rolled++; return nil })
			e.must(write(ctx, tx, "n"))
			if _, err := tx.SQL().ExecContext(ctx, `INSERT OR ROLLBACK INTO note (id, text) VALUES ('n', 'again')`); err == nil {
				t.Error("the same id was taken twice")
			}
			return errBoom
		})
		e.is(err, errBoom)
		if rolled != 1 || strings.Contains(err.Error(), "is stored") {
			t.Errorf("AfterRollback ran %d times: %v", rolled, err)
		}
		e.count("note", 0)
	}},
	{"T4 a Join whose transaction was ended unseen says so", func(t *testing.T, e *env) {
		if e.kind() != dialect.MySQL {
			t.Skip("as above")
		}
		outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
		e.must(err)
		ran := 0
		_, err = e.db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error {
			tx.AfterRollback(func(context.Context) error { ran++; return nil })
			e.must(write(ctx, tx, "n"))
			_, err := tx.SQL().ExecContext(ctx, "TRUNCATE tally")
			e.must(err)
			return errBoom
		})
		e.is(err, errBoom)
		if ran != 0 || !strings.Contains(err.Error(), "is stored") {
			t.Errorf("AfterRollback ran %d times: %v", ran, err)
		}
		_ = outer.Rollback()
		e.count("note", 1)
	}},
}

// recovered returns what fn returns, or panics with.
func recovered(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err, _ = p.(error)
		}
	}()
	return fn()
}
