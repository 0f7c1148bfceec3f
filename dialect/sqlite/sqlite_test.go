package sqlite_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/runtime"
)

// open opens an adapter without tables.
func open(t *testing.T, d dialect.Database) (*runtime.DB, error) {
	t.Helper()
	db, err := runtime.Open(context.Background(), d, runtime.Schema{})
	if err == nil {
		t.Cleanup(func() { _ = db.Close() })
	}
	return db, err
}

func pool(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	p, err := sql.Open("sqlite", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func TestNewRefusesWhatBreaksTheContract(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.db")
	const ok = "?_pragma=foreign_keys(1)&_pragma=busy_timeout(1000)"
	for _, c := range []struct {
		name, dsn string
		conns     int
		want      string // in the error; empty: none
	}{
		{"a file with both pragmas", file + ok, 0, ""},
		{"no foreign keys", file + "?_pragma=busy_timeout(1000)", 0, "_pragma=foreign_keys(1)"},
		{"no busy timeout", file + "?_pragma=foreign_keys(1)", 0, "_pragma=busy_timeout(5000)"},
		{"text in UTF-16", filepath.Join(t.TempDir(), "wide.db") + ok + "&_pragma=encoding('UTF-16')", 0, "UTF-16"},
		{"in memory with a pool", ":memory:" + ok, 0, "SetMaxOpenConns(1)"},
		{"in memory with one connection", ":memory:" + ok, 1, ""},
		{"a folder", filepath.Dir(file) + ok, 0, "sqlite: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := pool(t, c.dsn)
			p.SetMaxOpenConns(c.conns)
			_, err := open(t, sqlite.New(p))
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("error is %v, want %q in it", err, c.want)
			}
			if n := p.Stats().InUse; n != 0 {
				t.Errorf("%d connections are in use", n)
			}
		})
	}
}

// A PRAGMA sent to a pool reaches one connection; the check takes two.
func TestNewFindsAPragmaOfOneConnection(t *testing.T) {
	p := pool(t, filepath.Join(t.TempDir(), "app.db")+"?_pragma=busy_timeout(1000)")
	if _, err := p.Exec("PRAGMA foreign_keys = ON"); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, sqlite.New(p)); err == nil {
		t.Error("the pool was accepted")
	}
}

func TestOpenSetsPragmasOnEveryConnection(t *testing.T) {
	d := sqlite.Open(filepath.Join(t.TempDir(), "app.db") + "?_pragma=foreign_keys(0)")
	if _, err := open(t, d); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		conn, err := d.Pool.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		var on, timeout int
		var mode string
		for pragma, to := range map[string]any{"foreign_keys": &on, "busy_timeout": &timeout, "journal_mode": &mode} {
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(to); err != nil {
				t.Fatal(err)
			}
		}
		if on != 1 || timeout != 5000 || mode != "wal" {
			t.Errorf("foreign_keys %d, busy_timeout %d, journal_mode %s", on, timeout, mode)
		}
	}
}

func TestOpenOfAFileThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "no", "such", "folder", "app.db")
	_, err := open(t, sqlite.Open("file:"+file+"?_pragma=cache_size(100)"))
	if err == nil || !strings.Contains(err.Error(), file+": unable to open database file") {
		t.Errorf("error: %v", err)
	}
	if _, err := open(t, dialect.Database{}); err == nil {
		t.Error("a database that is none was opened")
	}
}

func TestCloseLeavesTheProgramsPoolOpen(t *testing.T) {
	p := pool(t, filepath.Join(t.TempDir(), "app.db")+"?_pragma=foreign_keys(1)&_pragma=busy_timeout(1000)")
	db, err := runtime.Open(t.Context(), sqlite.New(p), runtime.Schema{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Ping(); err != nil {
		t.Error(err)
	}
}
