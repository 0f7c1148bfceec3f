//go:build unix

package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/conformance/triggers"
	"github.com/authgen/authgen/internal/testdb"
)

// pgbouncers are ways to run a PgBouncer, and the modes of pgx that do not work
// by way of it.
var pgbouncers = []struct {
	name   string
	lines  []string
	breaks []string
}{
	{"session", []string{"pool_mode = session"}, nil},
	{"transaction", []string{"pool_mode = transaction"}, []string{"cache_statement", "describe_exec"}},
	{"transaction, the sessions in turn", []string{"pool_mode = transaction", "server_round_robin = 1"}, []string{"cache_statement", "describe_exec"}},
	{"transaction, one session", []string{"pool_mode = transaction", "default_pool_size = 1"}, []string{"cache_statement", "describe_exec"}},
	{"transaction, statements are kept", []string{"pool_mode = transaction", "max_prepared_statements = 200"}, []string{"describe_exec"}},
}

// TestPgBouncer holds that in each mode of pgx Open refuses a PgBouncer, with
// what to set, or every call works by way of it.
func TestPgBouncer(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts servers")
	}
	for _, b := range pgbouncers {
		t.Run(b.name, func(t *testing.T) {
			lines, keeps := b.lines, slices.Contains(b.lines, "max_prepared_statements = 200")
			switch knows := testdb.PgBouncerKeepsStatements(t); {
			case keeps && !knows:
				t.Skip("this PgBouncer is older than 1.21, and keeps no statements")
			case !keeps && knows:
				lines = append(slices.Clone(lines), "max_prepared_statements = 0") // which later ones do not have by default
			}
			direct := testdb.Postgres(t)
			makeTables(t, postgres.Open(direct))
			dsn := testdb.PgBouncer(t, direct, lines...)
			work := opened(t, dsn, "cache_describe", 8)
			for _, mode := range queryModes {
				for _, conns := range []int{1, 8} {
					t.Run(fmt.Sprintf("%s, %d", mode, conns), func(t *testing.T) {
						if slices.Contains(b.breaks, mode) {
							refused(t, dsn, mode, conns)
							together(t, work, func() { refused(t, dsn, mode, conns) })
							return
						}
						together(t, opened(t, dsn, mode, conns), func() {})
					})
				}
			}
		})
	}
}

// tryOpen opens a database by way of a PgBouncer.
func tryOpen(t *testing.T, dsn, mode string, conns int) (*auth.DB, error) {
	d := closing(t, postgres.Open(inMode(dsn, mode)))
	d.Pool.SetMaxOpenConns(conns)
	return auth.Open(t.Context(), d, &triggers.Triggers{})
}

func opened(t *testing.T, dsn, mode string, conns int) *auth.DB {
	t.Helper()
	db, err := tryOpen(t, dsn, mode, conns)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func refused(t *testing.T, dsn, mode string, conns int) {
	t.Helper()
	_, err := tryOpen(t, dsn, mode, conns)
	if err == nil || !strings.Contains(err.Error(), mode) || !strings.Contains(err.Error(), "add default_query_exec_mode=cache_describe to the DSN") {
		t.Errorf("error is %v", err)
	}
}

// together makes calls of every kind from many goroutines, and meanwhile runs
// another function.
func together(t *testing.T, db *auth.DB, meanwhile func()) {
	t.Helper()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 10 {
				if err := everyKind(t.Context(), db, fmt.Sprintf("%s-%d-%d", t.Name(), g, i)); err != nil {
					t.Errorf("goroutine %d, round %d: %v", g, i, err)
					return
				}
			}
		})
	}
	meanwhile()
	wg.Wait()
}

// everyKind makes calls of every kind with rows of its own, and returns an error
// if one of them did not do what it says.
func everyKind(ctx context.Context, db *auth.DB, email string) error {
	u, err := db.User.Create(ctx, auth.UserCreate{Name: "n", Email: email})
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	own := auth.UserCols.ID.In(u.ID, "nobody")
	if n, err := db.User.UpdateMany(ctx, own, auth.UserPatch{Tags: auth.Set([]string{"t"})}); err != nil || n != 1 {
		return fmt.Errorf("UpdateMany of one row: %d, %w", n, err)
	}
	for got, err := range db.User.Each(ctx, auth.UserQuery{Where: own}) {
		if err != nil || got.ID != u.ID || !slices.Equal(got.Tags, []string{"t"}) {
			return fmt.Errorf("Each: %v, %w", got, err)
		}
	}
	err = db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		d, err := tx.Desk.Create(ctx, auth.DeskCreate{Name: email}) // with an event
		if err != nil {
			return err
		}
		_, err = tx.Desk.Update(ctx, d.ID, auth.DeskPatch{Visits: auth.Set(1)})
		return errors.Join(err, tx.User.Delete(ctx, u.ID))
	})
	if err != nil {
		return fmt.Errorf("Tx: %w", err)
	}
	if n, err := db.Desk.Count(ctx, auth.DeskCols.Name.Eq(email)); err != nil || n != 1 {
		return fmt.Errorf("%d desks are stored, not 1: %w", n, err)
	}
	return nil
}
