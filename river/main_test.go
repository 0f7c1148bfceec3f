package river_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// childVar makes the test binary a child process: it holds the order as JSON.
const childVar = "AUTHGEN_RIVER_TEST_CHILD"

// An order is what a child process is to do.
type order struct {
	Place place
	Role  string // the key in roles

	Kill  string        // of a relay: where it kills itself, see killing
	Block bool          // of a worker: jobs and deliveries never end
	Short time.Duration // of a worker: Timeout and Rescue of its engine
}

// roles are the programs that a child process can be. What they print to
// stdout are lines that the test waits for.
var roles = map[string]func(ctx context.Context, o order, s *site) error{
	"relay":   relayUntilEmpty,
	"worker":  workUntilStopped,
	"postman": deliverForEver,
}

func TestMain(m *testing.M) {
	text, isChild := os.LookupEnv(childVar)
	if !isChild {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := obey(ctx, text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func obey(ctx context.Context, text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	s, err := open(o.Place)
	if err != nil {
		return err
	}
	defer s.Close()
	return roles[o.Role](ctx, o, s)
}

// A child is a process of a test.
type child struct {
	t   testing.TB
	cmd *exec.Cmd

	mu    sync.Mutex
	lines []string
	ended chan struct{}
	err   error
}

// start starts a child process, which is killed at the end of the test at the
// latest.
func start(t testing.TB, o order) *child {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, cmd: exec.Command(exe), ended: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), childVar+"="+string(text))
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go c.read(out)
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		<-c.ended
	})
	return c
}

func (c *child) read(out io.Reader) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		c.mu.Lock()
		c.lines = append(c.lines, lines.Text())
		c.mu.Unlock()
	}
	c.err = c.cmd.Wait()
	close(c.ended)
}

// printed returns the lines with a prefix, without it.
func (c *child) printed(prefix string) (rest []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.lines {
		if after, ok := strings.CutPrefix(l, prefix); ok {
			rest = append(rest, after)
		}
	}
	return rest
}

// await waits for a line with a prefix.
func (c *child) await(prefix string) {
	c.t.Helper()
	eventually(c.t, "a child process prints "+prefix, func() bool {
		select {
		case <-c.ended:
			if len(c.printed(prefix)) == 0 {
				c.t.Fatalf("a child process ended: %v", c.err)
			}
		default:
		}
		return len(c.printed(prefix)) > 0
	})
}

// kill kills the process as kill -9 does, and waits until it is gone.
func (c *child) kill() {
	c.t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	<-c.ended
}

// stop asks the process to end, and fails if it does not end well.
func (c *child) stop() {
	c.t.Helper()
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Fatal(err)
	}
	c.wait()
}

// wait waits until the process has ended by itself, and well.
func (c *child) wait() {
	c.t.Helper()
	eventually(c.t, "a child process ends", c.over)
	if c.err != nil {
		c.t.Fatalf("a child process ended: %v", c.err)
	}
}

// waitKilled waits until the process has been killed.
func (c *child) waitKilled() {
	c.t.Helper()
	eventually(c.t, "a child process is killed", c.over)
	var exit *exec.ExitError
	if !errors.As(c.err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		c.t.Fatalf("a child process ended in another way: %v", c.err)
	}
}

func (c *child) over() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}
