package direct

import (
	"context"
	"database/sql/driver"
	"errors"
)

// An unprepared statement is one that the server could not prepare, because it has too many
// prepared statements. It is sent as text, if the driver can do that.
type unprepared struct {
	conn *Conn
	text string
	full error
}

func (unprepared) Close() error { return nil }

func (unprepared) NumInput() int { return -1 }

func (unprepared) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }

func (unprepared) Query([]driver.Value) (driver.Rows, error) { return nil, driver.ErrSkip }

func (s unprepared) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	res, err := s.conn.ExecContext(ctx, s.text, args)
	if errors.Is(err, driver.ErrSkip) {
		err = s.full
	}
	return res, err
}

func (s unprepared) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := s.conn.QueryContext(ctx, s.text, args)
	if errors.Is(err, driver.ErrSkip) {
		err = s.full
	}
	return rows, err
}
