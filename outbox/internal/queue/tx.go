package queue

import (
	"context"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
	"github.com/authgen/authgen/runtime"
)

// A Tx runs the statements of one unit of work. They are written with ? for each value
// and with names in double quotes, and brought into the words of the database.
//
// Those that only ask whether a row is there have an ORDER BY, so that the index is
// used: a planner that knows only the number of rows reads the table from its
// beginning, where the rows are that have long been finished.
type Tx struct {
	words   dialect.Words
	session runtime.Handle
}

// Exec runs a statement and returns how many rows it matched.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	query, args = sqltext.Render(tx.words, query, args)
	return tx.session.Exec(ctx, query, args...)
}

// Query runs a query and calls scan for each row.
func (tx *Tx) Query(ctx context.Context, scan func(dialect.Row) error, query string, args ...any) error {
	query, args = sqltext.Render(tx.words, query, args)
	return tx.session.Query(ctx, scan, query, args...)
}

// Row runs a query of at most one row and reports whether there is one.
func (tx *Tx) Row(ctx context.Context, query string, args []any, dest ...any) (found bool, err error) {
	err = tx.Query(ctx, func(row dialect.Row) error {
		found = true
		return row.Scan(dest...)
	}, query, args...)
	return found, err
}

// Texts runs a query of one column of text.
func (tx *Tx) Texts(ctx context.Context, query string, args ...any) (texts sqltext.List[string], err error) {
	err = tx.Query(ctx, func(row dialect.Row) error {
		var text string
		err := row.Scan(&text)
		texts = append(texts, text)
		return err
	}, query, args...)
	return texts, err
}
