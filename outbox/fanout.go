package outbox

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/authgen/authgen/dialect"
)

// A fanOut moves the head of authgen_event into the queues of its destinations,
// a batch in a transaction. Of several relays one at a time does it: each locks the
// head, and waits for who has.
//
// Sequences are given before they are committed, so an event may appear below
// others that are gone already. It is then of another document: the writes of
// one document wait for each other. So whatever is there is taken from the
// front, and never what is behind a number that was seen.
//
// It is for all relays that it fans out: each event goes once, to what the relay
// knows that happens to take it.
type fanOut struct {
	relay *Relay
	busy  bool // the last batch left some
}

func (f *fanOut) step(ctx context.Context) (time.Duration, error) {
	r := f.relay
	if !f.busy {
		there, err := r.store.waiting(ctx)
		if err != nil || !there {
			return r.idle(), err
		}
	}
	f.busy = false
	ctx, done := r.store.trace(ctx, Span{Name: SpanFanOut})
	n, more, err := r.store.fanOut(ctx, r.destinations(), r.config.Batch)
	done(SpanEnd{Entries: n, Err: err})
	if n == 0 {
		return r.idle(), err
	}
	f.busy = more
	r.deliveries.poke()
	for _, t := range r.feeding {
		t.poke()
	}
	return 0, err
}

// destinations returns a function that gives the queues that events of a type go
// into. Whether they are ordered is known where the limits are; where not, the
// claims find out.
func (r *Relay) destinations() func(eventType string) []queue {
	var limits []Limits
	if r.config.Deliverer != nil {
		limits = r.config.Deliverer.Limits()
	} else if d, ok := r.config.Router.(interface{ Limits() []Limits }); ok {
		limits = d.Limits()
	}
	ordered := map[string]bool{}
	for _, l := range limits {
		ordered[l.Endpoint] = l.Ordered
	}
	return func(eventType string) (queues []queue) {
		if r.config.Router != nil {
			for _, name := range r.config.Router.Route(eventType) {
				queues = append(queues, queue{name: name, ordered: ordered[name]})
			}
		}
		for name := range r.config.Events {
			queues = append(queues, queue{name: name, sink: true})
		}
		return queues
	}
}

// waiting reports whether there are events, without getting into any writer's
// way.
func (s *Outbox) waiting(ctx context.Context) (there bool, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) error {
		var one int
		there, err = tx.row(ctx, `SELECT 1 FROM "authgen_event" ORDER BY "sequence" LIMIT 1`, nil, &one)
		return err
	})
	return there, err
}

// A queue is where events go: the queue of an endpoint or of an event sink.
type queue struct {
	name    string
	sink    bool
	ordered bool // as far as the relay knows
}

// fanOut is the transaction of a fanOut. It returns how many events it moved,
// and whether there may be more. The limit counts copies, not events: an
// event for five endpoints counts five times, so that many endpoints do not make the
// transaction longer.
func (s *Outbox) fanOut(ctx context.Context, destinations func(string) []queue, limit int) (n int, more bool, err error) {
	queues := map[queue][]place{}
	err = s.write(ctx, func(ctx context.Context, tx *statements) error {
		n, more = 0, false
		clear(queues)
		head, err := tx.head(ctx, limit)
		if err != nil || len(head) == 0 {
			return err
		}
		copies, to := 0, map[string][]queue{}
		for _, p := range head {
			if _, known := to[p.eventType]; !known {
				to[p.eventType] = destinations(p.eventType)
			}
			if copies += len(to[p.eventType]); copies > limit && n > 0 {
				break
			}
			n++
			for _, q := range to[p.eventType] {
				queues[q] = append(queues[q], p)
			}
		}
		more = n == limit || n < len(head)
		return s.spread(ctx, tx, queues, sequencesOf(head[:n]))
	})
	if err != nil {
		return 0, false, err
	}
	s.know(queues)
	return n, more, nil
}

// A place is where an event is among all, and among those of its document.
type place struct {
	sequence  int64
	eventType string
	document  document
}

func sequencesOf(places []place) list[int64] {
	sequences := make(list[int64], len(places))
	for i, p := range places {
		sequences[i] = p.sequence
	}
	return sequences
}

// behind returns the sequences of those that are not the first of their document.
func behind(places []place) list[int64] {
	first := map[document]int64{}
	for _, p := range places {
		if least, ok := first[p.document]; !ok || p.sequence < least {
			first[p.document] = p.sequence
		}
	}
	var rest list[int64]
	for _, p := range places {
		if p.sequence != first[p.document] {
			rest = append(rest, p.sequence)
		}
	}
	return rest
}

