package sqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/authgen/authgen/dialect/sqlite"
)

// A foreign driver is SQLite whose errors are changed.
type foreign struct {
	driver driver.Driver
	dsn    string
	change func(error) error
}

func (f foreign) Connect(context.Context) (driver.Conn, error) {
	c, err := f.driver.Open(f.dsn)
	return foreignConn{c, f.change}, err
}

func (f foreign) Driver() driver.Driver { return f.driver }

type foreignConn struct {
	driver.Conn
	change func(error) error
}

func (c foreignConn) Prepare(query string) (driver.Stmt, error) {
	s, err := c.Conn.Prepare(query)
	if err != nil {
		return nil, c.change(err)
	}
	return s, nil
}

func (c foreignConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	r, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
	if err != nil {
		return nil, c.change(err)
	}
	return r, nil
}

// A driver whose errors cannot be told apart is refused, whatever its name; one
// that wraps those of a known driver is not.
func TestDriversAreKnownByTheirErrors(t *testing.T) {
	probe := pool(t, ":memory:")
	dsn := filepath.Join(t.TempDir(), "app.db") + "?_pragma=foreign_keys(1)&_pragma=busy_timeout(1000)"
	for _, c := range []struct {
		name   string
		change func(error) error
		want   string // in the error; empty: none
	}{
		{"errors of its own", func(err error) error { return errors.New(err.Error()) }, "the driver sqlite_test.foreignConn reports errors in a form that is not known"},
		{"errors that unwrap", func(err error) error { return fmt.Errorf("traced: %w", err) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			connector := foreign{probe.Driver(), dsn, c.change}
			for _, p := range []*sql.DB{sql.OpenDB(connector), sql.OpenDB(sqlite.Wrap(connector))} {
				_, err := open(t, sqlite.New(p))
				if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
					t.Errorf("error is %v, want %q in it", err, c.want)
				}
				_ = p.Close()
			}
		})
	}
}
