//go:build unix

package faults

import (
	"strconv"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/testdb"
)

// A database is killed under a relay and under those who write, and comes back.
// Both go on by themselves.
func TestDatabaseKilled(t *testing.T) {
	t.Parallel()
	outages := 2
	if testing.Short() {
		outages = 1
	}
	for _, kind := range []struct {
		name  string
		is    dialect.Kind
		start func(testing.TB) *testdb.Server
	}{{"postgres", dialect.Postgres, testdb.OwnPostgres}, {"mariadb", dialect.MySQL, testdb.OwnMariaDB}} {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			server := kind.start(t)
			s := prepared(t, place{App: data{kind.is, server.DSN}, Receiver: file(t, "receiver")})
			writer := s.start(order{Role: "writer", Desks: s.visits(4, 0), Width: 3})
			relay := s.start(order{Role: "relay", Width: 4, Batch: 20})
			for range outages {
				writer.more("committed", 20)
				relay.more("answered", 20)
				before := relay.goroutines()
				server.Kill()
				writer.more("failed", 10)
				during := relay.goroutines()
				server.Start()
				relay.ask("pass")
				writer.more("committed", 20)
				relay.more("answered", 20)
				after := relay.goroutines()
				t.Logf("the relay has %d goroutines, %d while the database is away, %d after that", before, during, after)
				if most := before + 50; during > most || after > most { // each connection has one or two
					t.Error("goroutines pile up")
				}
			}
			writer.stop()
			relay.ask("pass")
			s.idle()
			relay.stop()
			t.Logf("%d visits acknowledged, %d writes failed", s.acknowledged(writer), len(writer.printed("failed")))
			s.check(writer, relay)
		})
	}
}

// goroutines returns how many a process has.
func (c *child) goroutines() int {
	c.t.Helper()
	told := len(c.printed("goroutines"))
	c.ask("goroutines")
	n, err := strconv.Atoi(c.await("goroutines", told+1))
	must(c.t, err)
	return n
}
