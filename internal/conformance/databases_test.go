package conformance

import (
	"path/filepath"
	"testing"

	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/runtime/postgres"
	"github.com/authgen/authgen/runtime/sqlite"
)

// databases are those that the suite runs on. Another one is one more line.
var databases = []struct {
	name string
	open func(t *testing.T) runtime.Database
}{
	{"sqlite", openSQLite},
	{"postgres", func(t *testing.T) runtime.Database { return postgres.Open(testdb.Postgres(t)) }},
}

// openSQLite opens a file of its own through the driver that the build names.
func openSQLite(t *testing.T) runtime.Database {
	return sqlite.Open(filepath.Join(t.TempDir(), "test.db"))
}
