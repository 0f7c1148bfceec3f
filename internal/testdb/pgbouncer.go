//go:build unix

package testdb

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// PgBouncer starts a PgBouncer in front of the server of a DSN, with lines of configuration.
// It returns the DSN of the same database through the PgBouncer.
func PgBouncer(t testing.TB, dsn string, lines ...string) string {
	t.Helper()
	to, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	program := installed(t, "pgbouncer", "/usr/sbin")
	s, port := newServer(t, "postgres"), freePort(t)
	server := fmt.Sprintf("* = host=%s port=%d user=%s", to.Host, to.Port, to.User)
	if to.Password != "" {
		server += " password=" + to.Password
	}
	lines = append([]string{
		"[databases]",
		server,
		"[pgbouncer]",
		"listen_addr = 127.0.0.1",
		"listen_port = " + port,
		"unix_socket_dir =",
		"auth_type = any",
	}, lines...)
	file := filepath.Join(s.dir, "pgbouncer.ini")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.run = []string{program, file}
	s.driver, s.DSN = "pgx", fmt.Sprintf("postgres://%s@127.0.0.1:%s/%s?sslmode=disable", to.User, port, to.Database)
	s.first, s.create = s.DSN, "SELECT 1"
	s.Clean, s.Crash = syscall.SIGTERM, syscall.SIGKILL
	s.Start()
	return s.DSN
}

// PgBouncerKeepsStatements reports whether the program knows
// max_prepared_statements, as it does from 1.21 on.
func PgBouncerKeepsStatements(t testing.TB) bool {
	t.Helper()
	out, err := exec.Command(installed(t, "pgbouncer", "/usr/sbin"), "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major, minor int
	if _, err := fmt.Sscanf(string(out), "PgBouncer %d.%d", &major, &minor); err != nil {
		t.Fatalf("pgbouncer --version says %q: %v", out, err)
	}
	return major > 1 || minor >= 21
}
