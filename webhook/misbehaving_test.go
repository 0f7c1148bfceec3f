package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// raw is a receiver that answers with bytes, and then closes the connection or,
// without an end, waits for the test's.
func raw(t *testing.T, answer string, closes bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body(t, r)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = conn.Write([]byte(answer))
		if !closes {
			_, _ = conn.Read(make([]byte, 1)) // until the sender hangs up
		}
		_ = conn.Close()
	}
}

func TestReceiversThatMisbehave(t *testing.T) {
	const head = "HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n"
	const soon, later, late = 200 * time.Millisecond, 3 * time.Second, 30 * time.Second
	for name, c := range map[string]struct {
		receiver http.HandlerFunc
		timeout  time.Duration // soon where there is no answer, later where the header must come before
		want     outbox.Verdict
		status   int
		says     string
	}{
		"hangs":                      {raw(t, "", false), soon, outbox.Retry, 0, "no answer within 200ms"},
		"hangs in the header":        {raw(t, "HTTP/1.1 200 OK\r\nX: ", false), soon, outbox.Retry, 0, "no answer within 200ms"},
		"hangs in the body":          {raw(t, head+"half", false), later, outbox.Retry, 500, "answered 500: half"},
		"hangs in the body, 200":     {raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", false), later, outbox.Delivered, 200, ""},
		"closes":                     {raw(t, "", true), late, outbox.Retry, 0, "closed the connection"},
		"closes in the header":       {raw(t, "HTTP/1.1 200 OK\r\nX: ", true), late, outbox.Retry, 0, "closed the connection"},
		"closes in the body":         {raw(t, head+"half", true), late, outbox.Retry, 500, "answered 500: half"},
		"closes in the body, 200":    {raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", true), late, outbox.Delivered, 200, ""},
		"is not HTTP":                {raw(t, "220 mail.example.com ESMTP\r\n", true), late, outbox.Retry, 0, "not HTTP"},
		"a header without end":       {raw(t, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 1<<20), true), late, outbox.Retry, 0, "not HTTP"},
		"many early hints":           {raw(t, strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: "+strings.Repeat("x", 1000)+"\r\n\r\n", 10_000), true), late, outbox.Retry, 0, "not HTTP"},
		"a length that is a lie":     {raw(t, "HTTP/1.1 500 No\r\nContent-Length: 99999999999999\r\n\r\n", true), late, outbox.Retry, 500, "answered 500"},
		"an upgrade nobody asked of": {raw(t, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", true), late, outbox.Retry, 101, "answered 101"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := at(serve(t, c.receiver))
			e.Timeout = c.timeout
			o := send(t, e)
			if o.Verdict != c.want || o.Status != c.status || !strings.Contains(o.Error, c.says) || (o.Error == "") != (c.says == "") {
				t.Errorf("became %+v", o)
			}
		})
	}
}

// TestMuchIsNotRead holds that of an answer without end only the beginning is
// taken, whether the status is good or bad.
func TestMuchIsNotRead(t *testing.T) {
	for _, code := range []int{200, 500} {
		for _, size := range []int{100 << 20, -1} { // 100 MB, and chunks without end
			var sent atomic.Int64
			over := make(chan struct{})
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				defer close(over)
				if size > 0 {
					w.Header().Set("Content-Length", fmt.Sprint(size))
				}
				w.WriteHeader(code)
				chunk := []byte(strings.Repeat("x", 32<<10))
				for size < 0 || sent.Load() < int64(size) {
					n, err := w.Write(chunk)
					sent.Add(int64(n))
					if err != nil {
						return
					}
				}
			})
			e := at(server)
			e.Timeout = 30 * time.Second
			o := send(t, e)
			if o.Status != code || len([]rune(o.Error)) > 300 {
				t.Errorf("%d became %+v", code, o)
			}
			<-over                    // the receiver was hung up on
			if sent.Load() > 50<<20 { // what the sockets between the two hold is far less
				t.Errorf("%d MB were taken", sent.Load()>>20)
			}
		}
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	elsewhere := serve(t, never(t))
	for _, code := range []int{301, 302, 303, 307, 308} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				t.Error("followed within the host")
			}
			http.Redirect(w, r, elsewhere.URL+"/private", code)
		})
		e := at(server)
		e.URL = webhook.NewSecret(e.URL.Reveal() + "/")
		if o := send(t, e); o.Verdict != outbox.Retry || o.Status != code || !strings.Contains(o.Error, "redirect") || strings.Contains(o.Error, elsewhere.URL) {
			t.Errorf("%d became %+v", code, o)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	server := serve(t, never(t))
	server.Close()
	if o := send(t, at(server)); o.Verdict != outbox.Retry || o.Status != 0 || !strings.Contains(o.Error, "cannot connect") {
		t.Errorf("became %+v", o)
	}
	e := at(server)
	e.URL, e.AllowPrivate = webhook.NewSecret("https://nobody.invalid"), nil
	missing := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no name server")
	}}
	if o := send(t, e, webhook.WithResolver(missing)); o.Verdict != outbox.Retry || !strings.Contains(o.Error, "cannot be resolved") {
		t.Errorf("became %+v", o)
	}
}
