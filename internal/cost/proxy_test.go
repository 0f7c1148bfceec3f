package cost

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
)

// A proxy stands between an adapter and its server, and counts round trips: how
// often the adapter speaks after the server has.
type proxy struct {
	addr  string
	trips atomic.Int64
}

// newProxy starts a proxy in front of the server at that address.
func newProxy(t testing.TB, server string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	p := &proxy{addr: listener.Addr().String()}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial("tcp", server)
			if err != nil {
				_ = client.Close()
				return
			}
			var answered atomic.Bool
			answered.Store(true)
			go p.copy(upstream, client, func() {
				if answered.Swap(false) {
					p.trips.Add(1)
				}
			})
			go p.copy(client, upstream, func() { answered.Store(true) })
		}
	}()
	return p
}

// copy copies until one side is closed, and closes both. It calls heard ahead
// of passing on what was said.
func (p *proxy) copy(to, from net.Conn, heard func()) {
	defer func() {
		_ = to.Close()
		_ = from.Close()
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			heard()
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err == io.EOF || err != nil {
			return
		}
	}
}
