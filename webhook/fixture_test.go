package webhook_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// TestMain names a proxy in the environment that nobody answers at: whatever
// used it would fail.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		if err := os.Setenv(name, "http://127.0.0.1:1"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// Two secrets, made of letters so that one is found wherever it would appear.
var (
	secret  = "whsec_" + base64.StdEncoding.EncodeToString([]byte("the first secret of 32 bytes ..."))
	another = base64.StdEncoding.EncodeToString([]byte("another secret, 24 bytes"))
)

// secrets are texts as secrets.
func secrets(texts ...string) []webhook.Secret {
	list := make([]webhook.Secret, len(texts))
	for i, text := range texts {
		list[i] = webhook.NewSecret(text)
	}
	return list
}

// at is an endpoint at a server on loopback.
func at(server *httptest.Server) webhook.Endpoint {
	return webhook.Endpoint{
		Name: "cms", URL: webhook.NewSecret(server.URL), Secrets: secrets(secret), Events: []string{"*"},
		AllowPrivate: []string{"127.0.0.1"},
	}
}

// serve runs a receiver until the test is over.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// send makes the first attempt at an endpoint.
func send(t *testing.T, e webhook.Endpoint, options ...webhook.Option) outbox.Outcome {
	t.Helper()
	return newSender(t, []webhook.Endpoint{e}, options...).Deliver(context.Background(), delivery(e.Name, 1))
}

func newSender(t *testing.T, endpoints []webhook.Endpoint, options ...webhook.Option) *webhook.Sender {
	t.Helper()
	sender, err := webhook.New(endpoints, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	return sender
}

// delivery is an event on its way.
func delivery(endpoint string, attempt int) outbox.Delivery {
	e := event(1)
	return outbox.Delivery{Endpoint: endpoint, Attempt: attempt, EventID: e.ID, Type: e.Type, Body: encode(e)}
}

// event is an event of one user, with an id of its own for each sequence number.
func event(sequence int64) webhook.Event {
	return webhook.Event{
		ID: fmt.Sprintf("0199a0c0-0000-7000-8000-%012d", sequence), Type: "user.updated",
		Timestamp: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
		Table:     "user", DocumentID: "u1", Sequence: sequence, Operation: "update",
		Changed: []string{"email"}, Data: json.RawMessage(`{"id":"u1","email":"ada@example.com","name":"Ada Lovelace"}`),
	}
}

func encode(e webhook.Event) []byte {
	body, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	return body
}

// never is a receiver that must not be reached.
func never(t *testing.T) http.HandlerFunc {
	return func(http.ResponseWriter, *http.Request) { t.Error("the receiver was reached") }
}

// body reads a request.
func body(t *testing.T, r *http.Request) []byte {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	return b
}

// within polls until something is so.
func within(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within half a minute: %s", what)
		}
	}
}

// fixed is a clock that stands still.
func fixed(t time.Time) webhook.Option { return webhook.WithClock(func() time.Time { return t }) }

// named returns the URL of a server under another name, and a resolver for which
// every name is at what addresses returns.
func named(t *testing.T, server *httptest.Server, host string, addresses func() []string) (webhook.Secret, webhook.Option) {
	t.Helper()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	dns := serveDNS(t, addresses)
	return webhook.NewSecret(fmt.Sprintf("%s://%s:%s/", u.Scheme, host, u.Port())), webhook.WithResolver(&net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "udp", dns)
		},
	})
}

// loopback is where a named server is.
func loopback() []string { return []string{"127.0.0.1"} }

// serveDNS answers every question with IPv4 addresses, and returns where. The
// format is that of RFC 1035.
func serveDNS(t *testing.T, addresses func() []string) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		for buf := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(dnsAnswer(buf[:n], addresses()), from)
		}
	}()
	return conn.LocalAddr().String()
}

func dnsAnswer(query []byte, addresses []string) []byte {
	end := 12 + strings.IndexByte(string(query[12:]), 0) + 5 // header, name, type and class
	const typeA = 1
	if query[end-3] != typeA {
		addresses = nil
	}
	answer := append([]byte{query[0], query[1], 0x84, 0, 0, 1, 0, byte(len(addresses)), 0, 0, 0, 0}, query[12:end]...)
	for _, a := range addresses {
		answer = append(answer, 0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4)
		answer = append(answer, net.ParseIP(a).To4()...)
	}
	return answer
}
