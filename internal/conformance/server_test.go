//go:build unix

package conformance

import (
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// A server is one of the test's own, which may be stopped and started.
type server struct {
	t    *testing.T
	dir  string
	as   *syscall.Credential // whom it runs as; nil: as the test does
	run  []string            // its command
	cmd  *exec.Cmd
	port int

	driver, dsn  string
	clean, crash os.Signal // what ends it in good order, and at once
}

// newServer returns a server without data or command, in a folder of its own.
// Servers refuse to run as root.
func newServer(t *testing.T, account string) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "authgen") // t.TempDir is not for others to enter
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, dir: dir, port: freePort(t)}
	t.Cleanup(func() {
		s.stop(s.crash)
		_ = os.RemoveAll(dir)
	})
	if os.Geteuid() != 0 {
		return s
	}
	who, err := user.Lookup(account)
	if err != nil {
		t.Skipf("a server does not run as root, and there is no user %s", account)
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	return s
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// program returns the path of a program, which may be in one of the folders.
func program(t *testing.T, name string, folders ...string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, folder := range folders {
		if found, _ := filepath.Glob(filepath.Join(folder, name)); len(found) > 0 {
			return slices.Max(found)
		}
	}
	t.Skipf("there is no %s here", name)
	return ""
}

// privatePostgres makes a server that survives its own end, not the machine's.
func privatePostgres(t *testing.T) *server {
	const folder = "/usr/lib/postgresql/*/bin"
	initdb, postgres := program(t, "initdb", folder), program(t, "postgres", folder)
	s := newServer(t, "postgres")
	data := filepath.Join(s.dir, "data")
	s.do(initdb, "-D", data, "-U", "root", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	s.run = []string{postgres, "-D", data, "-p", strconv.Itoa(s.port), "-k", s.dir, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"}
	s.driver, s.dsn = "pgx", fmt.Sprintf("postgres://root@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	s.clean, s.crash = syscall.SIGINT, syscall.SIGQUIT
	s.start()
	return s
}

// privateMariaDB is privatePostgres for MariaDB.
func privateMariaDB(t *testing.T) *server {
	install, mariadbd := program(t, "mariadb-install-db"), program(t, "mariadbd", "/usr/sbin", "/usr/libexec")
	s := newServer(t, "mysql")
	data := "--datadir=" + filepath.Join(s.dir, "data")
	s.do(install, "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db")
	s.run = []string{mariadbd, "--no-defaults", data, "--socket=" + filepath.Join(s.dir, "s"), "--port=" + strconv.Itoa(s.port),
		"--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=2", "--pid-file=" + filepath.Join(s.dir, "pid")}
	s.driver, s.dsn = "mysql", fmt.Sprintf("root@tcp(127.0.0.1:%d)/app", s.port)
	s.clean, s.crash = syscall.SIGTERM, syscall.SIGKILL
	admin := fmt.Sprintf("root@tcp(127.0.0.1:%d)/", s.port)
	s.startWith(admin)
	s.exec(admin, "CREATE DATABASE app")
	return s
}

// command returns a command that runs as the server does.
func (s *server) command(args []string) *exec.Cmd {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	return cmd
}

func (s *server) do(args ...string) {
	s.t.Helper()
	if out, err := s.command(args).CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", args[0], err, out)
	}
}

// start starts the server, and waits until it answers.
func (s *server) start() { s.startWith(s.dsn) }

func (s *server) startWith(dsn string) {
	s.t.Helper()
	s.cmd = s.command(s.run)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.exec(dsn, "SELECT 1")
}

// exec runs a statement as soon as the server takes one.
func (s *server) exec(dsn, query string) {
	s.t.Helper()
	db, err := sql.Open(s.driver, dsn)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for range 600 {
		if _, err = db.Exec(query); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatal(err)
}

// stop ends the server with a signal, and waits for its end.
func (s *server) stop(signal os.Signal) {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(signal)
	_ = s.cmd.Wait()
	s.cmd = nil
}
