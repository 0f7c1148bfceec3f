package runtime

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"
)

// A SQLTx is the transaction itself, for the application's own tables and for
// libraries that take such a handle (T4). It cannot end the transaction: that
// is the unit's to do. What it hands out is closed before a savepoint, commit
// or rollback.
type SQLTx struct {
	tx *Tx
}

// SQL returns the transaction for the application's own statements.
func (tx *Tx) SQL() SQLTx { return SQLTx{tx} }

// errNotYours is what Commit and Rollback of a SQLTx return. Libraries that
// find them refused, gorm for one, nest by savepoint.
var errNotYours = errors.New("authgen ends the transaction: return an error from the trigger, or from the function given to Tx, to roll it back")

// Commit returns an error always: the unit commits.
func (s SQLTx) Commit() error { return errNotYours }

// Rollback returns an error always: return an error from the trigger instead.
func (s SQLTx) Rollback() error { return errNotYours }

// ExecContext runs a statement in the transaction.
func (s SQLTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, done, err := s.start(ctx, query)
	if err != nil {
		return nil, err
	}
	defer s.tx.release()
	res, err := s.tx.conn.ExecContext(ctx, query, args...)
	s.note(ctx, err)
	done(err)
	return res, err
}

// PrepareContext prepares a statement that lives as long as the transaction.
// It is checked now, and sent as text each time it runs.
func (s SQLTx) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	stepCtx, done, err := s.start(ctx, query)
	if err != nil {
		return nil, err
	}
	defer s.tx.release()
	stmt, err := s.tx.conn.PrepareContext(stepCtx, query)
	if err == nil {
		err = stmt.Close()
	}
	_ = s.tx.settle(stepCtx, nil, err)
	done(err)
	if err != nil {
		return nil, err
	}
	return s.tx.preparing().PrepareContext(ctx, query)
}

// QueryContext runs a query in the transaction.
func (s SQLTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, done, err := s.start(ctx, query)
	if err != nil {
		return nil, err
	}
	defer s.tx.release()
	rows, err := s.tx.conn.QueryContext(ctx, query, args...) //nolint:sqlclosecheck // the user's to close, and else handed.close's
	if err == nil {
		s.tx.handed.addRows(rows)
	}
	s.note(ctx, err)
	done(err)
	return rows, err
}

// QueryRowContext runs a query of one row in the transaction.
func (s SQLTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx, done, err := s.start(ctx, query)
	if err != nil {
		// Only database/sql can make a Row that holds an error, and it takes
		// the error from the context.
		return s.tx.db.pool.QueryRowContext(failedContext{ctx, err}, query)
	}
	defer s.tx.release()
	row := s.tx.conn.QueryRowContext(ctx, query, args...)
	s.tx.handed.addRow(row)
	s.note(ctx, row.Err())
	done(row.Err())
	return row
}

// start makes the transaction ready for a statement of the user's.
func (s SQLTx) start(ctx context.Context, query string) (context.Context, func(error), error) {
	if err := s.tx.acquire(ctx, s.tx.options&ReadOnly == 0); err != nil {
		return ctx, nil, err
	}
	if err := s.tx.link.Flush(ctx); err != nil {
		s.tx.release()
		return ctx, nil, s.tx.settle(ctx, nil, err)
	}
	ctx, done := s.tx.observe(ctx, Step{Kind: StepStatement, SQL: query})
	return ctx, done, nil
}

// note remembers that user code had the connection: which rows it wrote is not
// known, nor what becomes of what it was handed.
func (s SQLTx) note(ctx context.Context, err error) {
	s.tx.unsure = true
	s.tx.wrote()
	s.tx.touchAll()
	_ = s.tx.settle(ctx, nil, err)
}

// A failedContext is a context that ended with an error of our choice.
type failedContext struct {
	context.Context
	err error
}

func (c failedContext) Err() error { return c.err }

func (c failedContext) Done() <-chan struct{} { return closed }

func (c failedContext) Deadline() (time.Time, bool) { return time.Time{}, false }

var closed = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// handed is what user code was handed and may have forgotten: open rows would
// make the end of the transaction wait for ever.
type handed struct {
	rows   []*sql.Rows
	single []*sql.Row
	raw    []RawResult // that Raw handed out
	proxy  *sql.DB     // what prepared statements are made on; closed at the end
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
		}
	}
	clear(h.rows[len(open):])
	h.rows = open
	h.raw = slices.DeleteFunc(h.raw, func(r RawResult) bool { return !r.Open() })
}

// addRow remembers a row. Whether it was scanned cannot be asked, so the
// oldest of many is taken to be.
func (h *handed) addRow(r *sql.Row) {
	if len(h.single) >= keepHanded {
		_ = h.single[0].Scan()
		h.single = append(h.single[:0], h.single[1:]...)
	}
	h.single = append(h.single, r)
}

// errOpenRows is a statement in the way of an open result: a connection to a
// server carries one at a time.
var errOpenRows error = &StatementError{text: "rows of an earlier query of tx.SQL() are still open: read them to their end, or close them, ahead of the next statement"}

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
	}
	for _, r := range h.raw {
		r.Close()
	}
	h.rows, h.raw = nil, nil
	h.closeSingle()
}

func (h *handed) closeSingle() {
	for _, r := range h.single {
		_ = r.Scan() // closes it, whatever else it says
	}
	h.single = nil
}

// closeHanded closes what was handed out ahead of an edge of a savepoint.
func (tx *Tx) closeHanded() {
	if tx.running.TryLock() {
		tx.handed.close()
		tx.running.Unlock()
	}
}

// end closes every result, and ends the prepared statements.
func (h *handed) end() {
	h.close()
	if h.proxy != nil {
		_ = h.proxy.Close()
	}
}

// closeForgotten closes what a trigger was handed and left open, where it would
// be in the way of the next statement.
func (tx *Tx) closeForgotten() {
	if tx.db.dialect.Kind() != SQLite {
		tx.closeHanded()
	}
}
