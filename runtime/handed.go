package runtime

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/authgen/authgen"
)

// handed is what user code was handed and may have forgotten: open rows would
// make the end of the transaction wait for ever.
type handed struct {
	rows   []*sql.Rows
	single []*sql.Row
	raw    []RawResult // that Raw handed out
	proxy  *sql.DB     // what prepared statements are made on; closed at the end
	late   error       // the first that a result ran into after it was handed out
}

// came notes the error of a result that is closed, whether or not user code has
// looked at it.
func (h *handed) came(err error) {
	if h.late == nil {
		h.late = err
	}
}

// keepHanded is how many results are remembered before the finished ones are
// sorted out.
const keepHanded = 64

func (h *handed) addRows(r *sql.Rows) {
	if len(h.rows) >= keepHanded {
		h.sortOut()
	}
	h.rows = append(h.rows, r)
}

// sortOut forgets the results that are closed.
func (h *handed) sortOut() {
	open := h.rows[:0]
	for _, r := range h.rows {
		if _, err := r.Columns(); err == nil { // closed rows have none
			open = append(open, r)
			continue
		}
		h.came(r.Err())
	}
	clear(h.rows[len(open):])
	h.rows = open
	h.raw = slices.DeleteFunc(h.raw, func(r RawResult) bool {
		if r.Open() {
			return false
		}
		h.came(r.Err())
		return true
	})
}

// addRow remembers a row. Whether it was scanned cannot be asked, so the
// oldest of many is taken to be.
func (h *handed) addRow(r *sql.Row) {
	if len(h.single) >= keepHanded {
		h.came(singleError(h.single[0]))
		h.single = append(h.single[:0], h.single[1:]...)
	}
	h.single = append(h.single, r)
}

// errOpenRows is a statement in the way of an open result: a connection to a
// server carries one at a time.
var errOpenRows error = &authgen.StatementError{Reason: "rows of an earlier query of tx.SQL() are still open: read them to their end, or close them, ahead of the next statement"}

// open reports whether a result is being read. A single row that was not is
// closed: whether it is to be cannot be asked.
func (h *handed) open() bool {
	if !h.live() {
		return false
	}
	h.closeSingle()
	h.sortOut()
	return len(h.rows)+len(h.raw) > 0
}

// live reports whether user code can still reach the connection through what
// it was handed.
func (h *handed) live() bool {
	return len(h.rows)+len(h.single)+len(h.raw) > 0
}

// close closes every result that was handed out.
func (h *handed) close() {
	for _, r := range h.rows {
		_ = r.Close()
		h.came(r.Err())
	}
	for _, r := range h.raw {
		r.Close()
		h.came(r.Err())
	}
	h.rows, h.raw = nil, nil
	h.closeSingle()
}

func (h *handed) closeSingle() {
	for _, r := range h.single {
		h.came(singleError(r))
	}
	h.single = nil
}

// singleError closes a row and returns the error that it ran into. There is
// another way neither to close it nor to ask it; Scan also says that there is no
// row, or none left, or that it has more columns than none.
func singleError(r *sql.Row) error {
	err := r.Scan()
	if errors.Is(err, sql.ErrNoRows) || err != nil && strings.HasPrefix(err.Error(), "sql: expected ") {
		return nil
	}
	return err
}

// closeHanded closes what was handed out ahead of an edge of a savepoint, or of
// COMMIT. What a result ran into there, or before, is the failure of a statement
// (U8).
func (tx *Tx) closeHanded(ctx context.Context) error {
	tx.handed.close()
	return tx.heed(ctx)
}

// edge is closeHanded where the connection is not held yet; the failure is the
// next statement's.
func (tx *Tx) edge(ctx context.Context) {
	if tx.running.TryLock() {
		_ = tx.closeHanded(ctx)
		tx.running.Unlock()
	}
}

// heed takes in an error that a result ran into after it was handed out.
func (tx *Tx) heed(ctx context.Context) error {
	late := tx.handed.late
	tx.handed.late = nil
	return tx.settle(ctx, nil, late)
}

// end closes every result, and ends the prepared statements.
func (h *handed) end() {
	h.close()
	if h.proxy != nil {
		_ = h.proxy.Close()
	}
}

// afterUser looks at what a trigger was handed and closed, and closes what it
// left open where that would be in the way of the next statement.
func (tx *Tx) afterUser(ctx context.Context) {
	if !tx.running.TryLock() {
		return // another goroutine is at it, which is an error of its own
	}
	defer tx.running.Unlock()
	if tx.db.dialect.Server() {
		tx.handed.close()
	} else {
		tx.handed.sortOut()
	}
	_ = tx.heed(ctx)
}
