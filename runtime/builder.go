package runtime

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// A Builder writes one SQL statement of a dialect: its text, and the values
// bound to its placeholders.
type Builder struct {
	dialect dialect.Dialect
	table   *dialect.Table // the table of the columns in the conditions
	known   *known         // what the catalog says of the table
	sql     []byte
	args    []any
	none    bool  // the condition can match no row
	twice   bool  // the condition is in the statement twice
	err     error // why the statement cannot be sent
}

var builders = sync.Pool{New: func() any { return new(Builder) }}

// newBuilder returns a Builder of a statement on t that starts with text. The Builder must
// not be used after the statement ran, because running it frees the Builder.
func newBuilder(db *DB, t *dialect.Table, text string) *Builder {
	b := builders.Get().(*Builder)
	b.dialect, b.table, b.known, b.none, b.twice, b.err = db.dialect, t, db.knownOf(t), false, false, nil
	b.sql = append(b.sql[:0], text...)
	return b
}

// constants returns the statements of the table.
func (b *Builder) constants() *constants {
	if b.known != nil {
		return b.known.constants
	}
	return constantsOf(b.table, b.dialect.Kind())
}

// free gives back what the Builder is made of.
func (b *Builder) free() {
	clear(b.args)
	b.args = b.args[:0]
	if cap(b.args) <= 2*batchSize {
		builders.Put(b)
	}
}

// queryBuilt runs a statement that returns rows, scans each, and frees b.
func (s Handle) queryBuilt(ctx context.Context, t *dialect.Table, b *Builder, writing bool, scan func(dialect.Row) error) (int, error) {
	defer b.free()
	if done, err := s.unsent(ctx, b, writing); done {
		return 0, err
	}
	out, err := s.run(ctx, statement{table: t, query: s.DB.texts.intern(b.sql), args: b.args, writing: writing, scan: scan})
	return out.rows, err
}

// countBuilt runs a statement that writes, returns how many rows it matched,
// and frees b.
func (s Handle) countBuilt(ctx context.Context, t *dialect.Table, b *Builder) (int, error) {
	defer b.free()
	if done, err := s.unsent(ctx, b, true); done {
		return 0, err
	}
	out, err := s.run(ctx, statement{table: t, query: s.DB.texts.intern(b.sql), args: b.args, writing: true})
	return int(out.Matched), err
}

// unsent reports whether a statement is not sent, because it was refused
// or because it is known to match nothing.
func (s Handle) unsent(ctx context.Context, b *Builder, writing bool) (bool, error) {
	if most := b.dialect.MaxArgs(); len(b.args) > most {
		why := ","
		if b.twice {
			why = ", as its condition is sent twice,"
		}
		b.refuse("the call has %d values%s and a statement takes %d on %s: make several calls, or compare with many values by In", len(b.args), why, most, b.dialect.Kind())
	}
	switch {
	case b.err != nil:
		return true, b.err
	case b.none:
		return true, s.idle(ctx, writing)
	}
	return false, nil
}

// refuse says why the statement cannot be sent.
func (b *Builder) refuse(format string, args ...any) {
	if b.err != nil {
		return
	}
	refused := &authgen.ValidationError{Rule: "predicate", Why: fmt.Sprintf(format, args...)}
	if b.table != nil {
		refused.Table = b.table.Key
	}
	b.err = refused
}

// texts are the texts of statements that were built before. The same text is not made
// again, and drivers find their prepared statement by the same string.
type texts struct {
	mu    sync.RWMutex
	known map[string]string
}

// maxTexts bounds how many texts are remembered, because conditions come in any shape.
const maxTexts = 4096

func (t *texts) intern(text []byte) string {
	t.mu.RLock()
	s, ok := t.known[string(text)] // this conversion copies nothing
	t.mu.RUnlock()
	if ok {
		return s
	}
	s = string(text)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) >= maxTexts {
		t.known = make(map[string]string)
	}
	t.known[s] = s
	return s
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

// Crowded reports whether n more values would fill more than half of the places that a
// statement has for values. They should then travel as one value.
func (b *Builder) Crowded(n int) bool { return len(b.args)+n > b.dialect.MaxArgs()/2 }

// Operand appends what a condition compares.
func (b *Builder) Operand(o dialect.Operand) {
	switch {
	case o.Fold:
		b.dialect.AppendFold(b, o.Column)
	case o.Text:
		b.AsText(o.Column)
		b.Text(` COLLATE "C"`)
	default:
		b.Ident(o.Column)
	}
}

// In appends the beginning of operand IN (…), or of operand NOT IN (…).
func (b *Builder) In(o dialect.Operand, not bool) {
	b.Operand(o)
	if not {
		b.Text(" NOT")
	}
	b.Text(" IN (")
}

// writeWhere appends the WHERE clause of e, if it has a condition.
func (b *Builder) writeWhere(e criteria.Expr) {
	if e.IsZero() || e.Op == criteria.OpAll {
		return
	}
	b.Text(" WHERE ")
	b.writeCondition(e)
}

// writeCondition appends the SQL of e, the condition of the whole statement.
func (b *Builder) writeCondition(e criteria.Expr) {
	e = fitted(e)
	b.none = b.none || hopeless(e)
	b.writeExpr(e, 0)
}

// writeOrder appends the ORDER BY clause: the terms that were asked for, and then the id,
// so that results always have one order (W7).
func (b *Builder) writeOrder(t *dialect.Table, terms []criteria.OrderTerm) {
	b.Text(" ORDER BY ")
	for _, term := range terms {
		b.dialect.AppendOrder(b, term)
		if term.Column == t.ID {
			return // the id is unique: terms behind it cannot matter
		}
		b.Text(", ")
	}
	b.Ident(t.ID)
}

// writeLimit appends LIMIT and OFFSET. A limit of zero means no limit.
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
