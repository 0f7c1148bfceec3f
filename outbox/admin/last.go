package admin

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/internal/queue"
)

// A LastDelivery is what an endpoint was last told of a document.
type LastDelivery struct {
	DocumentID string
	// Delivery is the last event that the endpoint took, or nil if no such event is
	// kept.
	Delivery *outbox.Delivery
	// DeliveredAt is when it took it.
	DeliveredAt time.Time
	// Waiting says that another delivery of the document is pending or leased, or that
	// an event of it is not in the queue of the endpoint yet.
	Waiting bool
}

// LastDeliveries returns what was last delivered to an endpoint of each document of a
// table: of up to limit documents after a cursor, in the order of their ids' bytes. The
// last DocumentID is the cursor of the next call.
func (a *Admin) LastDeliveries(ctx context.Context, endpoint, table, after string, limit int) ([]LastDelivery, error) {
	return a.last(ctx, endpoint, table, func(c *queue.Conditions) { c.Add(`"document_id" > ?`, after) }, nil, limit)
}

// LastDeliveriesOf returns what an endpoint was last told of the documents of a table
// with these ids, in the order of the ids' bytes. A document that it was told nothing of,
// and is not about to be, is not among them.
func (a *Admin) LastDeliveriesOf(ctx context.Context, endpoint, table string, ids []string) ([]LastDelivery, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return a.last(ctx, endpoint, table, func(c *queue.Conditions) { c.Add(`"document_id" ?`, sqltext.List[string](ids)) }, ids, len(ids))
}

func (a *Admin) last(ctx context.Context, endpoint, table string, narrow func(*queue.Conditions), ids []string, limit int) (all []LastDelivery, err error) {
	err = a.queue.Read(ctx, func(ctx context.Context, tx *queue.Tx) error {
		found := map[string]*LastDelivery{}
		where := &queue.Conditions{}
		where.Add(`"endpoint" = ?`, endpoint)
		where.Add(`"doc_table" = ?`, table)
		narrow(where)
		if err := lastDelivered(ctx, tx, endpoint, where, limit, found); err != nil {
			return err
		}
		ask := sqltext.List[string](ids)
		if ids == nil {
			for id := range found {
				ask = append(ask, id)
			}
		}
		if err := stillWaiting(ctx, tx, endpoint, table, ask, found); err != nil {
			return err
		}
		all = all[:0]
		for _, l := range found {
			all = append(all, *l)
		}
		slices.SortFunc(all, func(a, b LastDelivery) int { return strings.Compare(a.DocumentID, b.DocumentID) })
		return nil
	})
	return all, err
}

func lastDelivered(ctx context.Context, tx *queue.Tx, endpoint string, where *queue.Conditions, limit int, found map[string]*LastDelivery) error {
	return tx.Query(ctx, func(row dialect.Row) error {
		var e queue.Event
		var attempts int
		var finished *int64
		if err := row.Scan(append(e.Fields(), &attempts, &finished)...); err != nil {
			return err
		}
		found[e.Document.ID] = &LastDelivery{DocumentID: e.Document.ID, DeliveredAt: queue.TimeOrZero(finished), Delivery: &outbox.Delivery{
			Endpoint: endpoint, Attempt: attempts, EventID: e.ID, Type: e.Type, Table: e.Document.Table, DocumentID: e.Document.ID,
			Sequence: e.Sequence, Operation: e.Operation, OccurredAt: queue.Time(e.OccurredAt), Body: e.JSON(),
		}}
		return nil
	}, `SELECT `+queue.DeliveryColumns+`, "attempts", "finished_at" FROM "authgen_delivery" AS "d"`+where.Where()+` AND "state" = 'delivered'
AND NOT EXISTS (SELECT 1 FROM "authgen_delivery" AS "o" WHERE "o"."endpoint" = "d"."endpoint" AND "o"."doc_table" = "d"."doc_table" AND "o"."document_id" = "d"."document_id" AND "o"."state" = 'delivered' AND "o"."sequence" > "d"."sequence")
ORDER BY "document_id" LIMIT ?`, where.Args(limit)...)
}

// stillWaiting marks the documents of which an event is on its way.
func stillWaiting(ctx context.Context, tx *queue.Tx, endpoint, table string, ids sqltext.List[string], found map[string]*LastDelivery) error {
	if len(ids) == 0 {
		return nil
	}
	waiting, err := tx.Texts(ctx, `SELECT "document_id" FROM "authgen_delivery" WHERE "endpoint" = ? AND "doc_table" = ? AND "document_id" ? AND "state" IN ('pending', 'leased')
UNION SELECT "document_id" FROM "authgen_event" WHERE "doc_table" = ? AND "document_id" ?`, endpoint, table, ids, table, ids)
	for _, id := range waiting {
		if found[id] == nil {
			found[id] = &LastDelivery{DocumentID: id}
		}
		found[id].Waiting = true
	}
	return err
}
