package outbox_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/outboxtest"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/runtime"
)

// An event sink that fails gets everything, in order, when it works again;
// another is not held up meanwhile, and the log is told once of each.
func TestSinkFailsAndRecovers(t *testing.T) {
	onEach(t, func(e *env) {
		good, bad := &noted{}, outboxtest.Broken(errors.New("the broker is down"))
		e.Emit(50, "ada", "eve")
		e.Relay(outbox.Config{Events: map[string]outbox.Sink{"good": good, "bad": bad}, Batch: 16})
		e.Eventually("the good sink has all", func() bool { return len(good.Taken()) == 100 })
		e.Eventually("the bad sink was tried some times", func() bool { return bad.Called() > 3 })
		if q := e.Queue("bad"); q.Pending != 100 || q.Retrying != 1 || q.FailedAt.IsZero() || !q.SucceededAt.IsZero() {
			e.Errorf("%+v", q)
		}
		first := e.List(admin.Filter{Endpoint: "bad"})[0]
		if first.Error != "the broker is down" || first.Attempts < 3 || !first.Due.IsZero() {
			e.Errorf("%+v", first)
		}
		bad.Mend(nil)
		e.Eventually("the bad sink has all", func() bool { return len(bad.Taken()) == 100 })
		for _, sink := range []*noted{good, bad} {
			if !outboxtest.InOrder(sink.Taken()) {
				e.Error("they came twice, or out of order")
			}
		}
		e.Eventually("nothing is left", func() bool { return e.Queue("good").Pending+e.Queue("bad").Pending == 0 })
		e.Eventually("the log was told", func() bool { return e.Log.With("INFO", "works again", "event sink bad") == 1 })
		if n := e.Log.With("WARN", "fails", "event sink bad"); n != 1 {
			e.Errorf("the log was told %d times of the failure", n)
		}
	})
}

// An event that the sink refuses ends up alone: those before it go through.
func TestSinkRefusesOne(t *testing.T) {
	onEach(t, func(e *env) {
		sink := &noted{On: func(_ context.Context, due []outbox.Entry) error {
			for _, entry := range due {
				if entry.DocumentID == "poison" {
					return errors.New("too large")
				}
			}
			return nil
		}}
		e.Emit(20, "ada")
		e.Emit(1, "poison")
		e.Emit(5, "eve")
		e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}})
		e.Eventually("what is ahead of it is through", func() bool { return len(sink.Taken()) == 20 })
		e.Eventually("it is the first that is left", func() bool {
			left := e.List(admin.Filter{})
			return len(left) == 6 && left[0].DocumentID == "poison" && left[0].Error == "too large"
		})
		if n, err := e.Admin.Cancel(e.Context(), admin.Filter{DocumentID: "poison", States: []admin.State{admin.StatePending}}); n != 1 || err != nil {
			e.Errorf("cancelled %d, %v", n, err)
		}
		e.Eventually("what is behind it is through", func() bool { return len(sink.Taken()) == 25 })
	})
}

// What a sink took before it failed does not come again.
func TestSinkTakesSome(t *testing.T) {
	onEach(t, func(e *env) {
		part := &partly{}
		e.Emit(5, "ada", "eve")
		e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": part}})
		e.Eventually("it has all", func() bool { return len(part.Taken()) == 10 })
		time.Sleep(50 * time.Millisecond)
		seen := map[string]bool{}
		for _, entry := range part.Taken() {
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
		e.Emit(1, "poison")
		e.Emit(20, "ada", "eve")
		stop := e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Batch: 8})
		e.Eventually("the others are through", func() bool { return len(sink.Taken()) == 40 })
		e.Eventually("it was refused for a while", func() bool { return e.List(admin.Filter{})[0].Attempts > 12 })
		e.Emit(20, "ada", "eve")
		e.Eventually("what comes later is through", func() bool { return len(sink.Taken()) == 80 })
		stop()
		if left := e.List(admin.Filter{}); len(left) != 1 || left[0].DocumentID != "poison" || !strings.HasSuffix(left[0].Error, "too large") {
			e.Errorf("%+v", left)
		}
		if !outboxtest.InOrder(sink.Taken()) {
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
			e.RelayOn(outbox.New(e.DB), c)
		}
		e.Emit(60, "ada", "eve", "kim")
		e.Eventually("all are taken", func() bool { return len(sink.Taken()) >= 180 })
		if got := sink.Taken(); len(got) != 180 || !outboxtest.InOrder(got) {
			e.Errorf("%d entries came, twice or out of order", len(got))
		}
	})
}

