package runtime

import (
	"fmt"

	"github.com/authgen/authgen/dialect"
)

// SortKey appends the expression by which rows are sorted: the column as it is read. It is
// for dialects.
func (b *Builder) SortKey(column string) {
	switch finer, postgres := b.known.isFiner(column), b.dialect.Kind() == dialect.Postgres; {
	case b.known.labelsOf(column) != nil && postgres:
		b.Operand(dialect.Operand{Column: column, Text: true})
	case b.known.labelsOf(column) != nil:
		b.Text("CAST(")
		b.Ident(column)
		b.Text(" AS BINARY)")
	case !finer:
		b.Ident(column)
	case postgres:
		b.Text("date_trunc('milliseconds', ")
		b.Ident(column)
		b.Text(")")
	default:
		b.Text("(")
		b.Ident(column)
		b.Text(" - INTERVAL MICROSECOND(")
		b.Ident(column)
		b.Text(") MOD 1000 MICROSECOND)")
	}
}

// IsLong reports whether a column may hold values of 65,536 bytes and more. It is
// for dialects.
func (b *Builder) IsLong(column string) bool { return b.known != nil && b.known.long[column] }

// longText is how many characters have 65,536 bytes at most.
const longText = 16_384

// isLong reports whether values of the field may have 65,536 bytes and more.
func isLong(f *dialect.Field) bool {
	switch f.Type {
	case dialect.TypeText, dialect.TypeBytes:
		return f.MaxLength == 0 || f.MaxLength > longText
	}
	return f.MaxLength > longText
}

// unsortedText says why rows could not be sorted, and what to do.
func unsortedText(t *dialect.Table, fault dialect.Fault) string {
	if fault.Column == "" {
		return "the server has too little memory for the sort: raise its sort_buffer_size, or sort by fewer or shorter fields"
	}
	return fmt.Sprintf("a row holds more than %d characters, or bytes, in %s, and the database does not sort by more: store less there, or sort by another field", longText, keyOf(t, fault.Column))
}
