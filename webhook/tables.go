package webhook

import (
	"embed"
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// tables has the statements that create what an SQLStore needs, a file for each dialect.
// received_at is Unix milliseconds.
//
//go:embed tables
var tables embed.FS

// texts are the statements of an SQLStore in one dialect.
type texts struct {
	words           dialect.Words
	lockDocument    string
	addEvent        string
	findEvent       string
	sequences       string
	dropTypes       string
	setSequence     string
	nextTable       string
	oldEvents       string
	oldDocuments    string
	forgetEvents    forgetting
	forgetDocuments forgetting
}

// textsFor returns the statements for a dialect.
func textsFor(w dialect.Words) texts {
	t := texts{
		words:        w,
		findEvent:    "SELECT 1 FROM authgen_received WHERE event_id = ?",
		sequences:    "SELECT type, sequence FROM authgen_received_document WHERE doc_table = ? AND document_id = ?",
		dropTypes:    "DELETE FROM authgen_received_document WHERE doc_table = ? AND document_id = ? AND type <> ''",
		nextTable:    "SELECT MIN(doc_table) FROM authgen_received_document WHERE doc_table > ?",
		oldEvents:    "SELECT event_id, received_at FROM authgen_received WHERE received_at >= ? AND received_at < ? ORDER BY received_at LIMIT ?",
		oldDocuments: "SELECT document_id FROM authgen_received_document WHERE " + oldDocument + " AND document_id > ? ORDER BY document_id LIMIT ?",
	}
	t.forgetEvents, t.forgetDocuments = forgettings(w)
	const (
		document = "INSERT INTO authgen_received_document (doc_table, document_id, type, sequence, received_at) VALUES "
		conflict = " ON CONFLICT (doc_table, document_id, type) DO UPDATE SET "
	)
	if w.OnDuplicateKey {
		// The update changes nothing, but takes the row's lock.
		t.lockDocument = document + "(?, ?, '', 0, 0) ON DUPLICATE KEY UPDATE sequence = sequence"
		t.addEvent = "INSERT IGNORE INTO authgen_received (event_id, received_at) VALUES (?, ?)"
		t.setSequence = document + "(?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE sequence = VALUES(sequence), received_at = VALUES(received_at)"
		// It locks because MariaDB gives up the locks of a commit on new rows a moment
		// before other reads see them. By another index it would wait for rows of
		// other documents.
		t.sequences = "SELECT type, sequence FROM authgen_received_document FORCE INDEX (PRIMARY) WHERE doc_table = ? AND document_id = ? FOR UPDATE"
		return t
	}
	t.lockDocument = document + "(?, ?, '', 0, 0)" + conflict + "sequence = authgen_received_document.sequence"
	t.addEvent = "INSERT INTO authgen_received (event_id, received_at) VALUES (?, ?) ON CONFLICT (event_id) DO NOTHING"
	t.setSequence = document + "(?, ?, ?, ?, ?)" + conflict + "sequence = excluded.sequence, received_at = excluded.received_at"
	for _, text := range []*string{&t.lockDocument, &t.addEvent, &t.findEvent, &t.sequences, &t.dropTypes, &t.setSequence, &t.nextTable, &t.oldEvents, &t.oldDocuments} {
		*text, _ = sqltext.Render(w, *text, make([]any, strings.Count(*text, "?")))
	}
	return t
}
