package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/authgen/authgen/internal/sqltext"
)

// An Outcome is how an attempt ended.
type Outcome struct {
	Attempt
	Document Document
	Ordered  bool   // the endpoint is
	State    State  // Delivered, Exhausted or Pending, which is due again at RetryAt
	RetryAt  int64  // of Pending
	Disable  bool   // the endpoint wants no more deliveries
	Status   int    // of the HTTP response; 0: there was none
	Error    string // what went wrong
}

// Stored is what came of storing an Outcome.
type Stored struct {
	Mine     bool // the delivery was still at this attempt
	Disabled bool // the endpoint was disabled by this outcome
}

// Outcomes stores how attempts ended.
//
// It is a group commit: attempts that end while a transaction is running are stored
// together in the next one, so that the program's writers wait for one transaction and
// not for one of each attempt.
type Outcomes struct {
	db      *DB
	storing chan struct{} // holds a token for each goroutine that stores some

	mu      sync.Mutex
	waiting []*ended
	status  map[status]int64 // when authgen_endpoint was told of a success or a failure
}

// storers is how many goroutines of a process store outcomes at once, where the
// database has many writers.
const storers = 4

// storeBatch is how many outcomes are stored at once, at most, before others may write.
const storeBatch = 64

// Outcomes returns what stores outcomes.
func (d *DB) Outcomes() *Outcomes {
	n := storers
	if d.SingleWriter() {
		n = 1
	}
	return &Outcomes{db: d, storing: make(chan struct{}, n), status: map[status]int64{}}
}

// An ended attempt waits to be stored.
type ended struct {
	Outcome
	Stored
	known bool // the endpoint's status says it already
	done  chan error
}

// Store stores the outcome of an attempt, unless the delivery is no longer at that
// attempt: the attempt took so long that it was taken for dead.
func (o *Outcomes) Store(ctx context.Context, outcome Outcome) (Stored, error) {
	e := &ended{Outcome: outcome, done: make(chan error, 1)}
	o.mu.Lock()
	o.waiting = append(o.waiting, e)
	o.mu.Unlock()
	err := o.await(ctx, e)
	if errors.Is(err, errTogether) { // the fault may be that of another
		err = o.storeAll(ctx, func() []*ended { return []*ended{e} })
	}
	return e.Stored, err
}

// await returns what became of an outcome that is to be stored. It stores some itself
// while no other goroutine does.
func (o *Outcomes) await(ctx context.Context, e *ended) error {
	for o.waits(e) {
		select {
		case o.storing <- struct{}{}:
			o.lead(ctx, e)
		case err := <-e.done:
			return err
		}
	}
	return <-e.done // the goroutine that has taken it answers
}

// waits reports whether no goroutine has taken an outcome yet, to store it.
func (o *Outcomes) waits(e *ended) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Contains(o.waiting, e)
}

// lead stores outcomes if its own still waits.
func (o *Outcomes) lead(ctx context.Context, e *ended) {
	defer func() { <-o.storing }()
	if o.waits(e) {
		o.storeWaiting(ctx)
	}
}

// errTogether says that outcomes could not be stored together.
var errTogether = errors.New("outbox: each outcome is to be stored alone")

// storeWaiting stores the first outcomes that wait.
func (o *Outcomes) storeWaiting(ctx context.Context) {
	var batch []*ended
	err := errors.New("outbox: the goroutine that was to store the outcome has ended")
	defer func() { // whatever happens, no goroutine is left waiting
		if err != nil && batch == nil {
			batch = o.take()
		}
		if err != nil && len(batch) > 1 {
			err = errTogether
		}
		for _, e := range batch {
			e.done <- err
		}
	}()
	take := func() []*ended { // not before: more come while it waits for its turn to write
		if batch == nil {
			batch = o.take()
		}
		return batch
	}
	err = safely(func() error { return o.storeAll(ctx, take) })
}

// safely returns a panic of fn as an error.
func safely(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return fn()
}

func (o *Outcomes) take() []*ended {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := min(len(o.waiting), storeBatch)
	batch := slices.Clone(o.waiting[:n])
	o.waiting = slices.Delete(o.waiting, 0, n)
	return batch
}

// storeAll stores outcomes in one transaction. It goes by the names of the endpoints,
// as leases do, and in each first to its row: the other way round the two could wait
// for each other.
func (o *Outcomes) storeAll(ctx context.Context, take func() []*ended) error {
	var batch []*ended
	var now int64
	err := o.db.WriteThrough(ctx, func(ctx context.Context, tx *Tx) error {
		batch = take()
		slices.SortFunc(batch, func(a, b *ended) int { return cmp.Or(inOrder(a, b), cmp.Compare(a.EventID, b.EventID)) })
		now = o.db.Now()
		for ofEndpoint := range runs(batch, func(a, b *ended) bool { return a.Endpoint == b.Endpoint }) {
			if err := o.storeStatus(ctx, tx, ofEndpoint, now); err != nil {
				return err
			}
			for alike := range runs(ofEndpoint, endedAlike) {
				if err := storeAlike(ctx, tx, alike, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil {
		o.rememberStatus(batch, now)
	}
	return err
}

// runs returns the parts of a slice in which each is the same as its neighbours.
func runs[T any](all []T, same func(a, b T) bool) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for len(all) > 0 {
			n := 1
			for n < len(all) && same(all[n-1], all[n]) {
				n++
			}
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

func inOrder(a, b *ended) int {
	return cmp.Or(cmp.Compare(a.Endpoint, b.Endpoint), cmp.Compare(a.State, b.State), cmp.Compare(a.Number, b.Number), cmp.Compare(a.Status, b.Status))
}

// endedAlike reports whether one statement can store both: of those that were delivered
// there is nothing more to store.
func endedAlike(a, b *ended) bool {
	return a.State == Delivered && inOrder(a, b) == 0 && a.Error == b.Error
}

// storeAlike stores attempts of an endpoint that ended alike. The delivery may have
// been taken back already, as long as no other attempt has begun. That it is leased or
// pending is not asked of the state, by which a planner might go through all that are.
func storeAlike(ctx context.Context, tx *Tx, alike []*ended, now int64) error {
	first := alike[0]
	column, at := "finished_at", now
	if first.State == Pending {
		column, at = "due_at", first.RetryAt
	}
	ids := make(sqltext.List[string], len(alike))
	for i, e := range alike {
		ids[i] = e.EventID
	}
	query, args := sqltext.ByKey[string]{
		Table: "authgen_delivery", Column: "event_id", Keys: ids,
		And: `"endpoint" = ? AND "finished_at" IS NULL AND "attempts" = ?`, Args: []any{first.Endpoint, first.Number},
	}.Update(tx.words, `"state" = ?, "`+column+`" = ?, "leased_until" = 0, "status" = ?, "error" = ?`,
		first.State, at, nonZero(first.Status), nonZero(first.Error))
	n, err := tx.Exec(ctx, query, args...)
	if err != nil || first.State == Pending {
		return err
	}
	for _, e := range alike {
		if e.Mine = n == int64(len(alike)); !e.Ordered {
			continue
		}
		if err := releaseNext(ctx, tx, e.Endpoint, e.Document, now); err != nil {
			return err
		}
	}
	return nil
}

// nonZero returns v, or nil for null if it is zero.
func nonZero[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}
