//go:build unix

package testdb

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
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/testenv"
)

// A Server is a database server for one test, which may stop, kill and restart it. It has one
// empty database.
type Server struct {
	// DSN is the DSN of the database, for dialect/postgres.Open or
	// dialect/mysql.Open.
	DSN string
	// Clean is the signal that shuts the server down, and Crash is the one that
	// ends it, and all its processes, at once.
	Clean, Crash os.Signal

	t      testing.TB
	dir    string
	as     *syscall.Credential // whom it runs as; nil: as the test does
	run    []string            // its command
	driver string              // of database/sql
	first  string              // the DSN of where "create" runs, once it answers
	create string

	cmd   *exec.Cmd
	ended chan struct{} // is closed at the end of cmd
}

// OwnPostgres starts a Postgres. It keeps committed data when it is killed, but not when the
// machine crashes. The test imports pgx's driver.
func OwnPostgres(t testing.TB) *Server {
	t.Helper()
	const folder = "/usr/lib/postgresql/*/bin"
	initdb, postgres := installed(t, "initdb", folder), installed(t, "postgres", folder)
	s, port := newServer(t, "postgres"), freePort(t)
	cluster := filepath.Join(s.dir, "data")
	s.do(initdb, "-D", cluster, "-U", "root", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	s.run = []string{postgres, "-D", cluster, "-p", port, "-k", s.dir, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"}
	s.driver, s.DSN = "pgx", fmt.Sprintf("postgres://root@127.0.0.1:%s/postgres?sslmode=disable", port)
	s.first, s.create = s.DSN, "SELECT 1"
	s.Clean, s.Crash = syscall.SIGINT, syscall.SIGQUIT
	s.Start()
	return s
}

// OwnMariaDB is OwnPostgres for MariaDB. The test imports its driver.
func OwnMariaDB(t testing.TB) *Server {
	t.Helper()
	install, mariadbd := installed(t, "mariadb-install-db", "/usr/bin"), installed(t, "mariadbd", "/usr/sbin", "/usr/libexec")
	s, port := newServer(t, "mysql"), freePort(t)
	folder := "--datadir=" + filepath.Join(s.dir, "data")
	s.do(install, "--no-defaults", folder, "--tmpdir="+s.dir, "--auth-root-authentication-method=normal", "--skip-test-db")
	s.run = []string{mariadbd, "--no-defaults", folder, "--socket=" + filepath.Join(s.dir, "s"), "--pid-file=" + filepath.Join(s.dir, "pid"),
		"--bind-address=127.0.0.1", "--port=" + port, "--innodb-flush-log-at-trx-commit=2",
		"--tmpdir=" + s.dir} // at its start a server deletes what it takes for leftovers there, of the machine's own server too
	address := "root@tcp(127.0.0.1:" + port + ")/"
	s.driver, s.DSN = "mysql", address+"app"
	s.first, s.create = address, "CREATE DATABASE IF NOT EXISTS app"
	s.Clean, s.Crash = syscall.SIGTERM, syscall.SIGKILL
	s.Start()
	return s
}

// newServer returns a server without data or command, in a folder of its own.
// Servers refuse to run as root.
func newServer(t testing.TB, account string) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "authgen") // others could not enter t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, dir: dir}
	t.Cleanup(func() {
		s.Stop(s.Crash)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if os.Geteuid() != 0 {
		return s
	}
	who, err := user.Lookup(account)
	if err != nil {
		testenv.Missing(t, "a server does not run as root, and there is no user %s", account)
	}
	uid, _ := strconv.Atoi(who.Uid) // numbers, on unix
	gid, _ := strconv.Atoi(who.Gid)
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	return s
}

// installed finds a program of a server. Not every system has them all in PATH.
func installed(t testing.TB, name string, folders ...string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, folder := range folders {
		if found, _ := filepath.Glob(filepath.Join(folder, name)); len(found) > 0 {
			return slices.Max(found)
		}
	}
	testenv.Missing(t, "there is no %s here", name)
	return ""
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// command returns a command that runs as the account of the server, in its folder.
func (s *Server) command(args []string) *exec.Cmd {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	return cmd
}

func (s *Server) do(args ...string) {
	s.t.Helper()
	if out, err := s.command(args).CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", args[0], err, out)
	}
}

// patience is how long a server may take to answer.
const patience = time.Minute

// Start starts the server and waits until it answers. A Postgres does not start
// while a process of the one before still ends, so it is tried again.
func (s *Server) Start() {
	s.t.Helper()
	db, err := sql.Open(s.driver, s.first)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if s.cmd == nil || !s.runs() {
			s.launch()
		}
		_, err := db.Exec(s.create)
		if err == nil {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("the server does not answer: %v", err)
		}
	}
}

func (s *Server) launch() {
	s.t.Helper()
	cmd, ended := s.command(s.run), make(chan struct{})
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.cmd, s.ended = cmd, ended
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
}

func (s *Server) runs() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

// Stop ends the server with a signal and waits for its end.
func (s *Server) Stop(signal os.Signal) {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(signal)
	<-s.ended
	s.cmd = nil
}

// Kill kills the server, and what processes it has, as kill -9 does.
func (s *Server) Kill() {
	pid := s.cmd.Process.Pid
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid)) // where it cannot be read, they find out by themselves
	s.Stop(syscall.SIGKILL)
	for _, child := range strings.Fields(string(children)) {
		if pid, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
