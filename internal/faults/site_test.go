package faults

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// A site is a place with its tables, and what the test itself runs there: a
// receiver, and in the end a relay.
type site struct {
	*program
	t        testing.TB
	receiver *receiver
	url      string // of the receiver
	ledger   *ledger
}

// A ledger holds what arrived at the test itself, by kind.
type ledger struct {
	mu   sync.Mutex
	came map[string]arrivals
}

func (l *ledger) note(what string, a arrival) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.came[what] = append(l.came[what], a)
}

// prepared makes the tables of a place.
func prepared(t testing.TB, where place) *site {
	t.Helper()
	s := &site{t: t, ledger: &ledger{came: map[string]arrivals{}}}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	var err error
	s.program, err = open(t.Context(), where, &gate{}, s.ledger.note, log)
	must(t, err)
	t.Cleanup(func() { must(t, s.close()) })
	must(t, s.db.CreateTables(t.Context()))
	must(t, sharedTable.create(t.Context(), where.App.Kind, s.apart))
	s.receiver, err = newReceiver(t.Context(), where.Receiver, &gate{}, s.ledger.note, log)
	must(t, err)
	t.Cleanup(func() { must(t, s.receiver.db.Close()) })
	must(t, receivedTable.create(t.Context(), where.Receiver.Kind, s.receiver.db))
	server := httptest.NewServer(s.receiver)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// in returns the site for a part of its test.
func (s *site) in(t testing.TB) *site {
	c := *s
	c.t = t
	return &c
}

// fresh runs case number n in the site, with everything from before removed. With -short each
// case runs in one place.
func (s *site) fresh(t *testing.T, n int, name string, test func(t *testing.T, s *site)) {
	if testing.Short() && n%len(places) != int(s.place.App.Kind) {
		return
	}
	t.Run(name, func(t *testing.T) {
		s := s.in(t)
		s.clear()
		test(t, s)
	})
}

// start starts a process in the site. Its clock is that of the test.
func (s *site) start(o order) *child {
	s.t.Helper()
	o.Place, o.Ahead = s.place, time.Duration(s.ahead.Load())
	if o.URL == "" {
		o.URL = s.url
	}
	return start(s.t, o)
}

// stopped starts a process, and waits until it, or the receiver, is at the place
// where the order says.
func (s *site) stopped(o order) *child {
	s.t.Helper()
	reached, release := make(chan struct{}), make(chan struct{})
	s.receiver.gate.arm(o.At, func() {
		close(reached)
		<-release
	})
	c := s.start(o)
	go func() {
		<-c.ended
		close(release)
	}()
	eventually(s.t, fmt.Sprintf("it comes to %q", o.At), func() bool {
		select {
		case <-reached:
			return true
		default:
			return c.runs() && len(c.printed("stopped")) > 0
		}
	})
	return c
}

// came returns what came of a kind, to the processes first, then to the test.
func (s *site) came(what string, processes ...*child) (all arrivals) {
	for _, c := range processes {
		for _, line := range c.printed(what) {
			all = append(all, read(s.t, line))
		}
	}
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	return append(all, s.ledger.came[what]...)
}

// clear forgets everything, for the next case on the same tables.
func (s *site) clear() {
	s.t.Helper()
	for _, statement := range []string{"DELETE FROM desk", "DELETE FROM " + string(sharedTable)} {
		_, err := s.apart.ExecContext(s.t.Context(), statement)
		must(s.t, err)
	}
	_, err := s.receiver.db.ExecContext(s.t.Context(), "DELETE FROM "+string(receivedTable))
	must(s.t, err)
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	clear(s.ledger.came)
}

// visits opens desks, and visits each some times more.
func (s *site) visits(desks, more int) (ids []auth.DeskID) {
	s.t.Helper()
	for range desks {
		v, err := s.one(s.t.Context(), func(ctx context.Context, tx *auth.Tx) (visit, error) { return openDesk(ctx, tx, "test") })
		must(s.t, err)
		ids = append(ids, v.desk)
	}
	for range more {
		for _, id := range ids {
			_, err := s.one(s.t.Context(), func(ctx context.Context, tx *auth.Tx) (visit, error) { return visitDesk(ctx, tx, id) })
			must(s.t, err)
		}
	}
	return ids
}

// committed returns the last visit of each desk that there is.
func (s *site) committed() map[auth.DeskID]int {
	s.t.Helper()
	desks, err := s.db.Desk.Find(s.t.Context(), auth.DeskQuery{})
	must(s.t, err)
	last := map[auth.DeskID]int{}
	for _, d := range desks {
		last[d.ID] = d.Visits
	}
	return last
}

// acknowledged fails the test unless what processes were told was committed is
// there, and returns how many visits that are.
func (s *site) acknowledged(processes ...*child) int {
	s.t.Helper()
	last, told := s.committed(), s.came("committed", processes...)
	for _, a := range told {
		if n, there := last[a.desk]; !there || a.number > n {
			s.t.Errorf("visit %d of desk %s was acknowledged, and is not there", a.number, a.desk)
		}
	}
	return len(told)
}

// relaying runs a relay in the test until stop is called.
func (s *site) relaying(o order) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.relay(ctx, o) }()
	stop = sync.OnceFunc(func() {
		cancel()
		must(s.t, <-done)
	})
	s.t.Cleanup(stop)
	return stop
}

// finish runs a relay until nothing is left to hand over.
func (s *site) finish() {
	s.t.Helper()
	s.pass()
	stop := s.relaying(order{URL: s.url, Width: 4})
	s.idle()
	stop()
}

// idle waits until there is nothing left to hand over.
func (s *site) idle() {
	s.t.Helper()
	var left [3]int
	defer func() {
		if s.t.Failed() {
			s.t.Logf("%d events, %d jobs and %d deliveries are left", left[0], left[1], left[2])
		}
	}()
	eventually(s.t, "everything is handed over", func() bool {
		err := s.apart.QueryRowContext(s.t.Context(), `SELECT (SELECT COUNT(*) FROM authgen_event), (SELECT COUNT(*) FROM authgen_job),
(SELECT COUNT(*) FROM authgen_delivery WHERE state <> 'delivered')`).Scan(&left[0], &left[1], &left[2])
		must(s.t, err)
		return left == [3]int{}
	})
}

// check fails the test unless every visit that was committed has arrived
// everywhere, and nothing else: at least once where that is the promise, exactly
// once where it is more.
func (s *site) check(processes ...*child) {
	s.t.Helper()
	committed := s.committed()
	s.came("stamped", processes...).check(s.t, "jobs", committed)
	taken := s.came("taken", processes...)
	taken.check(s.t, "the plain sink", committed)
	taken.inOrder(s.t, "the plain sink")
	for name, exact := range map[string]arrivals{
		"the shared sink": sharedTable.read(s.t, s.apart),
		"the receiver":    receivedTable.read(s.t, s.receiver.db),
	} {
		exact.check(s.t, name, committed)
		exact.once(s.t, name)
		exact.inOrder(s.t, name)
	}
}
