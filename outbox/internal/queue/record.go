package queue

import (
	"context"
	"strings"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
	"github.com/authgen/authgen/runtime"
)

// Record records events for all their destinations.
func (e *Events) Record(ctx context.Context, events []authgen.Event) error {
	return e.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := e.insert(ctx, tx, events)
		return err
	})
}

// RecordFor puts events into the queue of one endpoint, as a part of a unit of the
// program. It reports whether there were any.
func (e *Events) RecordFor(ctx context.Context, unit *runtime.Tx, endpoint string, events []authgen.Event) (bool, error) {
	tx := e.db.tx(unit)
	ids, err := e.insert(ctx, tx, events)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	var places []place
	err = tx.Query(ctx, func(row dialect.Row) error {
		var p place
		err := row.Scan(&p.sequence)
		places = append(places, p)
		return err
	}, `SELECT "sequence" FROM "authgen_event" WHERE "id" ?`, ids)
	if err != nil {
		return false, err
	}
	return true, e.spread(ctx, tx, map[Destination][]place{{Name: endpoint}: places}, sequencesOf(places))
}

const (
	// insertRows is how many events one statement inserts at most.
	insertRows = 500
	// insertBytes is about how large their bodies are together: MariaDB takes no
	// statement of more than 16 MiB.
	insertBytes = 1 << 20
	// insertColumns is how many values insert gives for each event.
	insertColumns = 7
)

// insert inserts events, and returns their ids.
func (e *Events) insert(ctx context.Context, tx *Tx, events []authgen.Event) (sqltext.List[string], error) {
	ids := make(sqltext.List[string], len(events))
	var args []any
	size := 0
	for i, event := range events {
		if ids[i] = event.ID; event.ID == "" {
			ids[i] = runtime.UUIDv7()
		}
		at := e.db.Now()
		if !event.Timestamp.IsZero() {
			at = event.Timestamp.UnixMilli()
		}
		body, err := dialect.EncodeJSON(tail{Changed: event.Changed, Data: event.Data, Request: event.Request})
		if err != nil {
			return nil, err
		}
		args = append(args, ids[i], event.Type, event.Table, event.DocumentID, event.Operation, at, body)
		size += len(body)
		if n := len(args) / insertColumns; n == insertRows || size >= insertBytes || i == len(events)-1 {
			const insert = `INSERT INTO "authgen_event" ("id", "type", "doc_table", "document_id", "operation", "occurred_at", "body") VALUES (?, ?, ?, ?, ?, ?, ?)`
			if _, err := tx.Exec(ctx, insert+strings.Repeat(", (?, ?, ?, ?, ?, ?, ?)", n-1), args...); err != nil {
				return nil, err
			}
			args, size = args[:0], 0
		}
	}
	return ids, nil
}
