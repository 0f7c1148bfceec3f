package webhook_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// TestPrivateByName has names that resolve to loopback, in front of a receiver
// that would answer.
func TestPrivateByName(t *testing.T) {
	reached := 0
	server := serve(t, func(http.ResponseWriter, *http.Request) { reached++ })
	e := at(server)
	var names webhook.Option
	e.URL, names = named(t, server, "receiver.example", loopback)
	e.AllowPrivate = []string{"receiver.example"}
	if o := send(t, e, names); o.Verdict != outbox.Delivered || reached != 1 { // past the proxy of TestMain, too
		t.Fatalf("a host that is allowed: %+v", o)
	}

	tls := newTLSServer(t, never(t))
	e.URL, names = named(t, tls, "receiver.example", loopback)
	for _, allowed := range [][]string{nil, {"other.example"}, {"127.0.0.1"}, {"localhost"}} {
		e.AllowPrivate = allowed
		if o := send(t, e, names); o.Verdict != outbox.Retry || !strings.Contains(o.Error, "127.0.0.1") || !strings.Contains(o.Error, "allowPrivate") {
			t.Errorf("a host that is not allowed: %+v", o)
		}
	}
}

// TestEveryAddress holds that each address a name has is judged, and each time
// anew: a name that was good may lead elsewhere at the next attempt.
func TestEveryAddress(t *testing.T) {
	server := serve(t, func(http.ResponseWriter, *http.Request) {})
	var addresses atomic.Value
	addresses.Store(loopback())
	e := at(server)
	e.AllowPrivate = []string{"receiver.example"}
	var names webhook.Option
	e.URL, names = named(t, server, "receiver.example", func() []string { return addresses.Load().([]string) })
	sender := newSender(t, []webhook.Endpoint{e}, names)
	if o := sender.Deliver(t.Context(), delivery("cms", 1)); o.Verdict != outbox.Delivered {
		t.Fatalf("became %+v", o)
	}
	sender.Close() // so that it connects again
	addresses.Store([]string{"169.254.169.254"})
	if o := sender.Deliver(t.Context(), delivery("cms", 2)); o.Verdict != outbox.Retry || !strings.Contains(o.Error, "169.254.169.254, which is not connected to") {
		t.Errorf("became %+v", o)
	}
	addresses.Store([]string{"93.184.215.14"})
	if o := sender.Deliver(t.Context(), delivery("cms", 3)); o.Verdict != outbox.Retry || !strings.Contains(o.Error, "it is public, and the URL is http") {
		t.Errorf("became %+v", o)
	}
	addresses.Store([]string{"169.254.169.254", "127.0.0.1"})
	if o := sender.Deliver(t.Context(), delivery("cms", 4)); o.Verdict != outbox.Delivered {
		t.Errorf("became %+v", o)
	}
}

func TestGuard(t *testing.T) {
	const (
		none    = iota
		public  // what an endpoint may connect to that allows nothing
		private // what it may if its host is allowed by name
	)
	for address, kind := range map[string]int{
		"1.1.1.1:443": public, "[2606:4700::1111]:443": public,
		"127.0.0.1:443": private, "10.1.2.3:443": private, "172.16.0.1:443": private, "192.168.0.1:443": private,
		"100.64.0.1:443": private, "[::1]:443": private, "[fd12::1]:443": private, "127.8.8.8:443": private,
		"169.254.169.254:443": none, "[fd00:ec2::254]:443": none, "[fe80::1]:443": none, "0.0.0.0:443": none,
		"[::]:443": none, "[::ffff:127.0.0.1]:443": none, "[64:ff9b::7f00:1]:443": none, "224.0.0.1:443": none,
		"255.255.255.255:443": none, "198.18.0.1:443": none, "[2002:7f00:1::]:443": none, "[fe80::1%lo]:443": none,
		"1.1.1.1:22": none, "127.0.0.1:22": none, "1.1.1.1:80": none, "what": none,
	} {
		network := "tcp4"
		if strings.Contains(address, "[") {
			network = "tcp6"
		}
		for _, c := range []struct {
			scheme  string
			allowed bool
			want    bool
		}{
			{"https", false, kind == public},
			{"https", true, kind == public || kind == private},
			{"http", true, kind == private},
		} {
			u := &url.URL{Scheme: c.scheme, Host: "receiver.example:443"}
			err := webhook.Guard(u, c.allowed)(network, address, nil)
			if (err == nil) != c.want {
				t.Errorf("%s to %s, allowed by name %v: %v", c.scheme, address, c.allowed, err)
			}
		}
	}
	for u, port := range map[string]string{"https://a": "443", "http://a": "80", "https://a:8443": "8443"} {
		parsed, err := url.Parse(u)
		if err != nil {
			t.Fatal(err)
		}
		if err := webhook.Guard(parsed, true)("tcp4", "127.0.0.1:"+port, syscall.RawConn(nil)); err != nil {
			t.Errorf("%s may not be connected to at port %s: %v", u, port, err)
		}
	}
	if err := webhook.Guard(&url.URL{Scheme: "https", Host: "a"}, true)("udp4", "127.0.0.1:443", nil); err == nil {
		t.Error("UDP is allowed")
	}
}

