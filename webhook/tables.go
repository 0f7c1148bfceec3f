package webhook

import (
	"strconv"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// texts are the statements of an SQLStore in one dialect.
type texts struct {
	tables          string
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
	numbered        bool // placeholders are $1, $2 and so on
}

// textsFor returns the statements for a dialect.
func textsFor(kind dialect.Kind) texts {
	t := texts{
		tables:       tables[kind],
		findEvent:    "SELECT 1 FROM authgen_received WHERE event_id = ?",
		sequences:    "SELECT type, sequence FROM authgen_received_document WHERE doc_table = ? AND document_id = ?",
		dropTypes:    "DELETE FROM authgen_received_document WHERE doc_table = ? AND document_id = ? AND type <> ''",
		nextTable:    "SELECT MIN(doc_table) FROM authgen_received_document WHERE doc_table > ?",
		oldEvents:    "SELECT event_id, received_at FROM authgen_received WHERE received_at >= ? AND received_at < ? ORDER BY received_at LIMIT ?",
		oldDocuments: "SELECT document_id FROM authgen_received_document WHERE " + oldDocument + " AND document_id > ? ORDER BY document_id LIMIT ?",
		numbered:     kind == dialect.Postgres,
	}
	t.forgetEvents, t.forgetDocuments = forgettings(kind)
	const (
		document = "INSERT INTO authgen_received_document (doc_table, document_id, type, sequence, received_at) VALUES "
		conflict = " ON CONFLICT (doc_table, document_id, type) DO UPDATE SET "
	)
	if kind == dialect.MySQL {
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
	if t.numbered {
		for _, text := range []*string{&t.lockDocument, &t.addEvent, &t.findEvent, &t.sequences, &t.dropTypes, &t.setSequence, &t.nextTable, &t.oldEvents, &t.oldDocuments} {
			*text = numbered(*text)
		}
	}
	return t
}

// numbered returns a statement with $1, $2 and so on in place of each "?". None
// of ours has a "?" that is not a placeholder.
func numbered(text string) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		n++
		b.WriteString("$" + strconv.Itoa(n))
	}
	return b.String()
}

// tables create what an SQLStore needs. received_at is Unix milliseconds.
var tables = map[dialect.Kind]string{
	dialect.SQLite: `CREATE TABLE IF NOT EXISTS authgen_received (
  event_id TEXT NOT NULL PRIMARY KEY,
  received_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS authgen_received_at_idx ON authgen_received (received_at);
CREATE TABLE IF NOT EXISTS authgen_received_document (
  doc_table TEXT NOT NULL,
  document_id TEXT NOT NULL,
  type TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (doc_table, document_id, type)
);
`,
	dialect.Postgres: `CREATE TABLE IF NOT EXISTS authgen_received (
  event_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  received_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS authgen_received_at_idx ON authgen_received (received_at);
CREATE TABLE IF NOT EXISTS authgen_received_document (
  doc_table TEXT COLLATE "C" NOT NULL,
  document_id TEXT COLLATE "C" NOT NULL,
  type TEXT COLLATE "C" NOT NULL,
  sequence BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (doc_table, document_id, type)
);
`,
	dialect.MySQL: `CREATE TABLE IF NOT EXISTS authgen_received (
  event_id VARCHAR(255) NOT NULL PRIMARY KEY,
  received_at BIGINT NOT NULL,
  KEY authgen_received_at_idx (received_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;
CREATE TABLE IF NOT EXISTS authgen_received_document (
  doc_table VARCHAR(63) NOT NULL,
  document_id VARCHAR(255) NOT NULL,
  type VARCHAR(63) NOT NULL,
  sequence BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (doc_table, document_id, type)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;
`,
}
