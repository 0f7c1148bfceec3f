package mysql

import (
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// MariaDB sorts by the first bytes of a value and silently ignores the rest. With the setting
// sortedBytes these are all bytes of a value of up to 16,384 characters: for a LIMIT, each
// character takes four bytes. A column that may have longer values gets a second term in
// ORDER BY. The sort computes it for each row, whatever the LIMIT is, and fails at a row with
// a longer value, because the sum leaves the range of numbers.
const (
	tooLongBefore = "18446744073709551615 + (CHAR_LENGTH("
	tooLongBehind = ") > 16384)"
)

// AppendOrder needs no NULLS FIRST, because null sorts before every value.
func (d *mysqlDialect) AppendOrder(b dialect.Writer, term criteria.OrderTerm) {
	b.SortKey(term.Column)
	if term.Descending {
		b.Text(" DESC")
	}
	if d.mariaDB.Load() && b.IsLong(term.Column) {
		b.Text(", " + tooLongBefore)
		b.Ident(term.Column)
		b.Text(tooLongBehind)
	}
}

// tooLong returns the column in which the second term found a value that is too long. The
// server's message is "BIGINT UNSIGNED value is out of range in
// '18446744073709551615 + (char_length(`db`.`table`.`x`) > 16384)'".
func tooLong(message string) (column string, ok bool) {
	_, names, ok := strings.Cut(message, strings.ToLower(tooLongBefore))
	for ok && strings.HasPrefix(names, "`") {
		column, names = backquoted(names[1:])
		names = strings.TrimPrefix(names, ".")
	}
	return column, ok
}
