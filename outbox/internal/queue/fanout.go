package queue

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// Events puts events into the queues of their destinations.
type Events struct {
	db *DB

	mu         sync.Mutex
	introduced map[string]bool // names that authgen_endpoint is known to hold
}

// Events returns what puts events into the queues of their destinations.
func (d *DB) Events() *Events { return &Events{db: d, introduced: map[string]bool{}} }

// A Destination is an endpoint or an event sink, and has a queue of its name.
type Destination struct {
	Name    string
	Sink    bool
	Ordered bool // as far as the relay knows
}

// Waiting reports whether there are events to put into queues. It makes no writer wait.
func (e *Events) Waiting(ctx context.Context) (there bool, err error) {
	err = e.db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		var one int
		there, err = tx.Row(ctx, `SELECT 1 FROM "authgen_event" ORDER BY "sequence" LIMIT 1`, nil, &one)
		return err
	})
	return there, err
}

// FanOut moves the first events into the queues of their destinations. It returns how
// many it moved, and whether there may be more. Of several relays one at a time does
// it: each locks the first events, and waits for the relay that has.
//
// Sequences are given before they are committed, so an event may appear below others
// that are gone already. It is then of another document, as the writes of one document
// wait for each other. So events are taken from the front, whatever number is there,
// and never from behind a number that was seen.
//
// The limit counts copies, not events: an event for five endpoints counts five times,
// so that many endpoints do not make the transaction longer.
func (e *Events) FanOut(ctx context.Context, destinations func(eventType string) []Destination, limit int) (n int, more bool, err error) {
	queues := map[Destination][]place{}
	err = e.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, more = 0, false
		clear(queues)
		first, err := lockFirst(ctx, tx, limit)
		if err != nil || len(first) == 0 {
			return err
		}
		copies, to := 0, map[string][]Destination{}
		for _, p := range first {
			if _, known := to[p.eventType]; !known {
				to[p.eventType] = destinations(p.eventType)
			}
			if copies += len(to[p.eventType]); copies > limit && n > 0 {
				break
			}
			n++
			for _, d := range to[p.eventType] {
				queues[d] = append(queues[d], p)
			}
		}
		more = n == limit || n < len(first)
		return e.spread(ctx, tx, queues, sequencesOf(first[:n]))
	})
	if err != nil {
		return 0, false, err
	}
	e.remember(queues)
	return n, more, nil
}

// A place is where an event is among all, and among those of its document.
type place struct {
	sequence  int64
	eventType string
	document  Document
}

func sequencesOf(places []place) sqltext.List[int64] {
	sequences := make(sqltext.List[int64], len(places))
	for i, p := range places {
		sequences[i] = p.sequence
	}
	return sequences
}

// behind returns the sequences of those that are not the first of their document.
func behind(places []place) sqltext.List[int64] {
	first := map[Document]int64{}
	for _, p := range places {
		if least, ok := first[p.document]; !ok || p.sequence < least {
			first[p.document] = p.sequence
		}
	}
	var rest sqltext.List[int64]
	for _, p := range places {
		if p.sequence != first[p.document] {
			rest = append(rest, p.sequence)
		}
	}
	return rest
}

// fanOutLock is the name of the row of authgen_lock that a fan-out locks where it
// cannot wait at the events themselves.
const fanOutLock = "fan-out"

// lockFanOut makes this the only fan-out.
func lockFanOut(ctx context.Context, tx *Tx) error {
	var one int
	found, err := tx.Row(ctx, `SELECT 1 FROM "authgen_lock" WHERE "name" = ?`+tx.words.ForUpdate, []any{fanOutLock}, &one)
	if err != nil || found {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO "authgen_lock" ("name") VALUES (?)`+tx.words.SkipExisting("authgen_lock", "name"), fanOutLock)
	return err
}

// lockFirst locks the first events and returns their places.
//
// On MySQL and MariaDB a read that locks would wait for the end of all transactions that
// have written events. Their events are skipped, so it takes a lock of its own to be the
// only fan-out.
func lockFirst(ctx context.Context, tx *Tx, limit int) (first []place, err error) {
	locking := tx.words.ForUpdate
	if tx.words.WaitsForInserts {
		if err := lockFanOut(ctx, tx); err != nil {
			return nil, err
		}
		locking = tx.words.SkipLocked
	}
	err = tx.Query(ctx, func(row dialect.Row) error {
		var p place
		err := row.Scan(&p.sequence, &p.eventType, &p.document.Table, &p.document.ID)
		first = append(first, p)
		return err
	}, `SELECT "sequence", "type", "doc_table", "document_id" FROM "authgen_event" ORDER BY "sequence" LIMIT ?`+locking, limit)
	return first, err
}

// spread copies locked events into queues and removes them. In the queue of an ordered
// endpoint, an event behind another of its document is blocked from the beginning.
//
// On MariaDB a row may be locked a moment before a read that does not lock sees it: a
// commit gives up its locks on new rows ahead of telling the other reads. Such an event
// would be removed, and be in no queue, so what is copied is read as it was locked.
func (e *Events) spread(ctx context.Context, tx *Tx, queues map[Destination][]place, all sqltext.List[int64]) error {
	now, locking := e.db.Now(), ""
	if tx.words.WaitsForInserts {
		locking = tx.words.SkipLocked
	}
	// By name, as leases lock endpoints.
	for _, d := range slices.SortedFunc(maps.Keys(queues), func(a, b Destination) int { return strings.Compare(a.Name, b.Name) }) {
		if err := e.introduce(ctx, tx, d.Name); err != nil {
			return err
		}
		places := queues[d]
		due, blocked, args := tx.words.Integer, `NULL`, []any{d.Name, now}
		if d.Sink { // it takes its events by sequence
			due, args = `NULL`, []any{d.Name}
		} else if rest := behind(places); d.Ordered && len(rest) > 0 {
			blocked = `CASE WHEN "sequence" ? THEN ` + tx.words.Integer + ` END`
			args = append(args, rest, blockedUntil(now))
		}
		_, err := tx.Exec(ctx, `INSERT INTO "authgen_delivery" ("endpoint", "event_id", "sequence", "type", "doc_table", "document_id", "operation", "body", "state", "due_at", "blocked_until", "occurred_at")
SELECT ?, "id", "sequence", "type", "doc_table", "document_id", "operation", "body", 'pending', `+due+`, `+blocked+`, "occurred_at" FROM "authgen_event" WHERE "sequence" ?`+locking+
			tx.words.SkipExisting("authgen_delivery", "endpoint"), append(args, sequencesOf(places))...)
		if err != nil {
			return err
		}
	}
	query, args := sqltext.ByKey[int64]{Table: "authgen_event", Column: "sequence", Keys: all}.Delete(tx.words)
	_, err := tx.Exec(ctx, query, args...)
	return err
}

// introduce makes sure that a destination has its row, unless it is known to have one.
func (e *Events) introduce(ctx context.Context, tx *Tx, name string) error {
	e.mu.Lock()
	known := e.introduced[name]
	e.mu.Unlock()
	if known {
		return nil
	}
	return introduce(ctx, tx, name)
}

// remember remembers, after the commit, that destinations were introduced.
func (e *Events) remember(queues map[Destination][]place) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for d := range queues {
		e.introduced[d.Name] = true
	}
}
