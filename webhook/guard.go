package webhook

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"syscall"

	"code.dny.dev/ssrf"
)

// Where a host that is allowed by name may be: loopback, the networks that are
// private by RFC 1918 and 4193, and the shared one that overlay networks use.
var (
	private4 = prefixes("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
	private6 = prefixes("::1/128", "fc00::/7")
)

func prefixes(texts ...string) []netip.Prefix {
	var list []netip.Prefix
	for _, t := range texts {
		list = append(list, netip.MustParsePrefix(t))
	}
	return list
}

// A guard decides of each address that an endpoint's host resolved to whether it
// may be connected to.
type guard struct {
	guardian *ssrf.Guardian
	plain    bool // http: never over the internet
}

// newGuard returns the guard of an endpoint at u; private says that its host is
// allowed by name to be one.
func newGuard(u *url.URL, private bool) guard {
	port := uint16(443)
	if u.Scheme == "http" {
		port = 80
	}
	if n, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
		port = uint16(n)
	}
	options := []ssrf.Option{ssrf.WithPorts(port)}
	if private {
		options = append(options, ssrf.WithAllowedV4Prefixes(private4...), ssrf.WithAllowedV6Prefixes(private6...))
	}
	return guard{ssrf.New(options...), u.Scheme == "http"}
}

// control is called by a [net.Dialer] after the look-up of the host and before
// each connection.
func (g guard) control(network, address string, conn syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q", ssrf.ErrInvalidHostPort, address)
	}
	addr := to.Addr().WithZone("")
	if isCloud(addr) {
		return &refusedError{addr, "a cloud hands its machines their credentials there"}
	}
	if err := g.guardian.Safe(network, address, conn); err != nil {
		return &refusedError{addr, "it is private or reserved; list the host under allowPrivate if it is one of your own"}
	}
	if g.plain && !isPrivate(addr) {
		return &refusedError{addr, "it is public, and the URL is http; use https"}
	}
	return nil
}

func isPrivate(addr netip.Addr) bool {
	in := func(p netip.Prefix) bool { return p.Contains(addr) }
	return slices.ContainsFunc(private4, in) || slices.ContainsFunc(private6, in)
}

// A refusedError says that an address was not connected to.
type refusedError struct {
	addr netip.Addr
	why  string
}

func (e *refusedError) Error() string {
	return fmt.Sprintf("the host resolves to %s, which is not connected to: %s", e.addr, e.why)
}
