package webhook

import (
	"net"
	"net/url"
	"syscall"
	"time"
)

// WithResolver makes names be looked up by r.
func WithResolver(r *net.Resolver) Option { return func(s *settings) { s.resolver = r } }

// Wait and Takes are what the package does with attempts and filters.
var Wait = wait

// Takes reports whether an endpoint with these patterns takes a type.
func Takes(patterns []string, eventType string) bool { return filter(patterns).takes(eventType) }

// Guard returns what judges each connection to an endpoint at u.
func Guard(u *url.URL, allowed bool) func(network, address string, conn syscall.RawConn) error {
	return newGuard(u, allowed).control
}

// Failure says why there was no answer.
func Failure(err error) string { return failure(err, time.Second) }

// WithPatience makes d how long a body may take to come.
func WithPatience(d time.Duration) HandlerOption { return func(r *receiver) { r.patience = d } }