// TestCloud holds that no endpoint, whatever it allows, is where a cloud hands out
// credentials, while the addresses next to it are what their network is.
func TestCloud(t *testing.T) {
	judge := func(scheme, address string, allowed bool) error {
		network := "tcp4"
		if strings.Contains(address, ":") {
			network = "tcp6"
		}
		u := &url.URL{Scheme: scheme, Host: "receiver.example:8080"}
		return webhook.Guard(u, allowed)(network, net.JoinHostPort(address, "8080"), nil)
	}
	for _, address := range []string{
		"169.254.169.254", "::ffff:169.254.169.254", "fe80::a9fe:a9fe", "fe80::a9fe:a9fe%eth0",
		"169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23",
		"168.63.129.16", "::ffff:168.63.129.16",
		"fd20:ce::254", "fd00:c1::a9fe:a9fe", "100.100.100.200", "fd00:100::100:200",
		"fd00:a9fe:a9fe::1", "169.254.42.42", "fd00:42::42",
	} {
		for _, scheme := range []string{"http", "https"} {
			for _, allowed := range []bool{true, false} {
				if err := judge(scheme, address, allowed); err == nil || !strings.Contains(err.Error(), "credentials") {
					t.Errorf("%s to %s, allowed by name %v: %v", scheme, address, allowed, err)
				}
			}
		}
	}
	for _, address := range []string{"169.254.0.23", "169.254.1.1", "192.0.0.192"} { // others', and none that may be allowed
		if err := judge("https", address, true); err == nil {
			t.Errorf("%s is connected to", address)
		}
	}
	for _, address := range []string{"168.63.129.17", "100.100.100.201", "fd20:ce::255", "fd00:c1::1", "fd00:42::41"} {
		if err := judge("https", address, true); err != nil {
			t.Errorf("%s is next to it only: %v", address, err)
		}
	}
}

// newTLSServer runs a receiver with a certificate that nobody has signed.
func newTLSServer(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it logs every handshake that fails
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestTLSIsVerified(t *testing.T) {
	reached := 0
	server := newTLSServer(t, func(w http.ResponseWriter, r *http.Request) {
		reached++
		if r.ProtoMajor != 2 {
			t.Errorf("came by %s", r.Proto)
		}
	})
	if o := send(t, at(server)); o.Verdict != outbox.Retry || !strings.Contains(o.Error, "certificate") || reached != 0 {
		t.Errorf("a certificate that nobody signed: %+v", o)
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	if o := send(t, at(server), webhook.WithRootCAs(roots)); o.Verdict != outbox.Delivered || reached != 1 {
		t.Errorf("a certificate of one's own authority: %+v", o)
	}
	e := at(server)
	e.AllowPrivate = []string{"receiver.test"}
	var names webhook.Option
	e.URL, names = named(t, server, "receiver.test", loopback)
	if o := send(t, e, names, webhook.WithRootCAs(roots)); o.Verdict != outbox.Retry || !strings.Contains(o.Error, "certificate") || reached != 1 {
		t.Errorf("a certificate of another host: %+v", o)
	}
}

func TestTLSAgainstPlain(t *testing.T) {
	e := at(serve(t, never(t)))
	e.URL = webhook.NewSecret(strings.Replace(e.URL.Reveal(), "http:", "https:", 1))
	if o := send(t, e); o.Verdict != outbox.Retry || !strings.Contains(o.Error, "does not speak TLS") {
		t.Errorf("became %+v", o)
	}
}

// TestFailureRepeatsNothing holds that an unknown error is not quoted.
func TestFailureRepeatsNothing(t *testing.T) {
	err := &url.Error{Op: "Post", URL: "https://x/T0KEN", Err: errors.New("malformed HTTP response T0KEN")}
	if got := webhook.Failure(fmt.Errorf("wrapped: %w", err)); strings.Contains(got, "T0KEN") {
		t.Error(got)
	}
}
