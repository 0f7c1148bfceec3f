package runtime

import (
	"context"

	"github.com/authgen/authgen/dialect"
)

// A sqlLink runs statements through database/sql. It is for a transaction of the caller, and
// for a driver that the dialect does not know.
type sqlLink struct{ conn dialect.Conn }

func (l sqlLink) Exec(ctx context.Context, query string, args []any) (dialect.Result, error) {
	res, err := l.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return dialect.Result{}, err
	}
	// If a driver knows only one of the two numbers, it says so in the error.
	matched, err := res.RowsAffected()
	id, _ := res.LastInsertId()
	return dialect.Result{Matched: matched, LastID: id}, err
}

func (l sqlLink) Query(ctx context.Context, query string, args []any, scan func(dialect.Row) error) (n int, err error) {
	rows, err := l.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer func() {
		if closeErr := rows.Close(); err == nil {
			err = closeErr
		}
	}()
	var row dialect.Row = sqlRow{rows}
	for rows.Next() {
		if err := scan(row); err != nil {
			return n, &dialect.MisfitError{Cause: err}
		}
		n++
	}
	return n, rows.Err()
}

func (l sqlLink) Ahead(ctx context.Context, query string, args []any) error {
	_, err := l.Exec(ctx, query, args)
	return err
}

func (sqlLink) Flush(context.Context) error { return nil }

func (sqlLink) Abandon() {}

// A sqlRow is a row whose error says which column does not fit.
type sqlRow struct{ rows dialect.Row }

func (r sqlRow) Scan(dest ...any) error {
	err := r.rows.Scan(dest...)
	if err != nil {
		return misplaced(r.rows, dest, err)
	}
	return nil
}
