package receivers

import (
	"io"
	"net"
	"net/http"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// raw answers with what write puts on the wire, and then closes the connection.
func raw(write func(conn net.Conn)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer func() { _ = conn.Close() }()
		write(conn)
	})
}

func says(text string) func(net.Conn) {
	return func(conn net.Conn) { _, _ = io.WriteString(conn, text) }
}

// flood is what a receiver has to say that says too much.
const flood = 100 << 20

// floods writes a header, and then as much of a flood as the other side takes.
func floods(head string) func(net.Conn) {
	chunk := []byte(strings.Repeat("x", 32<<10))
	return func(conn net.Conn) {
		says(head)(conn)
		for sent := 0; sent < flood; {
			n, err := conn.Write(chunk)
			if err != nil {
				return
			}
			sent += n
		}
	}
}

// drips writes a header, and then a byte now and then, until the other side hangs
// up.
func drips(head string) func(net.Conn) {
	return func(conn net.Conn) {
		says(head)(conn)
		for {
			if _, err := conn.Write([]byte("x")); err != nil {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// TestAnswersThatMisbehave has receivers break off, flood and drip. A status of
// 2xx counts, whatever becomes of the body; without one, and with any other, the
// event comes again. Of what is sent little is read, none of it is kept, and the
// connection is closed.
func TestAnswersThatMisbehave(t *testing.T) {
	const (
		good   = "HTTP/1.1 200 OK\r\n"
		bad    = "HTTP/1.1 500 No\r\n"
		sized  = "Content-Length: 104857600\r\n\r\n"
		open   = "\r\n" // the body ends with the connection
		events = 8
	)
	for _, c := range []struct {
		name   string
		write  func(net.Conn)
		taken  bool
		status int
		says   string
	}{
		{"closes", says(""), false, 0, "the receiver closed the connection without an answer"},
		{"closes in the header", says(good + "X: half"), false, 0, "the receiver closed the connection without an answer"},
		{"closes in the body", says(good + sized + "half of it"), true, 200, ""},
		{"closes in the body of an error", says(bad + sized + "half of it"), false, 500, "answered 500: half of it"},
		{"floods", floods(good + sized), true, 200, ""},
		{"floods without a length", floods(good + open), true, 200, ""},
		{"floods with an error", floods(bad + sized), false, 500, "answered 500: " + strings.Repeat("x", 199) + "…"},
		{"floods the header", floods(good + "X: "), false, 0, "the connection broke, or what came is not HTTP"},
		{"drips", drips(good + sized), true, 200, ""},
		{"drips an error", drips(bad + sized), false, 500, "answered 500: xxx"},
		{"drips the header", drips(good + "X: "), false, 0, "no answer within 1s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := onSQLite(t)
			healed := e.inbox()
			receiver := e.receiver(raw(c.write))
			endpoint := receiver.endpoint("receiver")
			endpoint.Timeout = 20 * time.Second
			if strings.HasPrefix(c.name, "drips") {
				endpoint.Timeout = time.Second
			}
			p := e.process(endpoint)
			before := allocated()
			e.desks(events, 0)
			e.eventually("all were attempted", func() bool { return len(p.tries.at("receiver")) == events })
			for _, a := range p.tries.at("receiver") {
				want := outbox.Outcome{Verdict: outbox.Retry, Status: c.status, Error: c.says, RetryAt: a.Outcome.RetryAt}
				if c.taken {
					want = outbox.Outcome{Verdict: outbox.Delivered, Status: c.status}
				}
				got := a.Outcome
				if strings.HasPrefix(got.Error, c.says) { // how much of a drip comes is a matter of time
					got.Error = c.says
				}
				if got != want || a.Attempt != 1 {
					t.Errorf("became %+v, want %+v", a.Outcome, want)
				}
			}
			e.eventually("no connection is left", func() bool { return receiver.conns.open.Load() == 0 })
			// What is read of an answer is 64 KiB of header and of body; the rest of
			// what the receiver could send is in the buffers between the two.
			// 64 KiB of header and of body are read; the rest is in the buffers of the
			// connection.
			if sent := receiver.conns.written.Load(); sent > events<<20 {
				t.Errorf("%d MB were taken", sent>>20)
			}
			if grown := allocated() - before; grown > events<<21 {
				t.Errorf("%d MB were allocated", grown>>20)
			}
			if n := receiver.conns.accepted.Load(); n != events {
				t.Errorf("%d connections for %d attempts", n, events)
			}

			receiver.becomes(healed)
			e.arrive("receiver", events)
			if c.taken {
				healed.once(e, 0, false)
			} else {
				healed.once(e, events, false)
			}
			p.stop()
		})
	}
}

// allocated returns how much memory was ever allocated.
func allocated() uint64 {
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestStoppedReceiver stops a receiver and starts it again at the same address.
func TestStoppedReceiver(t *testing.T) {
	e := onSQLite(t)
	const events = 6
	good := e.inbox()
	receiver := e.receiver(good)
	endpoint := receiver.endpoint("receiver")
	endpoint.Ordered = true
	address := receiver.Listener.Addr().String()
	p := e.process(endpoint)
	e.desks(1, 2)
	e.delivered("receiver", events/2)
	receiver.Close()
	e.desks(1, 2)
	e.eventually("nobody is there", func() bool {
		records := e.records(admin.Filter{States: []admin.State{admin.StatePending}})
		return len(records) == events/2 && strings.HasPrefix(records[0].Error, "cannot connect")
	})
	listener, err := net.Listen("tcp", address)
	e.must(err)
	e.receiverOn(listener, good)
	e.arrive("receiver", events)
	good.once(e, events, true)
	p.stop()
}
