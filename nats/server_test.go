package nats_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/authgen/authgen/internal/testenv"
	authnats "github.com/authgen/authgen/nats"
)

// serverVar names a server with JetStream to tests: nats://127.0.0.1:4222.
const serverVar = "AUTHGEN_TEST_NATS"

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// connect connects to the server that the environment names, or skips the test.
func connect(t testing.TB) *nats.Conn {
	t.Helper()
	url := os.Getenv(serverVar)
	if url == "" {
		testenv.Missing(t, "%s is not set", serverVar)
	}
	return dial(t, url)
}

func dial(t testing.TB, url string, options ...nats.Option) *nats.Conn {
	t.Helper()
	conn, err := nats.Connect(url, options...)
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	t.Cleanup(conn.Close)
	return conn
}

// newSink returns a sink whose subjects and streams no other test has, and
// removes the streams when the test is over.
func newSink(t testing.TB, conn *nats.Conn) *authnats.Sink {
	t.Helper()
	return newSinkWith(t, conn, authnats.Config{Prefix: fmt.Sprintf("authgen-test-%d-%d", os.Getpid(), time.Now().UnixNano())})
}

func newSinkWith(t testing.TB, conn *nats.Conn, c authnats.Config) *authnats.Sink {
	t.Helper()
	sink, err := authnats.New(conn, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !conn.IsConnected() {
			return // to a server of the test's own, which it has killed
		}
		js := stream(t, conn)
		for _, name := range []string{sink.EventStream().Name, sink.JobStream().Name} {
			// The test's own context has ended by now.
			err := js.DeleteStream(context.Background(), name)
			if err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
				t.Errorf("cannot remove stream %s: %v", name, err)
			}
		}
	})
	return sink
}

// stream returns the JetStream of a connection.
func stream(t testing.TB, conn *nats.Conn) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// A server is a process of the test's own, to be stopped and started again on
// the same port with the same store.
type server struct {
	binary, dir string
	port        int
	process     *exec.Cmd
}

// newServer starts a server, or skips the test where there is none to start.
func newServer(t *testing.T) *server {
	t.Helper()
	binary, err := exec.LookPath("nats-server")
	if err != nil {
		testenv.Missing(t, "there is no nats-server here")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{binary: binary, dir: t.TempDir(), port: free.Addr().(*net.TCPAddr).Port}
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	s.start(t)
	t.Cleanup(s.kill)
	return s
}

func (s *server) url() string { return fmt.Sprintf("nats://127.0.0.1:%d", s.port) }

func (s *server) start(t *testing.T) {
	t.Helper()
	s.process = exec.Command(s.binary, "-a", "127.0.0.1", "-p", strconv.Itoa(s.port), "-js", "-sd", s.dir)
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		conn, err := nats.Connect(s.url())
		if err != nil {
			continue
		}
		js, err := jetstream.New(conn)
		if err == nil {
			_, err = js.AccountInfo(t.Context())
		}
		conn.Close()
		if err == nil {
			return
		}
	}
	t.Fatalf("the server on port %d does not answer", s.port)
}

// kill ends the server as a power failure would.
func (s *server) kill() {
	if s.process != nil {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
		s.process = nil
	}
}
