package conformance

import (
	"context"
	"fmt"
	"testing"

	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// TestMemory opens a database in memory. It has one connection, which all calls share, also
// those in a loop over rows.
func TestMemory(t *testing.T) {
	for _, dsn := range []string{":memory:", "file::memory:"} {
		t.Run(dsn, func(t *testing.T) {
			ctx := t.Context()
			db, err := auth.Open(ctx, sqlite.Open(dsn), auth.NoTriggers{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			if err := db.CreateTables(ctx); err != nil {
				t.Fatal(err)
			}
			err = db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				for i := range 1200 {
					if _, err := tx.Counter.Create(ctx, auth.CounterCreate{Label: fmt.Sprint(i)}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for c, err := range db.Counter.Each(ctx, auth.CounterQuery{}) {
				if err != nil {
					t.Fatal(err)
				}
				if _, err := db.Counter.Update(ctx, c.ID, auth.CounterPatch{Hits: auth.Set(1)}); err != nil {
					t.Fatal(err)
				}
				n++
			}
			hit, err := db.Counter.Count(ctx, auth.CounterCols.Hits.Eq(1))
			if n != 1200 || hit != 1200 || err != nil {
				t.Errorf("visited %d, updated %d: %v", n, hit, err)
			}
		})
	}
}
