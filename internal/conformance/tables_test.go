package conformance

import (
	"sync"
	"testing"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// Programs that start together create their tables together.
func TestCreateTablesAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, d database) {
		shared := d.open(t)
		var wg sync.WaitGroup
		for range 6 {
			db, err := auth.Open(t.Context(), shared, auth.NoTriggers{})
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
	})
}
