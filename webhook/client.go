package webhook

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	// maxHeader is how much of an answer's header is read.
	maxHeader = 64 << 10
	// idleTime is how long a connection waits for the next event.
	idleTime = 90 * time.Second
)

// newClient returns the client of an endpoint at u, with connections of its own.
func newClient(e Endpoint, u *url.URL, s *settings) *http.Client {
	dialer := &net.Dialer{
		Timeout:  e.Timeout,
		Control:  newGuard(u, e.allowsPrivate(u.Hostname())).control,
		Resolver: s.resolver,
	}
	return &http.Client{
		// A redirect could send the event elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			// A proxy would be dialled in place of the receiver, and the guard
			// would judge its address.
			Proxy:                  nil,
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    e.Timeout,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // what comes is read as it is, up to a limit
			MaxResponseHeaderBytes: maxHeader,
			MaxIdleConnsPerHost:    e.Concurrency,
			IdleConnTimeout:        idleTime,
			// Else a connection that died unseen would fail one attempt after the other.
			HTTP2: &http.HTTP2Config{SendPingTimeout: e.Timeout, PingTimeout: e.Timeout},
		},
	}
}
