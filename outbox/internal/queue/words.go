package queue

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// forUpdate ends a SELECT that locks its rows, and waits for those that others
// have locked. On SQLite whoever writes has locked the whole database.
func (tx *Tx) forUpdate() string {
	if tx.kind == dialect.SQLite {
		return ""
	}
	return " FOR UPDATE"
}

// skipLocked is forUpdate, but leaves out rows that others have locked.
func (tx *Tx) skipLocked() string {
	if tx.kind == dialect.SQLite {
		return ""
	}
	return " FOR UPDATE SKIP LOCKED"
}

// unlessThere returns the clause by which an INSERT skips a row that exists.
// column is any one of its columns.
func (tx *Tx) unlessThere(table, column string) string {
	if tx.kind == dialect.MySQL {
		name := `"` + table + `"."` + column + `"`
		return " ON DUPLICATE KEY UPDATE " + name + " = " + name
	}
	return " ON CONFLICT DO NOTHING"
}

// bigint is a placeholder that stands among the columns of a SELECT, where
// Postgres would take it for text.
func (tx *Tx) bigint() string {
	if tx.kind == dialect.MySQL {
		return "CAST(? AS SIGNED)"
	}
	return "CAST(? AS BIGINT)"
}

// A List is a value that stands for all of IN (…): it is written as WHERE "id" ?.
type List[T int64 | string] []T

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
	case List[int64]:
		appendList(r, v)
	case List[string]:
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
func appendList[T int64 | string](r *rendering, values List[T]) {
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
