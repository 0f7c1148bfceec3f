package postgres

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/criteria"
	"github.com/authgen/authgen/runtime"
)

type dialect struct{}

func (dialect) Kind() runtime.DialectKind { return runtime.Postgres }

// SingleWriter: rows are locked, not the database.
func (dialect) SingleWriter() bool { return false }

func (dialect) HalfDone() bool { return false }

// Strands: Postgres follows references in cycles.
func (dialect) Strands() bool { return false }

func (dialect) Server() bool { return true }

func (dialect) AppendIdent(sql []byte, name string) []byte {
	sql = append(sql, '"')
	sql = append(sql, strings.ReplaceAll(name, `"`, `""`)...)
	return append(sql, '"')
}

func (dialect) AppendPlaceholder(sql []byte, n int) []byte {
	return strconv.AppendInt(append(sql, '$'), int64(n), 10)
}

// AppendMatch uses no LIKE, in which some characters are special (W3).
func (dialect) AppendMatch(b *runtime.Builder, m runtime.Match, o runtime.Operand, v any) {
	switch m {
	case runtime.MatchContains:
		b.Text("strpos(")
		b.Operand(o)
		b.Text(", ")
		b.Bind(v)
		b.Text(") > 0")
	case runtime.MatchStart:
		b.Text("starts_with(")
		b.Operand(o)
		b.Text(", ")
		b.Bind(v)
		b.Text(")")
	default:
		b.Text("right(")
		b.Operand(o)
		b.Text(", length(")
		b.Bind(v)
		b.Text("::text)) = ")
		b.Bind(v)
	}
}

// AppendFold: in the collation C, lower knows ASCII only.
func (dialect) AppendFold(b *runtime.Builder, column string) {
	b.Text("lower(")
	b.AsText(column)
	b.Text(` COLLATE "C")`)
}

// MaxArgs is what 16 bits count in the protocol's message Bind.
func (dialect) MaxArgs() int { return 65_535 }

// AppendIn binds one array, so that the text, and with it the prepared
// statement, is the same for any number of values.
func (d dialect) AppendIn(b *runtime.Builder, o runtime.Operand, not bool, vs []any) {
	b.Operand(o)
	if not {
		b.Text(" <> ALL(")
	} else {
		b.Text(" = ANY(")
	}
	b.Bind(array(d, vs))
	b.Text(")")
}

// AppendOrder places null before every value, which Postgres does otherwise.
func (dialect) AppendOrder(b *runtime.Builder, term criteria.OrderTerm) {
	b.SortKey(term.Column)
	if term.Descending {
		b.Text(" DESC NULLS LAST")
	} else {
		b.Text(" NULLS FIRST")
	}
}

func (dialect) NoLimit() string { return "" }

// LockRows: a row that refers to another locks it FOR KEY SHARE, which only goes
// together with FOR NO KEY UPDATE.
func (dialect) LockRows(l criteria.Lock) string {
	if l == criteria.LockDelete {
		return " FOR UPDATE"
	}
	return " FOR NO KEY UPDATE"
}

func (dialect) Returns() runtime.Returning { return runtime.ReturnsOld | runtime.ReturnsInserted }

func (dialect) Bind(v any) any {
	switch v := v.(type) {
	case time.Time:
		return runtime.Millis(v)
	case runtime.Instant:
		return runtime.Millis(time.Time(v))
	case runtime.Micros:
		return time.Time(v)
	case *time.Time:
		if v == nil {
			return nil
		}
		return runtime.Millis(*v)
	case authgen.Secret:
		return secret{v}
	case *authgen.Secret:
		if v == nil {
			return nil
		}
		return secret{*v}
	case []byte:
		if v == nil {
			return []byte{} // a nil slice would be stored as null
		}
	}
	return v
}

// begin is how transactions begin, by their options. The isolation is set
// whatever the session's default is (U10).
var begin = map[authgen.TxOption][]string{
	0:                                       {"BEGIN ISOLATION LEVEL READ COMMITTED"},
	authgen.ReadOnly:                        {"BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"},
	authgen.Serializable:                    {"BEGIN ISOLATION LEVEL SERIALIZABLE"},
	authgen.Serializable | authgen.ReadOnly: {"BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"},
}

func (dialect) Begin(o authgen.TxOption) []string {
	statements := begin[o&(authgen.Serializable|authgen.ReadOnly)]
	if o&authgen.Replan != 0 {
		return append(slices.Clone(statements), "SET LOCAL plan_cache_mode = force_custom_plan")
	}
	return statements
}

func (dialect) End(authgen.TxOption) []string { return nil }

// State looks at the state that the server sent with its last answer,
// which costs nothing; a transaction of the caller's is asked.
func (dialect) State(ctx context.Context, conn runtime.Conn) (state runtime.TxState, err error) {
	if pinned, ok := conn.(*sql.Conn); ok {
		err = pinned.Raw(func(driverConn any) error {
			pg := driverConn.(*stdlib.Conn).Conn().PgConn()
			switch {
			case pg.IsClosed(), pg.TxStatus() == 'E':
				state = runtime.TxUndone
			case pg.TxStatus() == 'I':
				state = runtime.TxEnded
			}
			return nil
		})
		return state, err
	}
	_, err = conn.ExecContext(ctx, "SELECT 1")
	var reported *pgconn.PgError
	switch {
	case errors.Is(err, sql.ErrTxDone), errors.As(err, &reported) && reported.Code == "25P02":
		return runtime.TxUndone, nil
	}
	return runtime.TxOpen, err
}
