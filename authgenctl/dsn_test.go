package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/authgen/authgen/dialect"
)

func TestAddress(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"app.db", "odd ?#%.db", "user@tcp.db"} {
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dsn   string
		kind  dialect.Kind
		shown string
	}{
		{"postgres://me:hush@h:5432/app?sslmode=disable&password=hush2", dialect.Postgres, "postgres://me@h:5432/app"},
		{"postgresql://h/app", dialect.Postgres, "postgresql://h/app"},
		{"postgres://me:hu%2Fsh@h/app", dialect.Postgres, "postgres://me@h/app"},
		{"me:hush@tcp(h:3306)/app?tls=true", dialect.MySQL, "me@tcp(h:3306)/app"},
		{"me:hu@sh/(x)@tcp([::1]:3306)/app", dialect.MySQL, "me@tcp([::1]:3306)/app"},
		{"me:hush@unix(/run/my.sock)/app", dialect.MySQL, "me@unix(/run/my.sock)/app"},
		{"me:hush@/app", dialect.MySQL, "me@/app"},
		{"tcp(h:3306)/app", dialect.MySQL, "tcp(h:3306)/app"},
		{"app.db", dialect.SQLite, "app.db"},
		{dir + "/app.db", dialect.SQLite, dir + "/app.db"},
		{"file:app.db", dialect.SQLite, "app.db"},
		{"file:app.db?mode=ro", dialect.SQLite, "app.db"},
		{"file://" + dir + "/app.db", dialect.SQLite, dir + "/app.db"},
		{"file://localhost" + dir + "/app.db", dialect.SQLite, dir + "/app.db"},
		{"file:odd%20%3F%23%25.db", dialect.SQLite, "odd ?#%.db"},
		{"user@tcp.db", dialect.SQLite, "user@tcp.db"},
	} {
		a, err := readAddress("--dsn", c.dsn)
		if err != nil {
			t.Errorf("%s: %v", c.dsn, err)
			continue
		}
		if a.kind != c.kind || a.shown != c.shown {
			t.Errorf("%s is %v, shown as %s, want %v, %s", c.dsn, a.kind, a.shown, c.kind, c.shown)
		}
		if text := a.scrub(errors.New("cannot use " + c.dsn)); strings.Contains(text.Error(), "hush") || strings.Contains(text.Error(), "hu@sh") || strings.Contains(text.Error(), "hu%2Fsh") {
			t.Errorf("%s: an error tells the password: %v", c.dsn, text)
		}
	}
}

func TestAddressErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	for dsn, want := range map[string]string{
		"mysql://me:hush@h/app":       "begins with mysql://, which is not one of its forms",
		"postgres://me:hu/sh@h/app":   "is not a URL",
		"postgres://me:hu%zzsh@h/app": "is not a URL",
		"me:hush@localhost/app":       "is neither a SQLite file that is there nor",
		"host=h password=hush":        "is neither a SQLite file that is there nor",
		"app.db":                      "there is no file app.db",
		"file:app.db?mode=rwc":        "there is no file app.db",
		".":                           ". is a folder",
		":memory:":                    "names a database in memory",
		"file::memory:?cache=shared":  "names a database in memory",
		"file:app.db?mode=memory":     "names a database in memory",
		"?":                           "names a database in memory",
	} {
		_, err := readAddress("--dsn", dsn)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v, want %q", dsn, err, want)
		}
		if err != nil && (strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "hu/sh") || strings.Contains(err.Error(), "zzsh")) {
			t.Errorf("%s: the error tells the password: %v", dsn, err)
		}
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) != 0 {
		t.Errorf("files were made: %v, %v", entries, err)
	}
}

// A file that is looked at stays as it is.
func TestOpenMakesNoTables(t *testing.T) {
	file := filepath.Join(t.TempDir(), "odd ?#%.db")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	a, err := readAddress("--dsn", "file:"+strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23").Replace(file))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.open(t.Context()); err == nil || !strings.Contains(err.Error(), "lacks authgen_event, authgen_job, authgen_delivery and authgen_endpoint") {
		t.Errorf("the error is %v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(entries) != 1 {
		t.Errorf("files were made: %v, %v", entries, err)
	}
	if info, err := os.Stat(file); err != nil || info.Size() != 0 {
		t.Errorf("the file has %v, %v", info, err)
	}
}
