package faults

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A child is a process of a test.
type child struct {
	t     testing.TB
	cmd   *exec.Cmd
	stdin io.WriteCloser
	log   bytes.Buffer // what it wrote to stderr, once it has ended

	mu    sync.Mutex
	lines map[string][]string // by their first word, without it
	ended chan struct{}
	err   error // how it ended
}

// start starts a child process, which is gone at the end of the test at the
// latest.
func start(t testing.TB, o order) *child {
	t.Helper()
	text, err := json.Marshal(o)
	must(t, err)
	self, err := os.Executable()
	must(t, err)
	c := &child{t: t, cmd: exec.Command(self), lines: map[string][]string{}, ended: make(chan struct{})}
	// Under the race detector a process would take a second to end.
	c.cmd.Env = append(os.Environ(), childVar+"="+string(text), "GORACE=atexit_sleep_ms=1 "+os.Getenv("GORACE"))
	c.cmd.Stderr = &c.log
	c.stdin, err = c.cmd.StdinPipe()
	must(t, err)
	out, err := c.cmd.StdoutPipe()
	must(t, err)
	must(t, c.cmd.Start())
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			word, rest, _ := strings.Cut(lines.Text(), " ")
			c.mu.Lock()
			c.lines[word] = append(c.lines[word], rest)
			c.mu.Unlock()
		}
		c.err = c.cmd.Wait()
		close(c.ended)
	}()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		<-c.ended
		if t.Failed() && c.log.Len() > 0 {
			t.Logf("the %s wrote:\n%s", o.Role, c.log.String())
		}
	})
	return c
}

// ask sends a line to the process.
func (c *child) ask(line string) {
	c.t.Helper()
	_, err := io.WriteString(c.stdin, line+"\n")
	must(c.t, err)
}

// printed returns the lines that begin with a word, without it.
func (c *child) printed(word string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clip(c.lines[word]) // more may be appended
}

// await waits for n lines that begin with a word, and returns the last of them.
func (c *child) await(word string, n int) string {
	c.t.Helper()
	eventually(c.t, fmt.Sprintf("a child process prints %q %d times", word, n), func() bool {
		return c.runs() && len(c.printed(word)) >= n
	})
	return c.printed(word)[n-1]
}

// more waits for n more lines that begin with a word than there are, and returns
// the last of them.
func (c *child) more(word string, n int) string {
	c.t.Helper()
	return c.await(word, len(c.printed(word))+n)
}

// runs fails the test if the process has ended by itself.
func (c *child) runs() bool {
	c.t.Helper()
	select {
	case <-c.ended:
		c.t.Fatalf("a child process ended by itself: %v", c.err)
	default:
	}
	return true
}

// kill kills the process as kill -9 does, and waits until it is gone.
func (c *child) kill() {
	c.t.Helper()
	must(c.t, c.cmd.Process.Kill())
	<-c.ended
	if c.cmd.ProcessState.ExitCode() != -1 { // no signal
		c.t.Fatalf("a child process ended ahead of its kill: %v", c.err)
	}
}

// stop has the process end, and fails if it does not end well.
func (c *child) stop() {
	c.t.Helper()
	must(c.t, c.stdin.Close())
	eventually(c.t, "a child process ends", func() bool {
		select {
		case <-c.ended:
			return true
		default:
			return false
		}
	})
	must(c.t, c.err)
}

// eventually waits for what others bring about.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline, pause := time.Now().Add(time.Minute), time.Millisecond
	for ; !ok(); pause = min(pause*3/2, 100*time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not after a minute: %s", what)
		}
		time.Sleep(pause)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
