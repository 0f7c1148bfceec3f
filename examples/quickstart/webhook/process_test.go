//go:build unix

package webhook_test

import (
	"database/sql"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	_ "modernc.org/sqlite" // the driver
)

// build returns the folder of the two programs and the command.
func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, args := range [][]string{
		{"build", "-o", dir, "./receiver", "./signup"},
		{"build", "-C", "../../../authgenctl", "-o", dir, "."},
	} {
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
	return dir
}

// freeAddress returns an address that nobody listens on. Its port is none of those
// that the system gives to whoever asks for any, as it must still be free when the
// receiver comes back.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(10_000+rand.IntN(20_000)))
		if l, err := net.Listen("tcp", address); err == nil {
			_ = l.Close()
			return address
		}
	}
	t.Fatal("there is no free port")
	return ""
}

// A process is a program that runs, until the test ends or stops it.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	out string // the file of what it prints
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "printed"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	p := &process{t: t, cmd: exec.Command(args[0], args[1:]...), out: out.Name()}
	p.cmd.Stdout, p.cmd.Stderr = out, out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("%s printed\n%s", filepath.Base(args[0]), p.printed())
		}
	})
	return p
}

// stop ends a process. Asked politely, it ends without an error.
func (p *process) stop(signal syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
	err := p.cmd.Wait()
	var killed *exec.ExitError
	if err != nil && (signal != syscall.SIGKILL || !errors.As(err, &killed)) {
		p.t.Errorf("%s ended: %v", filepath.Base(p.cmd.Path), err)
	}
}

// printed returns what the process has printed so far.
func (p *process) printed() string {
	text, err := os.ReadFile(p.out)
	if err != nil {
		p.t.Error(err)
	}
	return string(text)
}

// count returns how often the process has printed a text.
func (p *process) count(text string) int { return strings.Count(p.printed(), text) }

// An event is what both programs know of one.
type event struct {
	id, document string
	sequence     int64
}

// read runs a query on a file that no process has open any more.
func read(t *testing.T, file, query string) (events []event) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var e event
		if err := rows.Scan(&e.id, &e.document, &e.sequence); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return events
}
