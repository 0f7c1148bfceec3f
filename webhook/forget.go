package webhook

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// forgetBatch is how many rows are removed in a transaction: so few that an event
// which waits for one of them does not wait for long.
const forgetBatch = 500

// Forget removes the ids of events that were handled before a time, and what is
// known of documents whose deletion was handled before it. It returns how many
// rows it removed. What was forgotten is handled again should it come again, so
// choose a time that is longer ago than a delivery may take: weeks, if exhausted
// deliveries are replayed. The sequence numbers of a document that was not deleted stay.
//
// It works in small steps, and no event waits for it: a document stays for the next time
// while an event of it is being handled. If Forget fails, what it removed until then is
// gone.
func (s *SQLStore) Forget(ctx context.Context, before time.Time) (int64, error) {
	removed, err := s.forgetEvents(ctx, before.UnixMilli())
	if err != nil {
		return removed, fmt.Errorf("webhook: cannot forget old events: %w", err)
	}
	for table := ""; ; {
		var next *string
		if err := s.db.QueryRowContext(ctx, s.texts.nextTable, table).Scan(&next); err != nil {
			return removed, fmt.Errorf("webhook: cannot forget old documents: %w", err)
		}
		if next == nil {
			return removed, nil
		}
		table = *next
		n, err := s.forgetDocuments(ctx, table, before.UnixMilli())
		removed += n
		if err != nil {
			return removed, fmt.Errorf("webhook: cannot forget old documents of %s: %w", table, err)
		}
	}
}

// forgetEvents removes ids of events. Nobody has one of them locked for long: an
// event that comes again is answered at once.
func (s *SQLStore) forgetEvents(ctx context.Context, before int64) (removed int64, err error) {
	for from := int64(0); ; {
		var ids []string
		err := each(ctx, s.db, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id, &from)
			ids = append(ids, id)
			return err
		}, s.texts.oldEvents, from, before, forgetBatch)
		if err != nil {
			return removed, err
		}
		n, err := s.remove(ctx, s.texts.forgetEvents, ids, before)
		removed += n
		if err != nil || len(ids) < forgetBatch {
			return removed, err
		}
	}
}

// forgetDocuments removes what is known of deleted documents of one table.
func (s *SQLStore) forgetDocuments(ctx context.Context, table string, before int64) (removed int64, err error) {
	for after := ""; ; {
		documents, err := column(ctx, s.db, s.texts.oldDocuments, table, before, after, forgetBatch)
		if err != nil {
			return removed, err
		}
		n, err := s.remove(ctx, s.texts.forgetDocuments, documents, table, before)
		removed += n
		if err != nil || len(documents) < forgetBatch {
			return removed, err
		}
		after = documents[forgetBatch-1]
	}
}

// A forgetting is how rows are removed by their keys. A list of these is added to
// its statements, which say again what rows are old, as that may have changed
// since the keys were read.
type forgetting struct {
	lock   string // selects the keys of those that are not locked; "" if none is for long
	delete string
}

// oldDocument is which rows are of a document of a table that was deleted before a
// time.
const oldDocument = "doc_table = ? AND type = '' AND sequence > 0 AND received_at < ?"

// forgettings returns how events and documents are removed.
func forgettings(w dialect.Words) (events, documents forgetting) {
	events.delete = " WHERE received_at < ? AND event_id IN"
	documents.delete = " WHERE " + oldDocument + " AND document_id IN"
	if w.ScansSmallTables {
		// Without a word it scans a small table, and waits for rows that it would
		// pass over.
		const byKey = " AS r FORCE INDEX (PRIMARY)"
		documents.lock = "SELECT document_id FROM authgen_received_document" + byKey + documents.delete
		events.delete = "DELETE r FROM authgen_received" + byKey + events.delete
		documents.delete = "DELETE r FROM authgen_received_document" + byKey + documents.delete
		return events, documents
	}
	if !w.OneWriter() {
		documents.lock = "SELECT document_id FROM authgen_received_document" + documents.delete
	}
	events.delete = "DELETE FROM authgen_received" + events.delete
	documents.delete = "DELETE FROM authgen_received_document" + documents.delete
	return events, documents
}

// remove removes rows by their keys. The arguments are what is in front of the
// keys in the statements.
func (s *SQLStore) remove(ctx context.Context, f forgetting, keys []string, args ...any) (int64, error) {
	if len(keys) == 0 {
		return 0, nil
	}
	tx, end, err := s.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	if f.lock != "" {
		text, all := s.listed(f.lock, keys, args)
		keys, err = column(ctx, tx, text+" FOR UPDATE SKIP LOCKED", all...)
		if err != nil || len(keys) == 0 {
			return 0, err
		}
	}
	text, all := s.listed(f.delete, keys, args)
	result, err := tx.ExecContext(ctx, text, all...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, err
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	return n, nil
}

// listed returns a statement with a list of keys at its end, and its arguments.
func (s *SQLStore) listed(text string, keys []string, args []any) (string, []any) {
	all := append([]any{}, args...)
	for _, k := range keys {
		all = append(all, k)
	}
	text += " (?" + strings.Repeat(", ?", len(keys)-1) + ")"
	return sqltext.Render(s.texts.words, text, all)
}
