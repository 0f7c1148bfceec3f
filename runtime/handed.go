package runtime

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/authgen/authgen"
)

// handed holds what user code was handed and may have forgotten. Open rows would make the
// end of the transaction wait for ever.
type handed struct {
	rows   []*sql.Rows
	single []*sql.Row
	raw    []RawResult // results of Raw
	proxy  *sql.DB     // makes prepared statements; closed at the end
	late   error       // the first error of a result after it was handed out
}

// came records the error of a result that is closed, even if user code has not
// looked at it.
func (h *handed) came(err error) {
	if h.late == nil {
		h.late = err
	}
}

// keepHanded is how many results are remembered before sortOut forgets those that are
// closed.
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
		if _, err := r.Columns(); err == nil { // closed rows have no columns
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

// addRow remembers a row. A row does not tell whether it was scanned. So if there are many,
// addRow assumes that the oldest was.
func (h *handed) addRow(r *sql.Row) {
	if len(h.single) >= keepHanded {
		h.came(singleError(h.single[0]))
		h.single = append(h.single[:0], h.single[1:]...)
	}
	h.single = append(h.single, r)
}

// errOpenRows is the error of a statement while a result is open: a connection to a
// server carries one at a time.
var errOpenRows error = &authgen.StatementError{Reason: "rows of an earlier query of tx.SQL() are still open: read them to their end, or close them, ahead of the next statement"}

// open reports whether user code is still reading a result. It closes a single row that was
// not scanned, because a row does not tell whether it still will be.
func (h *handed) open() bool {
	if !h.live() {
		return false
	}
	h.closeSingle()
	h.sortOut()
	return len(h.rows)+len(h.raw) > 0
}

// live reports whether user code can still reach the connection through a result or a
// prepared statement.
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

// singleError closes a row and returns the error that it ran into. Only Scan can do
// either. Scan without targets also fails if there is no row, if the row was read already,
// or if it has columns; these are not errors of the row.
func singleError(r *sql.Row) error {
	err := r.Scan()
	if errors.Is(err, sql.ErrNoRows) || err != nil && strings.HasPrefix(err.Error(), "sql: expected ") {
		return nil
	}
	return err
}

// closeHanded closes what was handed out, ahead of an edge of a savepoint or of
// COMMIT. An error of a result there, or before, counts as the failure of a statement
// (U8).
func (tx *Tx) closeHanded(ctx context.Context) error {
	tx.handed.close()
	return tx.heed(ctx)
}

// edge is closeHanded where the connection is not held yet. The next statement returns the
// failure.
func (tx *Tx) edge(ctx context.Context) {
	if tx.running.TryLock() {
		_ = tx.closeHanded(ctx)
		tx.running.Unlock()
	}
}

// heed fails the unit if a result ran into an error after it was handed out.
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

// afterUser looks at what user code was handed. It notes the errors of what was closed, and
// closes what was left open if that would be in the way of the next statement.
func (tx *Tx) afterUser(ctx context.Context) {
	if !tx.running.TryLock() {
		return // another goroutine has the connection, which is an error of its own
	}
	defer tx.running.Unlock()
	if tx.db.dialect.Server() {
		tx.handed.close()
	} else {
		tx.handed.sortOut()
	}
	_ = tx.heed(ctx)
}
