package outbox

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
)

// An ended attempt waits to be stored.
type ended struct {
	Delivery
	Outcome
	ordered  bool
	known    bool // what it says of the endpoint has just been stored
	disabled bool // the endpoint was, by this
	mine     bool // the delivery was still at this attempt
	stored   chan error
}

// settleBatch is how many attempts are stored at once, at most, before others
// may write.
const settleBatch = 64

// settlers is how many goroutines of a process store attempts at once, where the
// database has many writers.
const settlers = 4

// settle stores the outcome of an attempt, unless the delivery is no longer at
// that attempt: it took so long that it was taken for dead.
//
// This is a group commit: attempts that end while a transaction is running are stored
// together in the next one, so that the program's writers wait for one transaction, and
// not for one of each attempt.
func (s *Outbox) settle(ctx context.Context, d Delivery, l Limits, o Outcome) error {
	e := &ended{Delivery: d, Outcome: o, ordered: l.Ordered, stored: make(chan error, 1)}
	s.mu.Lock()
	s.ended = append(s.ended, e)
	s.mu.Unlock()
	err := s.awaitTurn(ctx, e)
	if errors.Is(err, errTogether) { // the fault may be that of another
		err = s.settleAll(ctx, func() []*ended { return []*ended{e} })
	}
	return err
}

// awaitTurn returns what became of an attempt that is to be stored, having stored
// some while nobody else did.
func (s *Outbox) awaitTurn(ctx context.Context, e *ended) error {
	for s.waits(e) {
		select {
		case s.settling <- struct{}{}:
			s.lead(ctx, e)
		case err := <-e.stored:
			return err
		}
	}
	return <-e.stored // whoever has taken it answers
}

// waits reports whether nobody has taken an attempt yet, to store it.
func (s *Outbox) waits(e *ended) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.ended, e)
}

// lead stores attempts if its own still waits.
func (s *Outbox) lead(ctx context.Context, e *ended) {
	defer func() { <-s.settling }()
	if s.waits(e) {
		s.settleWaiting(ctx)
	}
}

// errTogether is that attempts could not be stored together.
var errTogether = errors.New("outbox: each is to be stored alone")

// settleWaiting stores the attempts that wait for it, the first of them.
func (s *Outbox) settleWaiting(ctx context.Context) {
	var batch []*ended
	err := errors.New("outbox: the goroutine that was to store it has ended")
	defer func() { // whatever happens, nobody is left waiting
		if err != nil && batch == nil {
			batch = s.takeEnded()
		}
		if err != nil && len(batch) > 1 {
			err = errTogether
		}
		for _, e := range batch {
			e.stored <- err
		}
	}()
	take := func() []*ended { // not before: more come while it waits for its turn to write
		if batch == nil {
			batch = s.takeEnded()
		}
		return batch
	}
	err = safely(func() error { return s.settleAll(ctx, take) })
}

func (s *Outbox) takeEnded() []*ended {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(s.ended), settleBatch)
	batch := slices.Clone(s.ended[:n])
	s.ended = slices.Delete(s.ended, 0, n)
	return batch
}

// settleAll stores attempts in one transaction. It goes by the names of the
// endpoints, as claims do, and in each first to its row: the other way round the
// two could wait for each other.
func (s *Outbox) settleAll(ctx context.Context, take func() []*ended) error {
	ctx, cancel := settled(ctx)
	defer cancel()
	var batch []*ended
	var now int64
	err := s.write(ctx, func(ctx context.Context, tx *statements) error {
		batch = take()
		slices.SortFunc(batch, func(a, b *ended) int { return cmp.Or(inSettlingOrder(a, b), cmp.Compare(a.EventID, b.EventID)) })
		now = s.now()
		for ofEndpoint := range runs(batch, func(a, b *ended) bool { return a.Endpoint == b.Endpoint }) {
			if err := s.noteAll(ctx, tx, ofEndpoint, now); err != nil {
				return err
			}
			for alike := range runs(ofEndpoint, settledAlike) {
				if err := tx.settleAlike(ctx, alike, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, e := range batch {
		if !e.known {
			s.noted(e.Endpoint, e.Outcome, now)
		}
		s.tell(ctx, e)
	}
	return nil
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

func inSettlingOrder(a, b *ended) int {
	return cmp.Or(cmp.Compare(a.Endpoint, b.Endpoint), cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(a.Attempt, b.Attempt), cmp.Compare(a.Status, b.Status))
}

// settledAlike reports whether one statement can store both: of those that were
// taken there is nothing more to tell.
func settledAlike(a, b *ended) bool {
	return a.Verdict == Delivered && inSettlingOrder(a, b) == 0 && a.Error == b.Error
}

// settleAlike stores attempts of an endpoint that ended alike. The delivery may
// have been taken back already, as long as no other attempt has begun. That it
// is leased or pending is not asked of the state, by which a planner might go
// through all that are.
func (s *statements) settleAlike(ctx context.Context, alike []*ended, now int64) error {
	first := alike[0]
	state, due, finished := StatePending, now, any(nil)
	switch first.Verdict {
	case Delivered:
		state, finished = StateDelivered, now
	case Exhausted:
		state, finished = StateExhausted, now
	case Retry:
		due = first.RetryAt.UnixMilli()
	}
	events := make(list[string], len(alike))
	for i, e := range alike {
		events[i] = e.EventID
	}
	query, args := byKey[string]{
		table: "authgen_delivery", column: "event_id", keys: events,
		and: `"endpoint" = ? AND "finished_at" IS NULL AND "attempts" = ?`, args: []any{first.Endpoint, first.Attempt},
	}.update(s.kind, `"state" = ?, "due_at" = ?, "finished_at" = ?, "leased_until" = 0, "status" = ?, "error" = ?`,
		state, due, finished, nonZero(first.Status), nonZero(first.Error))
	n, err := s.exec(ctx, query, args...)
	if err != nil || state == StatePending {
		return err
	}
	for _, e := range alike {
		if e.mine = n == int64(len(alike)); !e.ordered {
			continue
		}
		if err := s.releaseNext(ctx, e.Endpoint, document{e.Table, e.DocumentID}, now); err != nil {
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
