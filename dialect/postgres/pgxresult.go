package postgres

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// rows are rows that the unit of work knows, so that it can close them.
type rows struct {
	pgx.Rows
	closed bool
}

func (r *rows) Next() bool {
	more := r.Rows.Next()
	r.closed = r.closed || !more // pgx closes rows after the last one
	return more
}

func (r *rows) Scan(dest ...any) error {
	err := r.Rows.Scan(dest...)
	r.closed = r.closed || err != nil // as pgx does
	return err
}

func (r *rows) Close() {
	r.closed = true
	r.Rows.Close()
}

func (r *rows) Open() bool { return !r.closed }

// A single is the first of rows. Scan closes the rows.
type single struct {
	rows pgx.Rows
	err  error
}

func (r single) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}

// failedRows are the rows of a query that did not run.
type failedRows struct{ err error }

func (r failedRows) Close()                                       {}
func (r failedRows) Err() error                                   { return r.err }
func (r failedRows) CommandTag() pgconn.CommandTag                { return pgconn.CommandTag{} }
func (r failedRows) FieldDescriptions() []pgconn.FieldDescription { return nil }
func (r failedRows) Next() bool                                   { return false }
func (r failedRows) Scan(...any) error                            { return r.err }
func (r failedRows) Values() ([]any, error)                       { return nil, r.err }
func (r failedRows) RawValues() [][]byte                          { return nil }
func (r failedRows) Conn() *pgx.Conn                              { return nil }
func (r failedRows) TypeMap() *pgtype.Map                         { return nil }

// A batch has the results of a batch, which the unit of work knows.
type batch struct {
	pgx.BatchResults
	closed bool
	err    error // of Close: the first error of any statement
}

// Tx returns nil, because a batch begins no transaction of its own here.
func (b *batch) Tx() pgx.Tx { return nil }

func (b *batch) Close() error {
	err := b.BatchResults.Close()
	if !b.closed {
		b.closed, b.err = true, err
	}
	return err
}

// An openBatch is what the unit of work knows about a batch.
type openBatch struct{ *batch }

func (b openBatch) Open() bool { return !b.closed }

func (b openBatch) Close() { _ = b.batch.Close() }

func (b openBatch) Err() error { return b.err }

// A failedBatch is one that was not sent.
type failedBatch struct{ err error }

func (b failedBatch) Exec() (pgconn.CommandTag, error) { return pgconn.CommandTag{}, b.err }
func (b failedBatch) Query() (pgx.Rows, error)         { return failedRows(b), b.err }
func (b failedBatch) QueryRow() pgx.Row                { return single{err: b.err} }
func (b failedBatch) Close() error                     { return b.err }
func (b failedBatch) Tx() pgx.Tx                       { return nil }