// A relay that died after the hand-over is replaced when its lease ends, and
// what it had handed over comes again, under the same ids.
func TestSinkLeaseEnds(t *testing.T) {
	onEach(t, func(e *env) {
		dying := &noted{On: func(ctx context.Context, _ []outbox.Entry) error {
			<-ctx.Done() // never to return, as far as the database can tell
			return ctx.Err()
		}}
		e.Emit(3, "ada")
		stop := e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": dying}, Lease: time.Hour})
		e.Eventually("it is handed over", func() bool { return dying.Called() == 1 })
		sink := &noted{}
		e.RelayOn(outbox.New(e.DB), outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Lease: time.Hour})
		time.Sleep(50 * time.Millisecond)
		if sink.Called() != 0 {
			e.Error("another relay took them while the lease held")
		}
		e.Pass(time.Hour)
		e.Eventually("they come again", func() bool { return len(sink.Taken()) == 3 })
		stop()
		if !outboxtest.InOrder(sink.Taken()) {
			e.Error("out of order")
		}
	})
}

// A relay that is stopped gives its lease back, so that the next one begins at
// once.
func TestStoppedRelayGivesBack(t *testing.T) {
	onEach(t, func(e *env) {
		begun := make(chan struct{}, 100)
		sink := &noted{On: func(ctx context.Context, _ []outbox.Entry) error {
			begun <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		}}
		e.Emit(3, "ada")
		stop := e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Engine: sink})
		<-begun
		e.Schedule(1)
		<-begun
		stop()
		if jobs := e.Status().Jobs; jobs.Due != 1 {
			e.Errorf("%+v", jobs)
		}
		next := &noted{}
		e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": next}, Engine: next})
		e.Eventually("the next relay hands all over, and the clock stands still", func() bool { return len(next.Taken()) == 4 })
	})
}

// What a sink has taken when the relay is told to stop is removed all the same.
func TestTakenWhileStopping(t *testing.T) {
	onEach(t, func(e *env) {
		begun := make(chan struct{}, 100)
		sink := &noted{On: func(ctx context.Context, _ []outbox.Entry) error {
			begun <- struct{}{}
			<-ctx.Done()
			return nil
		}}
		e.Emit(3, "ada")
		stop := e.Relay(outbox.Config{Events: map[string]outbox.Sink{"sink": sink}, Engine: sink})
		<-begun
		e.Schedule(2)
		<-begun
		stop()
		status := e.Status()
		if status.Jobs != (admin.JobStatus{}) || e.Queue("sink").Pending != 0 || len(sink.Taken()) != 5 {
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
			e.RelayOn(outbox.New(e.DB), outbox.Config{Events: events, Engine: table, Batch: 5, Lease: time.Minute})
		}
		e.Emit(30, "ada", "eve")
		e.Schedule(60)
		e.Eventually("all are taken", func() bool {
			e.Pass(2 * time.Minute) // every lease has ended
			return table.count() >= 120
		})
		e.Eventually("nothing is left", func() bool {
			status := e.Status()
			return status.Jobs == (admin.JobStatus{}) && e.Queue("sink").Pending == 0
		})
		if n := table.count(); n != 120 {
			e.Errorf("%d were taken", n)
		}
	})
}

// A table is a sink that keeps what it takes in the outbox's own database.
type table struct{ e *env }

func newTable(e *env) *table {
	e.Must(e.DB.Exec(e.Context(), `CREATE TABLE taken (id VARCHAR(100) NOT NULL)`))
	return &table{e}
}

func (t *table) Send(context.Context, []outbox.Entry) error {
	return errors.New("a sink that shares the database is to be sent to in a transaction")
}

func (t *table) SendTx(ctx context.Context, due []outbox.Entry, removal outbox.Ack) error {
	return t.e.DB.Unit(ctx, 0, func(ctx context.Context, tx *runtime.Tx) error {
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
	t.e.Must(t.e.DB.Unit(t.e.Context(), authgen.ReadOnly, func(ctx context.Context, tx *runtime.Tx) error {
		return tx.SQL().QueryRowContext(ctx, `SELECT COUNT(*) FROM taken`).Scan(&n)
	}))
	return n
}
