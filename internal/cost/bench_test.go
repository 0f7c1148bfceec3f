package cost

import (
	"context"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/runtime/postgres"
	"github.com/authgen/authgen/runtime/sqlite"
)

var databases = []struct {
	name string
	open func(t testing.TB) runtime.Database
}{
	{"sqlite", func(t testing.TB) runtime.Database { return sqlite.Open(filepath.Join(t.TempDir(), "test.db")) }},
	{"postgres", func(t testing.TB) runtime.Database { return postgres.Open(testdb.Postgres(t)) }},
}

func BenchmarkWorkload(b *testing.B) {
	ctx := context.Background()
	for _, d := range databases {
		b.Run(d.name, func(b *testing.B) {
			for _, w := range workloads {
				b.Run(w.name, func(b *testing.B) {
					f := open(b, d.open(b))
					b.ReportAllocs()
					for b.Loop() {
						b.StopTimer()
						run, err := w.prepare(ctx, f)
						if err != nil {
							b.Fatal(err)
						}
						b.StartTimer()
						if err := run(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}
