package runtime

import (
	"slices"
	"strconv"
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// Other programs keep text in types of their own. Postgres, MariaDB and MySQL have enums,
// which sort in the order in which their values were declared. Postgres has uuid for ids.
// Postgres compares a column only with values of its type. Any other value is an error that
// ends the unit. The contract is that of text (W8, W9).

// labelsOf returns the values of the enum type of a column, or nil if it has another
// type.
func (k *known) labelsOf(column string) []string {
	if k == nil {
		return nil
	}
	return k.labels[column]
}

// isTyped reports whether a column has a type of its own for values that the contract
// treats as text.
func (k *known) isTyped(column string) bool {
	return k != nil && (k.labels[column] != nil || k.uuids[column])
}

// takes reports whether a value is one of the type of such a column.
func (k *known) takes(column string, v any) bool {
	text, _ := textOf(v)
	if k.uuids[column] {
		return isUUID(text)
	}
	return slices.Contains(k.labels[column], text)
}

// isUUID reports whether text is a UUID: 32 hexadecimal digits, in either case, in
// groups of 8, 4, 4, 4 and 12. Postgres takes other forms too, but authgen does not use them.
func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F'):
			return false
		}
	}
	return true
}

// AsText appends a column in the form in which it is used as text. It is for dialects.
func (b *Builder) AsText(column string) {
	b.Ident(column)
	if b.dialect.Kind() == dialect.Postgres && b.known.isTyped(column) {
		b.Text("::text")
	}
}

// operand returns what a condition compares. To ask whether a column equals values of its
// own type, it leaves the column as it is, so that an index can be used.
func (b *Builder) operand(e criteria.Expr) dialect.Operand {
	o := operandOf(e)
	if b.dialect.Kind() != dialect.Postgres || !b.known.isTyped(e.Column) {
		return o
	}
	isNone := func(v any) bool { return !b.known.takes(e.Column, v) }
	switch e.Op {
	case criteria.OpEq, criteria.OpNe:
		o.Text = isNone(e.Arg)
	case criteria.OpIn, criteria.OpNotIn:
		o.Text = slices.ContainsFunc(e.Args, isNone)
	default:
		o.Text = true
	}
	return o
}

// misses reports whether a constant statement of Postgres cannot match: it compares a
// column of type uuid with a text that is not a UUID.
func (s Handle) misses(t *dialect.Table, query string, args []any) bool {
	k := s.DB.knownOf(t)
	if k == nil || len(k.uuids) == 0 {
		return false
	}
	for i, v := range args {
		column, _, _ := strings.Cut(query, " = $"+strconv.Itoa(i+1))
		column = column[strings.LastIndexByte(column, ' ')+1:]
		for uuid := range k.uuids {
			if column == string(s.DB.dialect.AppendIdent(nil, uuid)) && !k.takes(uuid, v) {
				return true
			}
		}
	}
	return false
}
