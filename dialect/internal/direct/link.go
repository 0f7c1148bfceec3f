package direct

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/authgen/authgen/dialect"
)

// Exec runs a statement that returns no rows.
func (c *Conn) Exec(ctx context.Context, query string, args []any) (dialect.Result, error) {
	p, err := c.prepare(ctx, query)
	if err != nil {
		return dialect.Result{}, err
	}
	res, err := c.exec(ctx, p, args)
	c.cache.drop(p, err != nil)
	return res, err
}

func (c *Conn) exec(ctx context.Context, p *prepared, args []any) (out dialect.Result, err error) {
	named, err := c.bind(args)
	if err != nil {
		return out, err
	}
	defer clear(named)
	s, ok := p.stmt.(driver.StmtExecContext)
	if !ok {
		return out, fmt.Errorf("the driver's statements, %T, take no context", p.stmt)
	}
	res, err := s.ExecContext(ctx, named)
	if err != nil {
		return out, err
	}
	// A driver that supports only one of the two says so in the error.
	out.Matched, err = res.RowsAffected()
	out.LastID, _ = res.LastInsertId()
	return out, err
}

// Query runs a statement and scans the rows that it returns.
func (c *Conn) Query(ctx context.Context, query string, args []any, scan func(dialect.Row) error) (int, error) {
	p, err := c.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	p.busy = true
	failed := true // also after a panic of scan
	defer func() {
		p.busy = false
		c.cache.drop(p, failed)
	}()
	n, err := c.query(ctx, p, args, scan)
	failed = err != nil
	return n, err
}

func (c *Conn) query(ctx context.Context, p *prepared, args []any, scan func(dialect.Row) error) (n int, err error) {
	named, err := c.bind(args)
	if err != nil {
		return 0, err
	}
	s, ok := p.stmt.(driver.StmtQueryContext)
	if !ok {
		return 0, fmt.Errorf("the driver's statements, %T, take no context", p.stmt)
	}
	rows, err := s.QueryContext(ctx, named)
	clear(named)
	if err != nil {
		return 0, err
	}
	defer func() {
		if closeErr := rows.Close(); err == nil {
			err = closeErr
		}
	}()
	r := c.rowOf(len(rows.Columns()))
	defer clear(r.values)
	for {
		switch err := rows.Next(r.values); {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return n, err
		}
		if err := scan(r); err != nil {
			return n, &dialect.MisfitError{Cause: err}
		}
		n++
	}
}

// Ahead runs a statement at once.
func (c *Conn) Ahead(ctx context.Context, query string, args []any) error {
	_, err := c.Exec(ctx, query, args)
	return err
}

// Flush does nothing, because Ahead sends at once.
func (c *Conn) Flush(context.Context) error { return nil }

// Abandon does nothing, because the pool is that of database/sql.
func (c *Conn) Abandon() {}

// prepare returns the prepared statement with that text.
func (c *Conn) prepare(ctx context.Context, query string) (*prepared, error) {
	if p := c.cache.get(query); p != nil {
		return p, nil
	}
	text := query
	if c.rewrite != nil {
		text = c.rewrite(query)
	}
	stmt, err := c.PrepareContext(ctx, text)
	if err != nil && c.Full != nil && c.Full(err) {
		c.cache.clear() // other connections need some too
		return &prepared{text: query, stmt: unprepared{c, text, err}}, nil
	}
	if err != nil {
		return nil, err
	}
	p := &prepared{text: query, stmt: stmt}
	c.cache.add(p)
	return p, nil
}

// bind returns the arguments in the form of drivers. The slice is valid until the next
// statement.
func (c *Conn) bind(args []any) ([]driver.NamedValue, error) {
	c.args = c.args[:0]
	for i, arg := range args {
		v, err := value(arg)
		if err != nil {
			clear(c.args)
			return nil, err
		}
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return c.args, nil
}

// rowOf returns a row of n values. It is valid until the next result.
func (c *Conn) rowOf(n int) *row {
	if cap(c.row.values) < n {
		c.row.values = make([]driver.Value, n)
	}
	c.row.values = c.row.values[:n]
	return &c.row
}

// A row is a row in the driver's form.
type row struct{ values []driver.Value }

// Scan moves the values to where dest points.
func (r *row) Scan(dest ...any) error {
	if len(dest) != len(r.values) {
		return fmt.Errorf("%d columns for %d destinations", len(r.values), len(dest))
	}
	for i, d := range dest {
		if err := assign(d, r.values[i]); err != nil {
			return dialect.NewColumnError(i, dest, err)
		}
	}
	return nil
}
