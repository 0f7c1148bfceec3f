package mysql

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/criteria"
	"github.com/authgen/authgen/runtime"
)

// A dialect speaks to MariaDB and to MySQL.
type dialect struct {
	opened  bool        // by Open, with a DSN that was put right
	mariaDB atomic.Bool // found by Check
	isSetUp atomic.Bool // found by Check: the connections are those of Wrap
}

func (*dialect) Kind() runtime.DialectKind { return runtime.MySQL }

// SingleWriter: rows are locked, not the database.
func (*dialect) SingleWriter() bool { return false }

func (*dialect) HalfDone() bool { return false }

// Strands: MySQL 9.7 follows a reference of a table to itself, and none that comes
// back to a table by way of another. MariaDB follows both.
func (d *dialect) Strands() bool { return !d.mariaDB.Load() }

func (*dialect) Server() bool { return true }

func (*dialect) AppendIdent(sql []byte, name string) []byte {
	sql = append(sql, '`')
	sql = append(sql, strings.ReplaceAll(name, "`", "``")...)
	return append(sql, '`')
}

func (*dialect) AppendPlaceholder(sql []byte, _ int) []byte { return append(sql, '?') }

// AppendMatch uses no LIKE, in which some characters are special (W3). The
// column's collation compares by bytes (W8).
func (*dialect) AppendMatch(b *runtime.Builder, m runtime.Match, o runtime.Operand, v any) {
	switch m {
	case runtime.MatchContains:
		b.Text("LOCATE(")
		b.Bind(v)
		b.Text(", ")
		b.Operand(o)
		b.Text(") > 0")
		return
	case runtime.MatchStart:
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
func (*dialect) NoLimit() string { return " LIMIT 18446744073709551615" }

// LockRows: there is one lock of a row that is to be written.
func (*dialect) LockRows(criteria.Lock) string { return " FOR UPDATE" }

// Returns: MariaDB has RETURNING for INSERT and DELETE, and not for UPDATE; MySQL has
// none.
func (d *dialect) Returns() runtime.Returning {
	if d.mariaDB.Load() {
		return runtime.ReturnsDeleted | runtime.ReturnsInserted
	}
	return 0
}

func (*dialect) Bind(v any) any {
	switch v := v.(type) {
	case time.Time:
		return bindTime(runtime.Millis(v))
	case runtime.Instant:
		return bindTime(runtime.Millis(time.Time(v)))
	case runtime.Micros:
		return bindTime(time.Time(v))
	case *time.Time:
		if v == nil {
			return nil
		}
		return bindTime(runtime.Millis(*v))
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

func bindText(t time.Time) string { return runtime.Millis(t).Format(timeLayout) }

func (*dialect) Link(driverConn any) runtime.Link {
	if c, ok := driverConn.(*conn); ok {
		return c
	}
	return nil
}

// Begin sets the isolation whatever the session's default is (U10), unless the
// session was set up so that it is the default.
func (d *dialect) Begin(o authgen.TxOption) []string {
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

func (*dialect) End(authgen.TxOption) []string { return nil }

// noSavepoint is the number of the error that there is no such savepoint.
const noSavepoint = 1305

// State makes a savepoint, which outside of a transaction is not there
// any more when it is released. MariaDB could be asked, MySQL could not.
func (*dialect) State(ctx context.Context, conn runtime.Conn) (runtime.TxState, error) {
	_, err := conn.ExecContext(ctx, "SAVEPOINT authgen_probe")
	if err == nil {
		_, err = conn.ExecContext(ctx, "RELEASE SAVEPOINT authgen_probe")
	}
	if r, ok := report(err); ok && r.number == noSavepoint {
		return runtime.TxEnded, nil
	}
	return runtime.TxOpen, err
}
