package sqlite

import (
	"context"
	"strings"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect/internal/direct"
	"github.com/authgen/authgen/internal/criteria"
	"github.com/authgen/authgen/runtime"
)

type dialect struct{}

func (dialect) Kind() runtime.DialectKind { return runtime.SQLite }

// SingleWriter: a database file has one writer at a time; others would poll.
func (dialect) SingleWriter() bool { return true }

// HalfDone: nothing in a DELETE that only cascades makes SQLite keep what it would
// need to undo the statement alone.
func (dialect) HalfDone() bool { return true }

// Strands: SQLite follows references in cycles.
func (dialect) Strands() bool { return false }

func (dialect) Server() bool { return false }

// AppendIdent uses backquotes: a name in double quotes that is no column is a
// string to SQLite (sqlite.org/quirks.html, item 8), which a condition or an
// index would compare in place of the column.
func (dialect) AppendIdent(sql []byte, name string) []byte {
	sql = append(sql, '`')
	sql = append(sql, strings.ReplaceAll(name, "`", "``")...)
	return append(sql, '`')
}

func (dialect) AppendPlaceholder(sql []byte, _ int) []byte { return append(sql, '?') }

// AppendMatch uses no LIKE, which folds the case of ASCII letters (W8).
func (dialect) AppendMatch(b *runtime.Builder, m runtime.Match, o runtime.Operand, v any) {
	switch m {
	case runtime.MatchContains:
		b.Text("instr(")
		b.Operand(o)
		b.Text(", ")
		b.Bind(v)
		b.Text(") > 0")
	case runtime.MatchStart:
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

// AppendFold: lower knows ASCII only, unless ICU is loaded.
func (dialect) AppendFold(b *runtime.Builder, column string) {
	b.Text("lower(")
	b.Ident(column)
	b.Text(")")
}

// MaxArgs is the default of SQLite (sqlite.org/limits.html, item 9).
func (dialect) MaxArgs() int { return 32_766 }

// AppendOrder needs no NULLS FIRST: null sorts before every value here.
func (dialect) AppendOrder(b *runtime.Builder, term criteria.OrderTerm) {
	b.SortKey(term.Column)
	if term.Descending {
		b.Text(" DESC")
	}
}

func (dialect) NoLimit() string { return " LIMIT -1" }

// LockRows: whoever writes has locked the whole database.
func (dialect) LockRows(criteria.Lock) string { return "" }

// Returns nothing: RETURNING costs more here than the SELECT ahead of the write.
func (dialect) Returns() runtime.Returning { return 0 }

// Bind stores times as text of a fixed form; the drivers' own forms differ, and
// some do not sort.
func (dialect) Bind(v any) any {
	switch v := v.(type) {
	case time.Time:
		return runtime.Millis(v).Format(authgen.TimeLayout)
	case *time.Time:
		if v == nil {
			return nil
		}
		return runtime.Millis(*v).Format(authgen.TimeLayout)
	case runtime.Instant:
		return runtime.Millis(time.Time(v)).UnixMilli()
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

func (dialect) Link(driverConn any) runtime.Link { return direct.LinkOf(driverConn) }

var (
	beginWriting = []string{"BEGIN IMMEDIATE"}
	beginReading = []string{"BEGIN DEFERRED", "PRAGMA query_only = ON"}
)

func (dialect) Begin(o authgen.TxOption) []string {
	if o&authgen.ReadOnly != 0 {
		return beginReading
	}
	return beginWriting
}

func (dialect) End(o authgen.TxOption) []string {
	if o&authgen.ReadOnly != 0 {
		return []string{"PRAGMA query_only = OFF"}
	}
	return nil
}

// State sends BEGIN: SQLite has no statement that tells the state, and inside a
// transaction BEGIN is refused without further effect. Where no text is let through
// that commits, there is no other that could: what is open no more is rolled back.
func (dialect) State(ctx context.Context, conn runtime.Conn) (runtime.TxState, error) {
	_, err := conn.ExecContext(ctx, "BEGIN")
	if err == nil {
		_, err = conn.ExecContext(ctx, "ROLLBACK")
		return runtime.TxUndone, err
	}
	if code, text := codeOf(err); code == codeError && strings.Contains(text, "within a transaction") {
		return runtime.TxOpen, nil
	}
	return runtime.TxUndone, err
}

// Constraint knows nothing: the error has named the columns.
func (dialect) Constraint(context.Context, runtime.Conn, runtime.Fault, string) (string, []string, error) {
	return "", nil, nil
}
