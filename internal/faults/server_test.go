//go:build unix

package faults

import (
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

	"github.com/authgen/authgen/runtime"
)

// A server is a database server that the test may kill.
type server struct {
	t     *testing.T
	dir   string
	as    *syscall.Credential // whom it runs as; nil: as the test does
	run   []string            // its command
	ready data                // takes the first statement, once it answers
	first string
	app   data      // the database of the application
	end   os.Signal // ends it so that nothing of it is left in memory

	cmd   *exec.Cmd
	ended chan struct{} // is closed at the end of cmd
}

func newServer(t *testing.T, account string) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "authgen") // others could not enter t.TempDir
	must(t, err)
	s := &server{t: t, dir: dir}
	t.Cleanup(func() {
		if s.cmd != nil {
			_ = s.cmd.Process.Signal(s.end)
			<-s.ended
		}
		must(t, os.RemoveAll(dir))
	})
	if os.Geteuid() != 0 {
		return s
	}
	who, err := user.Lookup(account) // servers refuse to be root
	if err != nil {
		t.Skipf("a server does not run as root, and there is no user %s", account)
	}
	uid, err := strconv.Atoi(who.Uid)
	must(t, err)
	gid, err := strconv.Atoi(who.Gid)
	must(t, err)
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	must(t, os.Chown(dir, uid, gid))
	return s
}

// ownPostgres starts a Postgres, which need not survive the end of the machine.
func ownPostgres(t *testing.T) *server {
	const folder = "/usr/lib/postgresql/*/bin"
	initdb, postgres := installed(t, "initdb", folder), installed(t, "postgres", folder)
	s, port := newServer(t, "postgres"), freePort(t)
	cluster := filepath.Join(s.dir, "data")
	s.do(initdb, "-D", cluster, "-U", "root", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	s.run = []string{postgres, "-D", cluster, "-p", port, "-k", s.dir, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"}
	s.app = data{runtime.Postgres, fmt.Sprintf("postgres://root@127.0.0.1:%s/postgres?sslmode=disable", port)}
	s.ready, s.first, s.end = s.app, "SELECT 1", syscall.SIGQUIT
	s.start()
	return s
}

// ownMariaDB is ownPostgres for MariaDB.
func ownMariaDB(t *testing.T) *server {
	install, mariadbd := installed(t, "mariadb-install-db", "/usr/bin"), installed(t, "mariadbd", "/usr/sbin", "/usr/libexec")
	s, port := newServer(t, "mysql"), freePort(t)
	folder := "--datadir=" + filepath.Join(s.dir, "data")
	s.do(install, "--no-defaults", folder, "--auth-root-authentication-method=normal", "--skip-test-db")
	s.run = []string{mariadbd, "--no-defaults", folder, "--socket=" + filepath.Join(s.dir, "s"), "--pid-file=" + filepath.Join(s.dir, "pid"),
		"--bind-address=127.0.0.1", "--port=" + port, "--innodb-flush-log-at-trx-commit=2"}
	address := "root@tcp(127.0.0.1:" + port + ")/"
	s.app = data{runtime.MySQL, address + "app"}
	s.ready, s.first = data{runtime.MySQL, address}, "CREATE DATABASE IF NOT EXISTS app"
	s.end = syscall.SIGKILL
	s.start()
	return s
}

// installed finds a program of a server. Not every system has them all in PATH.
func installed(t *testing.T, name string, folders ...string) string {
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

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { must(t, l.Close()) }()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// command is one that the account of the server runs, in its folder.
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

// start starts the server and waits until it answers. A Postgres does not start
// while a process of the one before still ends, so it is tried again.
func (s *server) start() {
	s.t.Helper()
	db, err := s.ready.pool()
	must(s.t, err)
	defer func() { must(s.t, db.Close()) }()
	eventually(s.t, "the server answers", func() bool {
		if s.cmd == nil || !s.runs() {
			s.launch()
		}
		_, err := db.Exec(s.first)
		return err == nil
	})
}

func (s *server) launch() {
	s.t.Helper()
	cmd, ended := s.command(s.run), make(chan struct{})
	must(s.t, cmd.Start())
	s.cmd, s.ended = cmd, ended
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
}

func (s *server) runs() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

// kill kills the server, and what processes it has, as kill -9 does.
func (s *server) kill() {
	s.t.Helper()
	pid := s.cmd.Process.Pid
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid)) // where it cannot be read, they find out by themselves
	must(s.t, s.cmd.Process.Kill())
	<-s.ended
	for _, child := range strings.Fields(string(children)) {
		if pid, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	s.cmd = nil
}
