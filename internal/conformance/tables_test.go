package conformance

import (
	"sync"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// Programs that start together create their tables together, and the indexes
// that a new version of their schema has.
func TestCreateTablesAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, d database) {
		shared := d.open(t)
		createAtOnce(t, shared)
		e := &env{T: t, raw: shared}
		e.exec(by(e, `DROP INDEX "session_token_uidx"`, `DROP INDEX "session_token_uidx"`, `DROP INDEX "session_token_uidx" ON session`))
		e.exec(by(e, `DROP INDEX "user_email_uidx"`, `DROP INDEX "user_email_uidx"`, `DROP INDEX "user_email_uidx" ON "user"`))
		createAtOnce(t, shared, auth.WithSchemaCheck(auth.IgnoreDifferences)) // S1 refuses tables without them
		db, err := auth.Open(t.Context(), shared, auth.NoTriggers{})
		e.must(err)
		_, err = db.User.Create(t.Context(), auth.UserCreate{Name: "ada", Email: "ada"})
		e.must(err)
		_, err = db.User.Create(t.Context(), auth.UserCreate{Name: "ada", Email: "ada"})
		e.is(err, auth.ErrUnique)
	})
}

func createAtOnce(t *testing.T, shared dialect.Database, options ...auth.Option) {
	t.Helper()
	var wg sync.WaitGroup
	for range 6 {
		db, err := auth.Open(t.Context(), shared, auth.NoTriggers{}, options...)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			if err := db.CreateTables(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
