package outbox

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/runtime"
)

// A LastDelivery is what an endpoint was last told of a document.
type LastDelivery struct {
	DocumentID string
	// Delivery is the last event that the endpoint took, or nil if no such event is
	// kept.
	Delivery *Delivery
	// DeliveredAt is when it took it.
	DeliveredAt time.Time
	// Waiting says that another delivery of the document is pending or leased, or
	// that an event of it waits to be fanned out.
	Waiting bool
}

// LastDeliveries returns what was last delivered to an endpoint of each document
// of a table: of up to limit documents behind after, in the order of their ids'
// bytes. The last Document is the cursor of the next call.
func (s *Outbox) LastDeliveries(ctx context.Context, endpoint, table, after string, limit int) ([]LastDelivery, error) {
	return s.last(ctx, endpoint, table, func(c *conditions) { c.add(`"document" > ?`, after) }, nil, limit)
}

// LastDeliveriesOf returns what an endpoint was last told of documents of a table, in the
// order of their ids' bytes. A document that it was told nothing of, and is not
// about to be, is not among them.
func (s *Outbox) LastDeliveriesOf(ctx context.Context, endpoint, table string, documents []string) ([]LastDelivery, error) {
	if len(documents) == 0 {
		return nil, nil
	}
	return s.last(ctx, endpoint, table, func(c *conditions) { c.add(`"document" ?`, list[string](documents)) }, documents, len(documents))
}

func (s *Outbox) last(ctx context.Context, endpoint, table string, limiting func(*conditions), documents []string, limit int) (all []LastDelivery, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *statements) error {
		found := map[string]*LastDelivery{}
		where := &conditions{}
		where.add(`"endpoint" = ?`, endpoint)
		where.add(`"doc_table" = ?`, table)
		limiting(where)
		if err := tx.lastDelivered(ctx, endpoint, where, limit, found); err != nil {
			return err
		}
		ask := list[string](documents)
		if documents == nil {
			for document := range found {
				ask = append(ask, document)
			}
		}
		if err := tx.stillWaiting(ctx, endpoint, table, ask, found); err != nil {
			return err
		}
		all = all[:0]
		for _, l := range found {
			all = append(all, *l)
		}
		slices.SortFunc(all, func(a, b LastDelivery) int { return compare(a.DocumentID, b.DocumentID) })
		return nil
	})
	return all, err
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (s *statements) lastDelivered(ctx context.Context, endpoint string, where *conditions, limit int, found map[string]*LastDelivery) error {
	return s.query(ctx, func(row dialect.Row) error {
		var e eventRow
		var attempts int
		var finished *int64
		if err := row.Scan(append(e.fields(), &attempts, &finished)...); err != nil {
			return err
		}
		d := e.delivery(attempt{Endpoint: endpoint, Event: e.id, Attempt: attempts})
		found[e.document] = &LastDelivery{DocumentID: e.document, Delivery: &d, DeliveredAt: timeOrZero(finished)}
		return nil
	}, `SELECT `+deliveryColumns+`, "attempts", "finished_at" FROM "authgen_delivery" AS "d"`+where.where()+` AND "state" = 'delivered'
AND NOT EXISTS (SELECT 1 FROM "authgen_delivery" AS "o" WHERE "o"."endpoint" = "d"."endpoint" AND "o"."doc_table" = "d"."doc_table" AND "o"."document" = "d"."document" AND "o"."state" = 'delivered' AND "o"."sequence" > "d"."sequence")
ORDER BY "document" LIMIT ?`, append(where.args, limit)...)
}

// stillWaiting marks the documents of which something is on its way.
func (s *statements) stillWaiting(ctx context.Context, endpoint, table string, documents list[string], found map[string]*LastDelivery) error {
	if len(documents) == 0 {
		return nil
	}
	return s.query(ctx, func(row dialect.Row) error {
		var document string
		if err := row.Scan(&document); err != nil {
			return err
		}
		if found[document] == nil {
			found[document] = &LastDelivery{DocumentID: document}
		}
		found[document].Waiting = true
		return nil
	}, `SELECT "document" FROM "authgen_delivery" WHERE "endpoint" = ? AND "doc_table" = ? AND "document" ? AND "state" IN ('pending', 'leased')
UNION SELECT "document" FROM "authgen_event" WHERE "doc_table" = ? AND "document" ?`, endpoint, table, documents, table, documents)
}

