package receivers

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/webhook"
)

// secretOf returns a secret, the same for the same text.
func secretOf(text string) string {
	return "whsec_" + base64.StdEncoding.EncodeToString([]byte("a secret of the tests, and of "+text))
}

var secret = secretOf("everybody")

// A receiver is a program that receives, whose answers the test sets.
type receiver struct {
	*httptest.Server
	conns *counting
	does  atomic.Pointer[http.Handler]
}

// receiver runs one on loopback until the test ends. In the end no connection to
// it is left.
func (e *env) receiver(h http.Handler) *receiver {
	e.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	e.must(err)
	return e.receiverOn(l, h)
}

// receiverOn is receiver on a listener.
func (e *env) receiverOn(l net.Listener, h http.Handler) *receiver {
	e.Helper()
	r := &receiver{conns: &counting{Listener: l}}
	r.becomes(h)
	r.Server = &httptest.Server{Listener: r.conns, Config: &http.Server{
		Handler:  http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { (*r.does.Load()).ServeHTTP(w, req) }),
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}}
	r.Start()
	e.Cleanup(func() {
		r.Close()
		e.eventually("no connection is left", func() bool { return r.conns.open.Load() == 0 })
	})
	return r
}

// becomes changes how the receiver answers from now on.
func (r *receiver) becomes(h http.Handler) { r.does.Store(&h) }

// secretsOf returns texts as secrets.
func secretsOf(texts ...string) []webhook.Secret {
	list := make([]webhook.Secret, len(texts))
	for i, text := range texts {
		list[i] = webhook.NewSecret(text)
	}
	return list
}

// endpoint returns the receiver as an endpoint that takes all events.
func (r *receiver) endpoint(name string) webhook.Endpoint {
	return webhook.Endpoint{Name: name, URL: webhook.NewSecret(r.URL), Secrets: secretsOf(secret), Events: []string{"*"}, AllowPrivate: []string{"127.0.0.1"}}
}

// A counting listener counts what goes over its connections.
type counting struct {
	net.Listener
	accepted, open, written atomic.Int64
}

// Accept counts a connection. Its buffer is small, so that little counts as
// written that nobody has read.
func (c *counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if err := conn.(*net.TCPConn).SetWriteBuffer(64 << 10); err != nil {
		return nil, err
	}
	c.accepted.Add(1)
	c.open.Add(1)
	return &counted{Conn: conn, in: c}, nil
}

// A counted connection is one of them.
type counted struct {
	net.Conn
	in   *counting
	once sync.Once
}

// Write counts what the network took.
func (c *counted) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.in.written.Add(int64(n))
	return n, err
}

// Close counts the connection out.
func (c *counted) Close() error {
	c.once.Do(func() { c.in.open.Add(-1) })
	return c.Conn.Close()
}

// An inbox is a receiver that handles each delivery, with no store to recognise
// one that comes again.
type inbox struct {
	http.Handler
	mu  sync.Mutex
	got []auth.Event
}

// inbox returns one that works.
func (e *env) inbox() *inbox {
	e.Helper()
	in := &inbox{}
	h, err := webhook.Handler(secretsOf(secret), nil, func(_ context.Context, event auth.Event) error {
		_, err := auth.DecodeEvent(event)
		in.mu.Lock()
		defer in.mu.Unlock()
		in.got = append(in.got, event)
		return err
	}, webhook.WithLogger(slog.New(slog.DiscardHandler)))
	e.must(err)
	in.Handler = e.clock.dating(e.T, secret, h)
	return in
}

// events returns what came, in that order.
func (in *inbox) events() []auth.Event {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.got)
}

// once fails the test unless n events came, each once, those of a document in
// their order if that was asked for.
func (in *inbox) once(e *env, n int, ordered bool) {
	e.Helper()
	seen, last := map[string]bool{}, map[string]int64{}
	for _, event := range in.events() {
		if seen[event.ID] {
			e.Errorf("%s came twice", event.ID)
		}
		if ordered && event.Sequence < last[event.DocumentID] {
			e.Errorf("%s: %d came after %d", event.DocumentID, event.Sequence, last[event.DocumentID])
		}
		seen[event.ID], last[event.DocumentID] = true, event.Sequence
	}
	if len(seen) != n {
		e.Errorf("%d events came, not %d", len(seen), n)
	}
}

// status answers every attempt with a status.
func status(code int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
}
