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
	opened  bool        // Open made it, with a corrected DSN
	mariaDB atomic.Bool // Check sets it
	isSetUp atomic.Bool // Check sets it: the connections are those of Wrap
}

func (*mysqlDialect) Kind() dialect.Kind { return dialect.MySQL }

// SingleWriter is false: writers lock rows, not the database.
func (*mysqlDialect) SingleWriter() bool { return false }

func (*mysqlDialect) HalfDone() bool { return false }

// Strands is true for MySQL: version 9.7 follows a reference of a table to itself, but not
// references that come back to a table by way of another. MariaDB follows both.
func (d *mysqlDialect) Strands() bool { return !d.mariaDB.Load() }

func (*mysqlDialect) Server() bool { return true }

func (*mysqlDialect) AppendIdent(sql []byte, name string) []byte {
	return rowsql.MySQL.AppendIdent(sql, name)
}

func (*mysqlDialect) AppendPlaceholder(sql []byte, n int) []byte {
	return rowsql.MySQL.AppendPlaceholder(sql, n)
}

// AppendMatch does not use LIKE, in which some characters are special (W3). The collation of
// the column compares by bytes (W8).
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

// NoLimit returns a very large limit, because MySQL has no word for none
// (dev.mysql.com/doc/refman/8.0/en/select.html).
func (*mysqlDialect) NoLimit() string { return " LIMIT 18446744073709551615" }

// LockRows uses FOR UPDATE, the only lock for rows that will be written.
func (*mysqlDialect) LockRows(criteria.Lock) string { return " FOR UPDATE" }

// Returns depends on the server: MariaDB has RETURNING for INSERT and DELETE, but not for
// UPDATE; MySQL does not have it.
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

// The form of times in JSON. Times of the year 0 always have it, because the driver refuses
// them.
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

// Begin sets the isolation level, whatever the session's default is (U10), unless the setup
// of the session made it the default.
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

// noSavepoint is the number of the error for a savepoint that does not exist.
const noSavepoint = 1305

// State makes a savepoint and releases it. Outside of a transaction the savepoint is gone by
// then. MariaDB could be asked for its state, but MySQL could not.
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
