package runtime

import (
	"reflect"
	"strconv"
)

// A Builder writes one SQL statement of a dialect: its text, and the values
// bound to its placeholders.
type Builder struct {
	dialect Dialect
	sql     []byte
	args    []any
}

// newBuilder returns a Builder whose statement starts with text.
func newBuilder(d Dialect, text string) *Builder {
	return &Builder{dialect: d, sql: append(make([]byte, 0, len(text)+160), text...)}
}

// Text appends SQL as it is. It is for constants, never for names or values.
func (b *Builder) Text(s string) { b.sql = append(b.sql, s...) }

// Ident appends a quoted identifier.
func (b *Builder) Ident(name string) { b.sql = b.dialect.AppendIdent(b.sql, name) }

// Bind appends a placeholder and binds v to it.
func (b *Builder) Bind(v any) {
	b.args = append(b.args, b.dialect.Bind(v))
	b.sql = b.dialect.AppendPlaceholder(b.sql, len(b.args))
}

// BindList appends placeholders for vs, with commas between them.
func (b *Builder) BindList(vs []any) {
	for i, v := range vs {
		if i > 0 {
			b.Text(", ")
		}
		b.Bind(v)
	}
}

// In appends the beginning of column IN (…), or column NOT IN (….
func (b *Builder) In(column string, not bool) {
	b.Ident(column)
	if not {
		b.Text(" NOT")
	}
	b.Text(" IN (")
}

// String returns the text of the statement.
func (b *Builder) String() string { return string(b.sql) }

// writeWhere appends the WHERE clause of e, if it has a condition.
func (b *Builder) writeWhere(e Expr) {
	if e.IsZero() || e.op == opAll {
		return
	}
	b.Text(" WHERE ")
	b.writeExpr(e)
}

// writeOrder appends the ORDER BY clause: the terms asked for, then the id,
// so that results always have one order (W7).
func (b *Builder) writeOrder(t *Table, terms []OrderTerm) {
	b.Text(" ORDER BY ")
	for _, term := range terms {
		b.dialect.AppendOrder(b, term)
		if term.Column == t.ID {
			return // what follows the key cannot matter
		}
		b.Text(", ")
	}
	b.Ident(t.ID)
}

// writeLimit appends LIMIT and OFFSET. A limit of zero is none.
func (b *Builder) writeLimit(limit, offset int) {
	if limit > 0 {
		b.Text(" LIMIT ")
		b.sql = strconv.AppendInt(b.sql, int64(limit), 10)
	} else if offset > 0 {
		b.Text(b.dialect.NoLimit())
	}
	if offset > 0 {
		b.Text(" OFFSET ")
		b.sql = strconv.AppendInt(b.sql, int64(offset), 10)
	}
}

// isEmptyText reports whether v is a string without characters.
func isEmptyText(v any) bool {
	if s, ok := v.(string); ok {
		return s == ""
	}
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.String && rv.Len() == 0
}
