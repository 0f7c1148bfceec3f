package outbox_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
)

// An event sink that fails gets everything, in order, when it works again;
// another is not held up meanwhile, and the log is told once of each.
func TestSinkFailsAndRecovers(t *testing.T) {
	onEach(t, func(e *env) {
		good, bad := &noted{}, &noted{broken: errors.New("the broker is down")}
		e.emit(50, "ada", "eve")
		e.relay(outbox.Config{Events: map[string]outbox.Sink{"good": good, "bad": bad}, Batch: 16})
		e.eventually("the good sink has all", func() bool { return len(good.taken()) == 100 })
		e.eventually("the bad sink was tried some times", func() bool { return bad.called() > 3 })
		if q := e.queue("bad"); q.Pending != 100 || q.Retrying != 1 || q.FailedAt.IsZero() || !q.SucceededAt.IsZero() {
			e.Errorf("%+v", q)
		}
		first := e.list(outbox.Filter{Endpoint: "bad"})[0]
		if first.Error != "the broker is down" || first.Attempts < 3 || !first.Due.IsZero() {
			e.Errorf("%+v", first)
		}
		bad.mend(nil)
		e.eventually("the bad sink has all", func() bool { return len(bad.taken()) == 100 })
		for _, sink := range []*noted{good, bad} {
			if !ordered(sink.taken()) {
				e.Error("they came twice, or out of order")
			}
		}
		e.eventually("nothing is left", func() bool { return e.queue("good").Pending+e.queue("bad").Pending == 0 })
		e.eventually("the log was told", func() bool { return e.log.with("INFO", "works again", "event sink bad") == 1 })
		if n := e.log.with("WARN", "fails", "event sink bad"); n != 1 {
			e.Errorf("the log was told %d times of the failure", n)
		}
	})
}

// An event that the sink refuses ends up alone: those before it go through.
func TestSinkRefusesOne(t *testing.T) {
	onEach(t, func(e *env) {
		sink := &noted{on: func(_ context.Context, due []outbox.Entry) error {
			for _, entry := range due {
				if entry.DocumentID == "poison" {
					return errors.New("too large")
				}
			}
			return nil
		}}
		e.emit(20, "ada")
		e.emit(1, "poison")
		e.emit(5, "eve")
		e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}})
		e.eventually("what is ahead of it is through", func() bool { return len(sink.taken()) == 20 })
		e.eventually("it is the first that is left", func() bool {
			left := e.list(outbox.Filter{})
			return len(left) == 6 && left[0].DocumentID == "poison" && left[0].Error == "too large"
		})
		if n, err := e.store.Cancel(e.Context(), outbox.Filter{DocumentID: "poison", States: []outbox.State{outbox.StatePending}}); n != 1 || err != nil {
			e.Errorf("cancelled %d, %v", n, err)
		}
		e.eventually("what is behind it is through", func() bool { return len(sink.taken()) == 25 })
	})
}

// What a sink took before it failed does not come again.
func TestSinkTakesSome(t *testing.T) {
	onEach(t, func(e *env) {
		part := &partly{}
		e.emit(5, "ada", "eve")
		e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": part}})
		e.eventually("it has all", func() bool { return len(part.taken()) == 10 })
		time.Sleep(50 * time.Millisecond)
		seen := map[string]bool{}
		for _, entry := range part.taken() {
			if seen[entry.ID] {
				e.Errorf("%s came twice", entry.ID)
			}
			seen[entry.ID] = true
		}
		if !part.refused {
			e.Error("nothing was ever refused")
		}
	})
}

// An event that the sink refuses for itself holds up no others, however long.
func TestSinkRefusesOneForItself(t *testing.T) {
	onEach(t, func(e *env) {
		sink := &picky{}
		e.emit(1, "poison")
		e.emit(20, "ada", "eve")
		stop := e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Batch: 8})
		e.eventually("the others are through", func() bool { return len(sink.taken()) == 40 })
		e.eventually("it was refused for a while", func() bool { return e.list(outbox.Filter{})[0].Attempts > 12 })
		e.emit(20, "ada", "eve")
		e.eventually("what comes later is through", func() bool { return len(sink.taken()) == 80 })
		stop()
		if left := e.list(outbox.Filter{}); len(left) != 1 || left[0].DocumentID != "poison" || !strings.HasSuffix(left[0].Error, "too large") {
			e.Errorf("%+v", left)
		}
		if !ordered(sink.taken()) {
			e.Error("they came twice, or out of order")
		}
	})
}

// A picky sink takes all but the events of the document poison.
type picky struct{ noted }

func (p *picky) Send(ctx context.Context, due []outbox.Entry) error {
	tooLarge := errors.New("too large")
	untaken := &outbox.PartialError{Cause: tooLarge}
	var rest []outbox.Entry
	for _, entry := range due {
		if entry.DocumentID == "poison" {
			untaken.IDs = append(untaken.IDs, entry.ID)
		} else {
			rest = append(rest, entry)
		}
	}
	switch {
	case len(rest) == 0:
		return tooLarge
	case len(rest) == len(due):
		return p.noted.Send(ctx, due)
	}
	return errors.Join(untaken, p.noted.Send(ctx, rest))
}

// A partly sink takes the first half of its first batch.
type partly struct {
	noted
	refused bool
}

func (p *partly) Send(ctx context.Context, due []outbox.Entry) error {
	if p.refused || len(due) < 2 {
		return p.noted.Send(ctx, due)
	}
	p.refused = true
	half := len(due) / 2
	untaken := &outbox.PartialError{Cause: errors.New("the connection broke")}
	for _, entry := range due[half:] {
		untaken.IDs = append(untaken.IDs, entry.ID)
	}
	return errors.Join(untaken, p.noted.Send(ctx, due[:half]))
}

