package faults

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// A process is killed while it writes to a SQLite file that nobody else has
// open: in the middle of a transaction of which the most is in the file already,
// and then at random. Opened anew, the file is well, and has what was committed.
func TestSQLiteKilledWhileWriting(t *testing.T) {
	t.Parallel()
	where := place{file(t, "app"), file(t, "receiver")}
	t.Run("its tables", func(t *testing.T) { prepared(t, where) })
	kills := 8
	if testing.Short() {
		kills = 4
	}
	first := start(t, order{Role: "bulk", Place: where, At: []string{"in a transaction"}})
	first.await("stopped", 1)
	log, err := os.Stat(where.App.DSN + "-wal")
	must(t, err)
	if log.Size() < 1<<20 {
		t.Errorf("of a transaction of 4 MB there are %d bytes in the file", log.Size())
	}
	first.kill()
	isWell(t, where.App)
	var processes []*child
	for range kills {
		c := start(t, order{Role: "bulk", Place: where})
		processes = append(processes, c)
		c.await("committed", 1)
		time.Sleep(rand.N(50 * time.Millisecond))
		c.kill()
		isWell(t, where.App)
	}
	s := prepared(t, where)
	desks := len(s.committed())
	t.Logf("%d visits acknowledged, %d committed", s.acknowledged(processes...), desks)
	notes, err := s.db.Note.Count(t.Context(), auth.All[auth.Note]())
	must(t, err)
	if notes*bulkDesks != desks*bulkNotes {
		t.Errorf("%d desks and %d notes, so half of a transaction was committed", desks, notes)
	}
	s.finish()
	s.check()
}

// isWell fails the test unless a file is whole.
func isWell(t *testing.T, d data) {
	t.Helper()
	db, err := d.pool()
	must(t, err)
	defer func() { must(t, db.Close()) }()
	for pragma, want := range map[string]string{"integrity_check": "ok", "foreign_key_check": ""} {
		if got := lines(t, db, "PRAGMA "+pragma); got != want {
			t.Errorf("%s: %s", pragma, got)
		}
	}
}

// lines returns the first column of what a query returns.
func lines(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	must(t, err)
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var text string
		must(t, rows.Scan(&text))
		all = append(all, text)
	}
	must(t, rows.Err())
	return strings.Join(all, "\n")
}

// What a transaction of writeInBulk writes.
const (
	bulkDesks = 5
	bulkNotes = 100
)

// writeInBulk is the role of a process that runs transactions that are too large
// to be held in memory until they are committed.
func writeInBulk(ctx context.Context, _ order, p *program) error {
	text := strings.Repeat("a long note ", 3000)
	for {
		var all []visit
		err := p.db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
			all = all[:0]
			for range bulkDesks {
				v, err := openDesk(ctx, tx, "bulk")
				if err != nil {
					return err
				}
				all = append(all, v)
			}
			for n := range bulkNotes {
				if _, err := tx.Note.Create(ctx, auth.NoteCreate{ID: auth.NoteID(fmt.Sprint(all[0].desk, n)), Text: text}); err != nil {
					return err
				}
			}
			p.gate.here("in a transaction")
			return nil
		})
		if err != nil {
			return err
		}
		for _, v := range all {
			p.tell("committed", arrival{visit: v})
		}
	}
}
