package webhook

import (
	"context"
	"database/sql"
)

// A querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// each calls scan for each row of a query.
func each(ctx context.Context, q querier, scan func(*sql.Rows) error, text string, args ...any) error {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// column returns the only column of a query's rows.
func column(ctx context.Context, q querier, text string, args ...any) (list []string, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var value string
		err := rows.Scan(&value)
		list = append(list, value)
		return err
	}, text, args...)
	return list, err
}
