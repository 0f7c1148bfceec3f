package outbox

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/runtime"
)

// statements runs the statements of one unit. They are written with ? for each
// value and with names in double quotes, and brought into the words of the
// database.
//
// Those that only ask whether a row is there have an ORDER BY, so that the index
// is used: a planner that knows nothing but how many there are reads the table
// from its beginning, which is where those are that have long been done.
type statements struct {
	kind    dialect.Kind
	session runtime.Session
}

// exec runs a statement and returns how many rows it matched.
func (s *statements) exec(ctx context.Context, query string, args ...any) (int64, error) {
	query, args = render(s.kind, query, args)
	return s.session.Exec(ctx, query, args...)
}

// query runs a query and calls scan for each row.
func (s *statements) query(ctx context.Context, scan func(dialect.Row) error, query string, args ...any) error {
	query, args = render(s.kind, query, args)
	return s.session.Query(ctx, scan, query, args...)
}

// row runs a query of at most one row and reports whether there is one.
func (s *statements) row(ctx context.Context, query string, args []any, dest ...any) (found bool, err error) {
	err = s.query(ctx, func(row dialect.Row) error {
		found = true
		return row.Scan(dest...)
	}, query, args...)
	return found, err
}

// forUpdate ends a SELECT that locks its rows, and waits for those that others
// have locked. On SQLite whoever writes has locked the whole database.
func (s *statements) forUpdate() string {
	if s.kind == dialect.SQLite {
		return ""
	}
	return " FOR UPDATE"
}

// skipLocked is forUpdate, but leaves out rows that others have locked.
func (s *statements) skipLocked() string {
	if s.kind == dialect.SQLite {
		return ""
	}
	return " FOR UPDATE SKIP LOCKED"
}

// unlessThere returns the clause by which an INSERT skips a row that exists.
// column is any one of its columns.
func (s *statements) unlessThere(table, column string) string {
	if s.kind == dialect.MySQL {
		name := `"` + table + `"."` + column + `"`
		return " ON DUPLICATE KEY UPDATE " + name + " = " + name
	}
	return " ON CONFLICT DO NOTHING"
}

// bigint is a placeholder that stands among the columns of a SELECT, where
// Postgres would take it for text.
func (s *statements) bigint() string {
	if s.kind == dialect.MySQL {
		return "CAST(? AS SIGNED)"
	}
	return "CAST(? AS BIGINT)"
}

// A list is a value that stands for all of "IN (…)".
type list[T int64 | string] []T

// render brings a statement into the words of a database.
func render(kind dialect.Kind, query string, args []any) (string, []any) {
	r := rendering{kind: kind, bound: make([]any, 0, len(args))}
	for i := range len(query) {
		switch c := query[i]; {
		case c == '?':
			r.value(args[0])
			args = args[1:]
		case c == '"' && kind != dialect.Postgres:
			r.text.WriteByte('`')
		default:
			r.text.WriteByte(c)
		}
	}
	return r.text.String(), r.bound
}

// A rendering is a statement as far as it is rendered.
type rendering struct {
	kind  dialect.Kind
	text  strings.Builder
	bound []any
}

func (r *rendering) value(v any) {
	switch v := v.(type) {
	case list[int64]:
		appendList(r, v)
	case list[string]:
		appendList(r, v)
	default:
		r.bind(v)
	}
}

// bind appends a placeholder.
func (r *rendering) bind(v any) {
	r.bound = append(r.bound, v)
	if r.kind == dialect.Postgres {
		r.text.WriteByte('$')
		r.text.WriteString(strconv.Itoa(len(r.bound)))
		return
	}
	r.text.WriteByte('?')
}

// appendList binds one value where the database has such, so that the text of
// the statement is the same for any number and is prepared once. MySQL has none:
// there the last value is bound again until the number is a power of two, for few
// texts to be prepared, unless there are very many.
func appendList[T int64 | string](r *rendering, values list[T]) {
	switch r.kind {
	case dialect.Postgres:
		r.text.WriteString("= ANY(")
		r.bind([]T(values))
		r.text.WriteByte(')')
	case dialect.SQLite:
		text, _ := json.Marshal(values) // numbers and strings can always be
		r.text.WriteString("IN (SELECT value FROM json_each(")
		r.bind(string(text))
		r.text.WriteString("))")
	default:
		r.text.WriteString("IN (")
		n := 1
		for n < len(values) {
			n *= 2
		}
		if n > 1024 {
			n = len(values)
		}
		for i := range n {
			if i > 0 {
				r.text.WriteString(", ")
			}
			r.bind(values[min(i, len(values)-1)])
		}
		r.text.WriteByte(')')
	}
}