// fanOutLock is the name of the row of authgen_endpoint that is locked by who
// fans out on MySQL and MariaDB. It is no endpoint's.
const fanOutLock = ""

// lockFanOut makes this the only fan-out.
func (s *statements) lockFanOut(ctx context.Context) error {
	var one int
	found, err := s.row(ctx, `SELECT 1 FROM "authgen_endpoint" WHERE "name" = ?`+s.forUpdate(), []any{fanOutLock}, &one)
	if err != nil || found {
		return err
	}
	_, err = s.exec(ctx, `INSERT INTO "authgen_endpoint" ("name") VALUES (?)`+s.unlessThere("authgen_endpoint", "name"), fanOutLock)
	return err
}

// head locks the first events and returns their places.
//
// On MySQL and MariaDB a read that locks meets rows that are not committed yet,
// and would wait for the end of whatever transaction wrote them. They are
// skipped, so that it takes a lock of its own to be the only one.
func (s *statements) head(ctx context.Context, limit int) (head []place, err error) {
	locking := s.forUpdate()
	if s.kind == dialect.MySQL {
		if err := s.lockFanOut(ctx); err != nil {
			return nil, err
		}
		locking = s.skipLocked()
	}
	err = s.query(ctx, func(row dialect.Row) error {
		var p place
		err := row.Scan(&p.sequence, &p.eventType, &p.document.table, &p.document.id)
		head = append(head, p)
		return err
	}, `SELECT "sequence", "type", "doc_table", "document" FROM "authgen_event" ORDER BY "sequence" LIMIT ?`+locking, limit)
	return head, err
}

// spread copies events into queues and removes them. They are locked. In the
// queue of an ordered endpoint, what is behind another of them is held from the
// beginning.
//
// On MariaDB a row may be locked a moment before a read that does not lock sees
// it: a commit gives up its locks on new rows ahead of telling the other reads.
// Such an event would be removed, and be in no queue, so what is copied is read
// as it was locked.
func (s *Outbox) spread(ctx context.Context, tx *statements, queues map[queue][]place, all list[int64]) error {
	now, locking := s.now(), ""
	if tx.kind == dialect.MySQL {
		locking = tx.skipLocked()
	}
	// By name, as claims lock endpoints.
	for _, q := range slices.SortedFunc(maps.Keys(queues), func(a, b queue) int { return strings.Compare(a.name, b.name) }) {
		places := queues[q]
		if err := s.introduce(ctx, tx, q.name); err != nil {
			return err
		}
		due, args := tx.bigint(), []any{q.name, now}
		if q.sink { // a place in its queue
			due, args = `"sequence"`, []any{q.name}
		} else if rest := behind(places); q.ordered && len(rest) > 0 {
			due, args = `CASE WHEN "sequence" ? THEN `+tx.bigint()+` ELSE `+tx.bigint()+` END`, []any{q.name, rest, heldAt(now), now}
		}
		_, err := tx.exec(ctx, `INSERT INTO "authgen_delivery" ("endpoint", "event_id", "sequence", "type", "doc_table", "document", "operation", "body", "state", "due_at", "created_at")
SELECT ?, "id", "sequence", "type", "doc_table", "document", "operation", "body", 'pending', `+due+`, "occurred_at" FROM "authgen_event" WHERE "sequence" ?`+locking+
			tx.unlessThere("authgen_delivery", "endpoint"), append(args, sequencesOf(places))...)
		if err != nil {
			return err
		}
	}
	query, args := byKey[int64]{table: "authgen_event", column: "sequence", keys: all}.remove(tx.kind)
	_, err := tx.exec(ctx, query, args...)
	return err
}

// introduce makes sure that authgen_endpoint has a row for a queue.
func (s *Outbox) introduce(ctx context.Context, tx *statements, name string) error {
	s.mu.Lock()
	known := s.present[name]
	s.mu.Unlock()
	if known {
		return nil
	}
	_, err := tx.exec(ctx, `INSERT INTO "authgen_endpoint" ("name") VALUES (?)`+tx.unlessThere("authgen_endpoint", "name"), name)
	return err
}

// know remembers, after the commit, that queues were introduced.
func (s *Outbox) know(queues map[queue][]place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for q := range queues {
		s.present[q.name] = true
	}
}