// Of three relays one feeds a sink, at any time; order holds, and nothing comes
// twice.
func TestThreeRelaysOneSink(t *testing.T) {
	onEach(t, func(e *env) {
		sink := &noted{}
		c := outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Batch: 7}
		for range 3 {
			e.relayOn(outbox.New(e.db), c)
		}
		e.emit(60, "ada", "eve", "kim")
		e.eventually("all are taken", func() bool { return len(sink.taken()) >= 180 })
		if got := sink.taken(); len(got) != 180 || !ordered(got) {
			e.Errorf("%d entries came, twice or out of order", len(got))
		}
	})
}

// A relay that died after the hand-over is replaced when its lease ends, and
// what it had handed over comes again, under the same ids.
func TestSinkLeaseEnds(t *testing.T) {
	onEach(t, func(e *env) {
		dying := &noted{on: func(ctx context.Context, _ []outbox.Entry) error {
			<-ctx.Done() // never to return, as far as the database can tell
			return ctx.Err()
		}}
		e.emit(3, "ada")
		stop := e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": dying}, Lease: time.Hour})
		e.eventually("it is handed over", func() bool { return dying.called() == 1 })
		sink := &noted{}
		e.relayOn(outbox.New(e.db), outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Lease: time.Hour})
		time.Sleep(50 * time.Millisecond)
		if sink.called() != 0 {
			e.Error("another relay took them while the lease held")
		}
		e.pass(time.Hour)
		e.eventually("they come again", func() bool { return len(sink.taken()) == 3 })
		stop()
		if !ordered(sink.taken()) {
			e.Error("out of order")
		}
	})
}

// A relay that is stopped gives its lease back, so that the next one begins at
// once.
func TestStoppedRelayGivesBack(t *testing.T) {
	onEach(t, func(e *env) {
		begun := make(chan struct{}, 100)
		sink := &noted{on: func(ctx context.Context, _ []outbox.Entry) error {
			begun <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		}}
		e.emit(3, "ada")
		stop := e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Engine: sink})
		<-begun
		e.schedule(1)
		<-begun
		stop()
		if jobs := e.status().Jobs; jobs.Due != 1 {
			e.Errorf("%+v", jobs)
		}
		next := &noted{}
		e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": next}, Engine: next})
		e.eventually("the next relay hands all over, and the clock stands still", func() bool { return len(next.taken()) == 4 })
	})
}

// What a sink has taken when the relay is told to stop is removed all the same.
func TestTakenWhileStopping(t *testing.T) {
	onEach(t, func(e *env) {
		begun := make(chan struct{}, 100)
		sink := &noted{on: func(ctx context.Context, _ []outbox.Entry) error {
			begun <- struct{}{}
			<-ctx.Done()
			return nil
		}}
		e.emit(3, "ada")
		stop := e.relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Engine: sink})
		<-begun
		e.schedule(2)
		<-begun
		stop()
		status := e.status()
		if status.Jobs != (outbox.JobStatus{}) || e.queue("sink").Pending != 0 || len(sink.taken()) != 5 {
			e.Errorf("%+v", status)
		}
	})
}

// A sink that shares the database takes each event exactly once, although two
// relays go by a lease that ends all the time.
func TestTransactionalSink(t *testing.T) {
	onEach(t, func(e *env) {
		table := newTable(e)
		events := map[string]outbox.Sink{"sink": table}
		for range 2 {
			e.relayOn(outbox.New(e.db), outbox.Config{Events: events, Engine: table, Batch: 5, Lease: time.Minute})
		}
		e.emit(30, "ada", "eve")
		e.schedule(60)
		e.eventually("all are taken", func() bool {
			e.pass(2 * time.Minute) // every lease has ended
			return table.count() >= 120
		})
		e.eventually("nothing is left", func() bool {
			status := e.status()
			return status.Jobs == (outbox.JobStatus{}) && e.queue("sink").Pending == 0
		})
		if n := table.count(); n != 120 {
			e.Errorf("%d were taken", n)
		}
	})
}

// A table is a sink that keeps what it takes in the outbox's own database.
type table struct{ e *env }

func newTable(e *env) *table {
	e.must(e.db.Exec(e.Context(), `CREATE TABLE taken (id VARCHAR(100) NOT NULL)`))
	return &table{e}
}

func (t *table) Send(context.Context, []outbox.Entry) error {
	return errors.New("a sink that shares the database is to be sent to in a transaction")
}

func (t *table) SendTx(ctx context.Context, due []outbox.Entry, removal outbox.Ack) error {
	return t.e.db.Unit(ctx, 0, func(ctx context.Context, tx *runtime.Tx) error {
		for _, entry := range due {
			if _, err := tx.SQL().ExecContext(ctx, `INSERT INTO taken VALUES ('`+entry.ID+`')`); err != nil {
				return err
			}
		}
		res, err := tx.SQL().ExecContext(ctx, removal.SQL, removal.Args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != removal.Rows {
			return errors.Join(err, outbox.ErrLeaseLost)
		}
		return nil
	})
}

func (t *table) count() (n int) {
	t.e.must(t.e.db.Unit(t.e.Context(), authgen.ReadOnly, func(ctx context.Context, tx *runtime.Tx) error {
		return tx.SQL().QueryRowContext(ctx, `SELECT COUNT(*) FROM taken`).Scan(&n)
	}))
	return n
}
