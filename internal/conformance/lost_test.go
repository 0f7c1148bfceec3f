package conformance

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/internal/testenv"
)

// A lossy server is reached through a proxy.
type lossy struct {
	name string
	open func(t *testing.T) (dialect.Database, *proxy)
}

// TestLostAnswers breaks the connection between a server that has done what it
// was asked to and the program that waits to hear so.
func TestLostAnswers(t *testing.T) {
	servers := []lossy{{"mysql", func(t *testing.T) (dialect.Database, *proxy) {
		dsn := testdb.MySQL(t)
		before, rest, _ := strings.Cut(dsn, "tcp(")
		address, after, ok := strings.Cut(rest, ")")
		if !ok {
			testenv.Missing(t, "the server is not reached by TCP")
		}
		p := newProxy(t, address)
		return mysql.Open(before + "tcp(" + p.address + ")" + after), p
	}}}
	for _, mode := range queryModes {
		servers = append(servers, lossy{"postgres, " + mode, func(t *testing.T) (dialect.Database, *proxy) {
			u, err := url.Parse(inMode(testdb.Postgres(t), mode))
			if err != nil {
				t.Fatal(err)
			}
			p := newProxy(t, u.Host)
			u.Host = p.address
			return postgres.Open(u.String()), p
		}})
	}
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			for _, c := range lostCases {
				t.Run(c.name, func(t *testing.T) {
					raw, p := server.open(t)
					c.run(t, newEnv(t, closing(t, raw)), p)
				})
			}
		})
	}
}

var lostCases = []struct {
	name string
	run  func(t *testing.T, e *env, p *proxy)
}{
	{"U9 to COMMIT", func(t *testing.T, e *env, p *proxy) {
		ran := false
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			tx.AfterCommit(func(context.Context) error { ran = true; return nil })
			tx.AfterRollback(func(context.Context) error { ran = true; return nil })
			e.must(write(ctx, tx, "n"))
			p.cutAt("COMMIT")
			return nil
		})
		e.is(err, auth.ErrCommitUnknown)
		if ran {
			t.Error("an entry ran")
		}
		e.count("note", 1) // it is stored
	}},
	{"U9 to a write of one statement", func(t *testing.T, e *env, p *proxy) {
		e.raw.Pool.SetMaxOpenConns(1)
		u := e.user("ada")
		in := auth.SessionCreate{Token: auth.NewSecret("a"), UserID: u.ID, ExpiresAt: e.now}
		_, err := e.db.Session.Create(e.ctx, in) // prepares the statement
		e.must(err)
		p.cutAt("the token of a session") // not at a question ahead of the write
		in.Token = auth.NewSecret("the token of a session")
		_, err = e.db.Session.Create(e.ctx, in)
		e.is(err, auth.ErrCommitUnknown)
		e.count("session", 2)
	}},
	{"U8 to a statement of a unit", func(t *testing.T, e *env, p *proxy) {
		runs := 0
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			runs++
			e.must(write(ctx, tx, "lost"))
			p.cutAt("")
			_, err := tx.User.Count(ctx, auth.All[auth.User]())
			return err
		})
		if err == nil || runs != 1 || !strings.Contains(err.Error(), "the transaction is lost") {
			t.Errorf("%d runs: %v", runs, err)
		}
		e.count("note", 0)
	}},
}

// A proxy is between the program and a server.
type proxy struct {
	address string
	target  string

	mu    sync.Mutex
	armed bool
	word  []byte // in the message whose answer is lost
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &proxy{address: l.Addr().String(), target: target}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p
}

// cutAt has the connection break at the answer to the next message with that
// word in it.
func (p *proxy) cutAt(word string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed, p.word = true, []byte(word)
}

// isDue reports whether the answer to a message is to be lost, once.
func (p *proxy) isDue(message []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	due := p.armed && bytes.Contains(message, p.word)
	if due {
		p.armed = false
	}
	return due
}

func (p *proxy) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	lost := make(chan struct{})
	go func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			select {
			case <-lost:
				_ = client.Close() // instead of the answer
				return
			default:
			}
			if _, writeErr := client.Write(buf[:n]); err != nil || writeErr != nil {
				_ = client.Close()
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if n > 0 && p.isDue(buf[:n]) {
			close(lost)
		}
		if _, writeErr := server.Write(buf[:n]); err != nil || writeErr != nil {
			return
		}
	}
}
