package webhook_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// handler returns a receiver that is told nothing.
func handler(t testing.TB, store webhook.Store, handle func(context.Context, webhook.Event) error, options ...webhook.HandlerOption) http.Handler {
	t.Helper()
	quiet := webhook.WithLogger(slog.New(slog.DiscardHandler))
	h, err := webhook.Handler(secrets(secret, another), store, handle, append([]webhook.HandlerOption{quiet}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// accept is a function that has nothing to do.
func accept(context.Context, webhook.Event) error { return nil }

// signed returns the request of a delivery, signed with a secret by the library
// of the specification.
func signed(t testing.TB, body []byte, id, secret string, when time.Time) *http.Request {
	t.Helper()
	key, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := key.Sign(id, when, body)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(when.Unix(), 10))
	r.Header.Set("webhook-signature", signature)
	return r
}

// request returns a request that a receiver should take.
func request(t testing.TB, e webhook.Event) *http.Request {
	t.Helper()
	return signed(t, encode(e), e.ID, secret, time.Now())
}

// ask has a request served and returns the code, and the body without its line
// break.
func ask(h http.Handler, r *http.Request) (int, string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestReceives(t *testing.T) {
	var got []webhook.Event
	h := handler(t, nil, func(ctx context.Context, e webhook.Event) error {
		if webhook.TxFrom(ctx) != nil || webhook.Superseded(ctx) {
			t.Error("without a store there is a transaction")
		}
		got = append(got, e)
		return nil
	})
	e := event(7)
	for range 2 { // without a store nothing is recognised
		if code, body := ask(h, request(t, e)); code != 200 || body != `{"status":"done"}` {
			t.Errorf("%d %s", code, body)
		}
	}
	if len(got) != 2 || !bytes.Equal(encode(got[1]), encode(e)) {
		t.Errorf("received %+v", got)
	}
}

// TestRefuses has a request that is right but for one thing, each.
func TestRefuses(t *testing.T) {
	good := encode(event(1))
	id := event(1).ID
	change := func(f func(r *http.Request)) *http.Request {
		r := request(t, event(1))
		f(r)
		return r
	}
	set := func(name, value string) *http.Request {
		return change(func(r *http.Request) { r.Header.Set(name, value) })
	}
	const unauthorized = `{"error":"unauthorized"}`
	valid := request(t, event(1)).Header.Get("webhook-signature")
	for name, c := range map[string]struct {
		request *http.Request
		code    int
		body    string
	}{
		"GET":                     {change(func(r *http.Request) { r.Method = "GET" }), 405, `{"error":"only POST is allowed"}`},
		"a form":                  {set("Content-Type", "application/x-www-form-urlencoded"), 415, `{"error":"the content type must be application/json"}`},
		"no content type":         {change(func(r *http.Request) { r.Header.Del("Content-Type") }), 415, `{"error":"the content type must be application/json"}`},
		"too large":               {signed(t, bytes.Repeat([]byte(" "), 2000), id, secret, time.Now()), 413, `{"error":"the body is too large"}`},
		"a body that breaks off":  {change(func(r *http.Request) { r.Body = io.NopCloser(broken{}) }), 400, `{"error":"the body cannot be read"}`},
		"another secret":          {signed(t, good, id, key(32), time.Now()), 401, unauthorized},
		"another body":            {change(func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(string(good) + " ")) }), 401, unauthorized},
		"another id":              {set("webhook-id", "other"), 401, unauthorized},
		"another time":            {set("webhook-timestamp", strconv.FormatInt(time.Now().Unix()-30, 10)), 401, unauthorized},
		"no signature":            {change(func(r *http.Request) { r.Header.Del("webhook-signature") }), 401, unauthorized},
		"no id":                   {change(func(r *http.Request) { r.Header.Del("webhook-id") }), 401, unauthorized},
		"no timestamp":            {change(func(r *http.Request) { r.Header.Del("webhook-timestamp") }), 401, unauthorized},
		"an empty signature":      {set("webhook-signature", "v1,"), 401, unauthorized},
		"half a signature":        {set("webhook-signature", valid[:20]), 401, unauthorized},
		"another version":         {set("webhook-signature", "v1a"+valid[2:]), 401, unauthorized},
		"a timestamp of no kind":  {set("webhook-timestamp", "yesterday"), 401, unauthorized},
		"an old timestamp":        {signed(t, good, id, secret, time.Now().Add(-6*time.Minute)), 401, unauthorized},
		"a timestamp to come":     {signed(t, good, id, secret, time.Now().Add(6*time.Minute)), 401, unauthorized},
		"a timestamp without end": {signed(t, good, id, secret, time.Unix(1<<62, 0)), 401, unauthorized},
		"no JSON":                 {signed(t, []byte("{"), id, secret, time.Now()), 400, `{"error":"the body is not an event as JSON"}`},
		"an id of another event":  {signed(t, good, "other", secret, time.Now()), 400, `{"error":"the id of the event is not that of the header webhook-id"}`},
	} {
		h := handler(t, nil, func(context.Context, webhook.Event) error {
			t.Errorf("%s: was handled", name)
			return nil
		}, webhook.WithMaxBody(1000))
		if code, body := ask(h, c.request); code != c.code || body != c.body {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
}

// broken is the body of a sender that hangs up.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestRefusesHalfEvents takes one thing out of an event that a store needs.
func TestRefusesHalfEvents(t *testing.T) {
	for name, change := range map[string]func(e *webhook.Event){
		"type":              func(e *webhook.Event) { e.Type = "" },
		"a long type":       func(e *webhook.Event) { e.Type = strings.Repeat("é", 64) },
		"table":             func(e *webhook.Event) { e.Table = "" },
		"documentId":        func(e *webhook.Event) { e.DocumentID = "" },
		"a zero byte":       func(e *webhook.Event) { e.DocumentID = "a\x00b" },
		"a long id":         func(e *webhook.Event) { e.ID = strings.Repeat("x", 256) },
		"sequence":          func(e *webhook.Event) { e.Sequence = 0 },
		"a wrong sequence":  func(e *webhook.Event) { e.Sequence = -1 },
		"operation":         func(e *webhook.Event) { e.Operation = "" },
		"a wrong operation": func(e *webhook.Event) { e.Operation = "truncate" },
	} {
		e := event(1)
		change(&e)
		if code, body := ask(handler(t, nil, accept), request(t, e)); code != 400 || !strings.Contains(body, "the event has no ") {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
	longest := event(1)
	longest.Type, longest.Table, longest.DocumentID = strings.Repeat("é", 63), strings.Repeat("x", 63), strings.Repeat("é", 3000)
	if code, body := ask(handler(t, nil, accept), request(t, longest)); code != 200 {
		t.Errorf("the longest: %d %s", code, body)
	}
}

// TestReceiverRotation holds that both secrets of the receiver are good, and that
// one good signature among several is enough.
func TestReceiverRotation(t *testing.T) {
	e := event(1)
	h := handler(t, nil, accept)
	for _, s := range []string{secret, another} {
		if code, _ := ask(h, signed(t, encode(e), e.ID, s, time.Now())); code != 200 {
			t.Errorf("a secret of the receiver: %d", code)
		}
	}
	r := signed(t, encode(e), e.ID, another, time.Now())
	r.Header.Set("webhook-signature", "v1,"+key(32)+" v2,x nonsense "+r.Header.Get("webhook-signature"))
	if code, _ := ask(h, r); code != 200 {
		t.Errorf("a good signature among others: %d", code)
	}
}

func TestContentTypeMayHaveParameters(t *testing.T) {
	r := request(t, event(1))
	r.Header.Set("Content-Type", "Application/JSON; charset=utf-8")
	if code, body := ask(handler(t, nil, accept), r); code != 200 {
		t.Errorf("%d %s", code, body)
	}
}

func TestHandlerFailure(t *testing.T) {
	var log bytes.Buffer
	h := handler(t, nil, func(context.Context, webhook.Event) error { return errors.New("the disk is full") },
		webhook.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	e := event(1)
	if code, body := ask(h, request(t, e)); code != 500 || body != `{"error":"the event was not handled"}` {
		t.Errorf("%d %s", code, body)
	}
	if !strings.Contains(log.String(), "the disk is full") || !strings.Contains(log.String(), e.ID) || strings.Contains(log.String(), "ada@example.com") {
		t.Errorf("logged: %s", log.String())
	}
	log.Reset()
	ask(h, signed(t, encode(e), e.ID, secret, time.Now().Add(-time.Hour)))
	if !strings.Contains(log.String(), "1h0m0s off") || !strings.Contains(log.String(), "status=401") {
		t.Errorf("logged: %s", log.String())
	}
	noSecret(t, log.String())
}

func TestHandlerIsChecked(t *testing.T) {
	for want, texts := range map[string][]string{
		"there is no secret":   nil,
		"1st secret is empty":  {""},
		"2nd secret is 8 byte": {secret, key(8)},
	} {
		if h, err := webhook.Handler(secrets(texts...), nil, accept); err == nil || h != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := webhook.Handler(secrets(secret), nil, nil); err == nil {
		t.Error("no function is taken for one")
	}
}

// TestEndToEnd has a sender and a receiver talk to each other.
func TestEndToEnd(t *testing.T) {
	fail := true
	server := httptest.NewServer(handler(t, nil, func(_ context.Context, e webhook.Event) error {
		if e.DocumentID != "u1" || !json.Valid(e.Data) {
			t.Errorf("received %+v", e)
		}
		if fail {
			return errors.New("not now")
		}
		return nil
	}))
	t.Cleanup(server.Close)
	e := at(server)
	for _, texts := range [][]string{{secret}, {another}, {key(32), another}, {secret, key(32)}} {
		e.Secrets = secrets(texts...)
		fail = true
		if o := send(t, e); o.Verdict != outbox.Retry || o.Error != `answered 500: {"error":"the event was not handled"}` {
			t.Errorf("became %+v", o)
		}
		fail = false
		if o := send(t, e); o.Verdict != outbox.Delivered {
			t.Errorf("became %+v", o)
		}
	}
	e.Secrets = secrets(key(32))
	if o := send(t, e); o.Status != 401 {
		t.Errorf("became %+v", o)
	}
}

// FuzzHandler has signed bodies of any kind: no panic, and no event is handled
// that a store could not keep.
func FuzzHandler(f *testing.F) {
	f.Add(encode(event(1)), event(1).ID)
	f.Add([]byte(`{"id":"a","type":"t","table":"t","documentId":"d","sequence":1,"operation":"delete","data":null}`), "a")
	f.Add([]byte(`{"ID":"a","sequence":1e400}`), "a")
	f.Add([]byte("null"), "")
	f.Add([]byte("[]"), "a")
	f.Add([]byte("{\"id\":\"\\u0000\"}"), "\x00")
	f.Add([]byte(strings.Repeat("[", 20_000)), "a")
	f.Fuzz(func(t *testing.T, body []byte, id string) {
		handled := false
		h := handler(t, nil, func(_ context.Context, e webhook.Event) error {
			handled = true
			if e.ID != id || e.ID == "" || e.Type == "" || e.Table == "" || e.DocumentID == "" || e.Sequence < 1 {
				t.Errorf("handled %+v", e)
			}
			return nil
		})
		code, _ := ask(h, signed(t, body, id, secret, time.Now()))
		if handled != (code == 200) || code != 200 && code != 400 && code != 401 {
			t.Errorf("%d, handled: %v", code, handled)
		}
		if code == 401 && id != "" {
			t.Error("a good signature was refused")
		}
	})
}

// TestReceiverTolerance has attempts come whose clock is off.
func TestReceiverTolerance(t *testing.T) {
	for _, c := range []struct {
		off  time.Duration
		code int
		with []webhook.HandlerOption
	}{
		{-4 * time.Minute, 200, nil}, {4 * time.Minute, 200, nil}, {-6 * time.Minute, 401, nil}, {6 * time.Minute, 401, nil},
		{-6 * time.Minute, 200, []webhook.HandlerOption{webhook.WithTolerance(time.Hour)}},
		{-2 * time.Minute, 401, []webhook.HandlerOption{webhook.WithTolerance(time.Minute)}},
	} {
		server := httptest.NewServer(handler(t, nil, accept, c.with...))
		o := send(t, at(server), fixed(time.Now().Add(c.off)))
		server.Close()
		if o.Status != c.code {
			t.Errorf("%v off: %+v", c.off, o)
		}
	}
	for _, option := range []webhook.HandlerOption{webhook.WithTolerance(0), webhook.WithMaxBody(0)} {
		if _, err := webhook.Handler(secrets(secret), nil, accept, option); err == nil {
			t.Error("no tolerance, or no body, is a limit")
		}
	}
}

// TestTricklingBody has bodies come that do not end: the connection ends, whether the
// receiver wanted them or refused them.
func TestTricklingBody(t *testing.T) {
	server := httptest.NewServer(handler(t, nil, accept, webhook.WithPatience(50*time.Millisecond), webhook.WithMaxBody(1000)))
	t.Cleanup(server.Close) // behind the parallel cases
	const json, plain = "Content-Type: application/json\r\n", "Content-Type: text/plain\r\n"
	const chunked, long = "Transfer-Encoding: chunked\r\n", "Content-Length: 100000\r\n"
	const piece = "1\r\nx\r\n"
	for _, c := range []struct {
		name, method, header, begin, more string
		status                            int
	}{
		{"wanted, in chunks", "POST", json + chunked, "", piece, http.StatusBadRequest},
		{"wanted, of a known length", "POST", json + "Content-Length: 900\r\n", "", "x", http.StatusBadRequest},
		{"too long, in chunks", "POST", json + chunked, strings.Repeat(piece, 1001), piece, http.StatusRequestEntityTooLarge},
		{"too long, of a known length", "POST", json + long, strings.Repeat("x", 1001), "x", http.StatusRequestEntityTooLarge},
		{"of another type, in chunks", "POST", plain + chunked, "", piece, http.StatusUnsupportedMediaType},
		{"of another type, of a known length", "POST", plain + long, "", "x", http.StatusUnsupportedMediaType},
		{"of a GET, in chunks", "GET", chunked, "", piece, http.StatusMethodNotAllowed},
		{"of a GET, of a known length", "GET", long, "", "x", http.StatusMethodNotAllowed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			fmt.Fprintf(conn, "%s / HTTP/1.1\r\nHost: x\r\n%s\r\n%s", c.method, c.header, c.begin)
			go func() {
				for err := error(nil); err == nil; time.Sleep(5 * time.Millisecond) {
					_, err = fmt.Fprint(conn, c.more)
				}
			}()
			_ = conn.SetReadDeadline(time.Now().Add(time.Minute)) // without the limit, it waits for ever
			reader := bufio.NewReader(conn)
			resp, err := http.ReadResponse(reader, nil)
			if err != nil || resp.StatusCode != c.status || !resp.Close {
				t.Fatalf("answered %+v, %v", resp, err)
			}
			if _, err := io.Copy(io.Discard, reader); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the connection stays open")
			}
		})
	}
}

// TestConnectionIsKept holds that a request without a body costs no connection when
// it is refused, nor one whose body came.
func TestConnectionIsKept(t *testing.T) {
	server := httptest.NewServer(handler(t, nil, accept))
	defer server.Close()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if method == http.MethodPost {
			req = signed(t, []byte("{}"), "evt", secret, time.Now()).WithContext(t.Context())
			req.RequestURI = ""
			req.URL, err = url.Parse(server.URL)
			if err != nil {
				t.Fatal(err)
			}
		}
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.Close || resp.StatusCode < 400 {
			t.Errorf("%s: %+v", method, resp)
		}
	}
}
