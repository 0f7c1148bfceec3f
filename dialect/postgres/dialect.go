package postgres

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
	"github.com/authgen/authgen/internal/rowsql"
)

type postgresDialect struct{}

func (postgresDialect) Kind() dialect.Kind { return dialect.Postgres }

// SingleWriter is false: writers lock rows, not the database.
func (postgresDialect) SingleWriter() bool { return false }

func (postgresDialect) HalfDone() bool { return false }

// Strands is false: Postgres follows references in cycles.
func (postgresDialect) Strands() bool { return false }

func (postgresDialect) Server() bool { return true }

func (postgresDialect) AppendIdent(sql []byte, name string) []byte {
	return rowsql.Postgres.AppendIdent(sql, name)
}

func (postgresDialect) AppendPlaceholder(sql []byte, n int) []byte {
	return rowsql.Postgres.AppendPlaceholder(sql, n)
}

// AppendMatch does not use LIKE, in which some characters are special (W3).
func (postgresDialect) AppendMatch(b dialect.Writer, m dialect.Match, o dialect.Operand, v any) {
	switch m {
	case dialect.MatchContains:
		b.Text("strpos(")
		b.Operand(o)
		b.Text(", ")
		b.Bind(v)
		b.Text(") > 0")
	case dialect.MatchStart:
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

// AppendFold uses lower, which knows only ASCII in the collation C.
func (postgresDialect) AppendFold(b dialect.Writer, column string) {
	b.Text("lower(")
	b.AsText(column)
	b.Text(` COLLATE "C")`)
}

// MaxArgs returns the largest number of 16 bits, in which the message Bind counts.
func (postgresDialect) MaxArgs() int { return 65_535 }

// AppendIn binds one array, so that any number of values shares one prepared statement.
func (d postgresDialect) AppendIn(b dialect.Writer, o dialect.Operand, not bool, vs []any) {
	b.Operand(o)
	if not {
		b.Text(" <> ALL(")
	} else {
		b.Text(" = ANY(")
	}
	b.Bind(array(d, vs))
	b.Text(")")
}

// AppendOrder needs NULLS FIRST, because Postgres sorts null behind every value.
func (postgresDialect) AppendOrder(b dialect.Writer, term criteria.OrderTerm) {
	b.SortKey(term.Column)
	if term.Descending {
		b.Text(" DESC NULLS LAST")
	} else {
		b.Text(" NULLS FIRST")
	}
}

func (postgresDialect) NoLimit() string { return "" }

// LockRows uses FOR NO KEY UPDATE, because it is compatible with FOR KEY SHARE, the lock that
// a referring row takes.
func (postgresDialect) LockRows(l criteria.Lock) string {
	if l == criteria.LockDelete {
		return " FOR UPDATE"
	}
	return " FOR NO KEY UPDATE"
}

func (postgresDialect) Returns() dialect.Returning {
	return dialect.ReturnsOld | dialect.ReturnsInserted
}

func (postgresDialect) Bind(v any) any {
	switch v := v.(type) {
	case time.Time:
		return dialect.Millis(v)
	case dialect.Instant:
		return dialect.Millis(time.Time(v))
	case dialect.Micros:
		return time.Time(v)
	case *time.Time:
		if v == nil {
			return nil
		}
		return dialect.Millis(*v)
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

// begin has the statements that begin a transaction, by its options. They set the isolation
// level, whatever the session's default is (U10).
var begin = map[authgen.TxOption][]string{
	0:                                       {"BEGIN ISOLATION LEVEL READ COMMITTED"},
	authgen.ReadOnly:                        {"BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"},
	authgen.Serializable:                    {"BEGIN ISOLATION LEVEL SERIALIZABLE"},
	authgen.Serializable | authgen.ReadOnly: {"BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"},
}

func (postgresDialect) Begin(o authgen.TxOption) []string {
	statements := begin[o&(authgen.Serializable|authgen.ReadOnly)]
	if o&authgen.Replan != 0 {
		return append(slices.Clone(statements), "SET LOCAL plan_cache_mode = force_custom_plan")
	}
	return statements
}

func (postgresDialect) End(authgen.TxOption) []string { return nil }

// State reads the state that the server sent with its last answer, which costs nothing. For
// a transaction of the caller's it asks the server.
func (postgresDialect) State(ctx context.Context, conn dialect.Conn) (state dialect.TxState, err error) {
	if pinned, ok := conn.(*sql.Conn); ok {
		err = pinned.Raw(func(driverConn any) error {
			pg := driverConn.(*stdlib.Conn).Conn().PgConn()
			switch {
			case pg.IsClosed(), pg.TxStatus() == 'E':
				state = dialect.TxUndone
			case pg.TxStatus() == 'I':
				state = dialect.TxEnded
			}
			return nil
		})
		return state, err
	}
	_, err = conn.ExecContext(ctx, "SELECT 1")
	var reported *pgconn.PgError
	switch {
	case errors.Is(err, sql.ErrTxDone), errors.As(err, &reported) && reported.Code == "25P02":
		return dialect.TxUndone, nil
	}
	return dialect.TxOpen, err
}
