package sqlite

import (
	"context"
	"strings"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/internal/direct"
	"github.com/authgen/authgen/internal/criteria"
	"github.com/authgen/authgen/internal/rowsql"
)

type sqliteDialect struct{}

func (sqliteDialect) Kind() dialect.Kind { return dialect.SQLite }

// SingleWriter is true: a database file has one writer at a time, and others would poll.
func (sqliteDialect) SingleWriter() bool { return true }

// HalfDone is true: for a DELETE that only cascades SQLite does not keep what it would need
// to undo that statement alone.
func (sqliteDialect) HalfDone() bool { return true }

// Strands is false: SQLite follows references in cycles.
func (sqliteDialect) Strands() bool { return false }

func (sqliteDialect) Server() bool { return false }

func (sqliteDialect) AppendIdent(sql []byte, name string) []byte {
	return rowsql.SQLite.AppendIdent(sql, name)
}

func (sqliteDialect) AppendPlaceholder(sql []byte, n int) []byte {
	return rowsql.SQLite.AppendPlaceholder(sql, n)
}

// AppendMatch does not use LIKE, which ignores the case of ASCII letters (W8).
func (sqliteDialect) AppendMatch(b dialect.Writer, m dialect.Match, o dialect.Operand, v any) {
	switch m {
	case dialect.MatchContains:
		b.Text("instr(")
		b.Operand(o)
		b.Text(", ")
		b.Bind(v)
		b.Text(") > 0")
	case dialect.MatchStart:
		b.Text("substr(")
		b.Operand(o)
		b.Text(", 1, length(")
		b.Bind(v)
		b.Text(")) = ")
		b.Bind(v)
	default:
		b.Text("substr(")
		b.Operand(o)
		b.Text(", -length(")
		b.Bind(v)
		b.Text(")) = ")
		b.Bind(v)
	}
}

// AppendFold uses lower, which knows only ASCII unless ICU is loaded.
func (sqliteDialect) AppendFold(b dialect.Writer, column string) {
	b.Text("lower(")
	b.Ident(column)
	b.Text(")")
}

// MaxArgs returns the default of SQLite (sqlite.org/limits.html, item 9).
func (sqliteDialect) MaxArgs() int { return 32_766 }

// AppendOrder needs no NULLS FIRST, because null sorts before every value.
func (sqliteDialect) AppendOrder(b dialect.Writer, term criteria.OrderTerm) {
	b.SortKey(term.Column)
	if term.Descending {
		b.Text(" DESC")
	}
}

func (sqliteDialect) NoLimit() string { return " LIMIT -1" }

// LockRows is empty: a writer has locked the whole database.
func (sqliteDialect) LockRows(criteria.Lock) string { return "" }

// Returns is empty: RETURNING costs more here than a SELECT before the write.
func (sqliteDialect) Returns() dialect.Returning { return 0 }

// Bind stores times as text of a fixed form. The drivers have different forms, and some
// do not sort.
func (sqliteDialect) Bind(v any) any {
	switch v := v.(type) {
	case time.Time:
		return dialect.Millis(v).Format(authgen.TimeLayout)
	case *time.Time:
		if v == nil {
			return nil
		}
		return dialect.Millis(*v).Format(authgen.TimeLayout)
	case dialect.Instant:
		return dialect.Millis(time.Time(v)).UnixMilli()
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

func (sqliteDialect) Link(driverConn any) dialect.Link { return direct.LinkOf(driverConn) }

var (
	beginWriting = []string{"BEGIN IMMEDIATE"}
	beginReading = []string{"BEGIN DEFERRED", "PRAGMA query_only = ON"}
)

func (sqliteDialect) Begin(o authgen.TxOption) []string {
	if o&authgen.ReadOnly != 0 {
		return beginReading
	}
	return beginWriting
}

func (sqliteDialect) End(o authgen.TxOption) []string {
	if o&authgen.ReadOnly != 0 {
		return []string{"PRAGMA query_only = OFF"}
	}
	return nil
}

// State sends BEGIN, because SQLite has no statement that tells the state. Inside a
// transaction BEGIN fails and does nothing else. A transaction that has ended was rolled
// back, because the adapter lets no statement through that commits.
func (sqliteDialect) State(ctx context.Context, conn dialect.Conn) (dialect.TxState, error) {
	_, err := conn.ExecContext(ctx, "BEGIN")
	if err == nil {
		_, err = conn.ExecContext(ctx, "ROLLBACK")
		return dialect.TxUndone, err
	}
	if code, text := codeOf(err); code == codeError && strings.Contains(text, "within a transaction") {
		return dialect.TxOpen, nil
	}
	return dialect.TxUndone, err
}

// Constraint returns nothing, because the error names the columns.
func (sqliteDialect) Constraint(context.Context, dialect.Conn, dialect.Fault, string) (string, []string, error) {
	return "", nil, nil
}