// Emit records events as a transaction does, for every destination, and returns
// when they are stored. Sequence is given by the database; an empty ID, and a
// zero Timestamp, are set. Receivers take an id that they have had for a
// duplicate, so an event that is to have an effect needs a new one.
func (s *Outbox) Emit(ctx context.Context, events ...authgen.Event) error {
	err := s.write(ctx, func(ctx context.Context, tx *statements) error {
		_, err := s.record(ctx, tx, events)
		return err
	})
	s.wakeAll()
	return err
}

// EmitTo is Emit for one webhook endpoint alone, whether or not it wants events
// of the type. It goes into the endpoint's queue at once, and so past events of
// the same document that are not fanned out yet, even of an ordered endpoint:
// [Outbox.LastDeliveriesOf] tells whether there are some.
func (s *Outbox) EmitTo(ctx context.Context, endpoint string, events ...authgen.Event) error {
	return s.db.Unit(ctx, 0, func(ctx context.Context, tx *runtime.Tx) error {
		return s.EmitToTx(ctx, tx, endpoint, events...)
	})
}

// EmitToTx is EmitTo as a part of a unit of work on the outbox's database. Of rows
// that the unit has locked, what it emits stands behind what was written before.
func (s *Outbox) EmitToTx(ctx context.Context, unit *runtime.Tx, endpoint string, events ...authgen.Event) error {
	tx := s.statements(unit)
	ids, err := s.record(ctx, tx, events)
	if err != nil || len(ids) == 0 {
		return err
	}
	var places []place
	err = tx.query(ctx, func(row dialect.Row) error {
		var p place
		err := row.Scan(&p.sequence)
		places = append(places, p)
		return err
	}, `SELECT "sequence" FROM "authgen_event" WHERE "id" ?`, ids)
	if err != nil {
		return err
	}
	unit.AfterCommit(func(context.Context) error { s.wakeAll(); return nil })
	return s.spread(ctx, tx, map[queue][]place{{name: endpoint}: places}, sequencesOf(places))
}

// wakeAll makes the relays on this store look for all kinds of work.
func (s *Outbox) wakeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for r := range s.relays {
		r.Wake()
		r.deliveries.poke()
	}
}

// recordBytes is how large the bodies are of the events that one statement
// inserts, about: MariaDB takes no statement of more than 16 MiB.
const recordBytes = 1 << 20

// record inserts events, and returns their ids.
func (s *Outbox) record(ctx context.Context, tx *statements, events []authgen.Event) (list[string], error) {
	ids := make(list[string], len(events))
	var args []any
	size := 0
	for i, e := range events {
		if ids[i] = e.ID; e.ID == "" {
			ids[i] = runtime.UUIDv7()
		}
		at := s.now()
		if !e.Timestamp.IsZero() {
			at = e.Timestamp.UnixMilli()
		}
		body, err := dialect.EncodeJSON(tail{Changed: e.Changed, Data: e.Data, Request: e.Request})
		if err != nil {
			return nil, err
		}
		args = append(args, ids[i], e.Type, e.Table, e.DocumentID, e.Operation, at, body)
		size += len(body)
		if n := len(args) / eventColumns; n == operateBatch || size >= recordBytes || i == len(events)-1 {
			const insert = `INSERT INTO "authgen_event" ("id", "type", "doc_table", "document", "operation", "occurred_at", "body") VALUES (?, ?, ?, ?, ?, ?, ?)`
			if _, err := tx.exec(ctx, insert+strings.Repeat(", (?, ?, ?, ?, ?, ?, ?)", n-1), args...); err != nil {
				return nil, err
			}
			args, size = args[:0], 0
		}
	}
	return ids, nil
}

// eventColumns is how many values record gives for each event.
const eventColumns = 7
