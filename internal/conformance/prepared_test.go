//go:build unix

package conformance

import (
	"sync"
	"testing"

	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/testdb"
)

// TestServerWithFewPreparedStatements has more connections keep statements than
// the server does: they make room for each other.
func TestServerWithFewPreparedStatements(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts a server")
	}
	e := newEnv(t, closing(t, mysql.Open(testdb.OwnMariaDB(t).DSN)))
	if _, err := e.raw.Pool.Exec("SET GLOBAL max_prepared_stmt_count = 20"); err != nil {
		t.Fatal(err)
	}
	e.users(1)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				for _, p := range []auth.Predicate[auth.User]{
					auth.UserCols.Visits.Gt(0), auth.UserCols.Visits.Lt(0), auth.UserCols.Name.Eq("x"), auth.UserCols.Nick.Eq("x"), auth.UserCols.Email.Eq("x"),
				} {
					if _, err := e.db.User.Count(e.ctx, p); err != nil {
						t.Error(err)
						return
					}
				}
				if _, err := e.db.User.Update(e.ctx, "u00000", auth.UserPatch{Name: auth.Set("n")}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
