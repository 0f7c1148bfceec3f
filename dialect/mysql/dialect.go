package mysql

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
	"github.com/authgen/authgen/internal/rowsql"
)

// A dialect speaks to MariaDB and to MySQL.
type mysqlDialect struct {
	opened  bool        // by Open, with a DSN that was put right
	mariaDB atomic.Bool // found by Check
	isSetUp atomic.Bool // found by Check: the connections are those of Wrap
}

func (*mysqlDialect) Kind() dialect.Kind { return dialect.MySQL }

// SingleWriter: rows are locked, not the database.
func (*mysqlDialect) SingleWriter() bool { return false }

func (*mysqlDialect) HalfDone() bool { return false }

// Strands: MySQL 9.7 follows a reference of a table to itself, and none that comes
// back to a table by way of another. MariaDB follows both.
func (d *mysqlDialect) Strands() bool { return !d.mariaDB.Load() }

func (*mysqlDialect) Server() bool { return true }

func (*mysqlDialect) AppendIdent(sql []byte, name string) []byte {
	return rowsql.MySQL.AppendIdent(sql, name)
}

func (*mysqlDialect) AppendPlaceholder(sql []byte, n int) []byte {
	return rowsql.MySQL.AppendPlaceholder(sql, n)
}

// AppendMatch uses no LIKE, in which some characters are special (W3). The
// column's collation compares by bytes (W8).
func (*mysqlDialect) AppendMatch(b dialect.Writer, m dialect.Match, o dialect.Operand, v any) {
	switch m {
	case dialect.MatchContains:
		b.Text("LOCATE(")
		b.Bind(v)
		b.Text(", ")
		b.Operand(o)
		b.Text(") > 0")
		return
	case dialect.MatchStart:
		b.Text("LEFT(")
	default:
		b.Text("RIGHT(")
	}
	b.Operand(o)
	b.Text(", CHAR_LENGTH(")
	b.Bind(v)
	b.Text(")) = ")
	b.Bind(v)
}

// NoLimit: there is no word for it (dev.mysql.com/doc/refman/8.0/en/select.html).
func (*mysqlDialect) NoLimit() string { return " LIMIT 18446744073709551615" }

// LockRows: there is one lock of a row that is to be written.
func (*mysqlDialect) LockRows(criteria.Lock) string { return " FOR UPDATE" }

// Returns: MariaDB has RETURNING for INSERT and DELETE, and not for UPDATE; MySQL has
// none.
func (d *mysqlDialect) Returns() dialect.Returning {
	if d.mariaDB.Load() {
		return dialect.ReturnsDeleted | dialect.ReturnsInserted
	}
	return 0
}

func (*mysqlDialect) Bind(v any) any {
	switch v := v.(type) {
	case time.Time:
		return bindTime(dialect.Millis(v))
	case dialect.Instant:
		return bindTime(dialect.Millis(time.Time(v)))
	case dialect.Micros:
		return bindTime(time.Time(v))
	case *time.Time:
		if v == nil {
			return nil
		}
		return bindTime(dialect.Millis(*v))
	case authgen.Secret:
		return v.Reveal()
	case *authgen.Secret:
		if v == nil {
			return nil
		}
		return v.Reveal()
	case []byte:
		if v == nil {
			return []byte{} // a nil slice would be stored as null
		}
	}
	return v
}

// How times are written in JSON, and those of the year 0 always, which the driver
// refuses.
const (
	timeLayout  = "2006-01-02 15:04:05.000"
	microLayout = "2006-01-02 15:04:05.000000"
)

func bindTime(t time.Time) any {
	if t.Year() == 0 || t.IsZero() { // the driver makes the latter '0000-00-00'
		return t.Format(microLayout)
	}
	return t
}

func bindText(t time.Time) string { return dialect.Millis(t).Format(timeLayout) }

func (*mysqlDialect) Link(driverConn any) dialect.Link {
	if c, ok := driverConn.(*conn); ok {
		return c
	}
	return nil
}

// Begin sets the isolation whatever the session's default is (U10), unless the
// session was set up so that it is the default.
func (d *mysqlDialect) Begin(o authgen.TxOption) []string {
	begin := "BEGIN"
	if o&authgen.ReadOnly != 0 {
		begin = "START TRANSACTION READ ONLY"
	}
	switch {
	case o&authgen.Serializable != 0:
		return []string{"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", begin}
	case d.isSetUp.Load():
		return []string{begin}
	}
	return []string{"SET TRANSACTION ISOLATION LEVEL READ COMMITTED", begin}
}

func (*mysqlDialect) End(authgen.TxOption) []string { return nil }

// noSavepoint is the number of the error that there is no such savepoint.
const noSavepoint = 1305

// State makes a savepoint, which outside of a transaction is not there
// any more when it is released. MariaDB could be asked, MySQL could not.
func (*mysqlDialect) State(ctx context.Context, conn dialect.Conn) (dialect.TxState, error) {
	_, err := conn.ExecContext(ctx, "SAVEPOINT authgen_probe")
	if err == nil {
		_, err = conn.ExecContext(ctx, "RELEASE SAVEPOINT authgen_probe")
	}
	if r, ok := report(err); ok && r.number == noSavepoint {
		return dialect.TxEnded, nil
	}
	return dialect.TxOpen, err
}
