package mysql

import (
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// MariaDB sorts by the first bytes of a value and passes over the rest in silence.
// The bytes of a session (sortedBytes) are all of a value of up to 16,384 characters,
// which take four bytes each where rows are picked for a LIMIT. A column that may hold
// more has a second term in ORDER BY: the sort takes it of each row, whatever the LIMIT
// is, and fails at a row that does hold more, as the sum leaves the range of numbers.
const (
	tooLongBefore = "18446744073709551615 + (CHAR_LENGTH("
	tooLongBehind = ") > 16384)"
)

// AppendOrder needs no NULLS FIRST: null sorts before every value here.
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

// tooLong returns the column that the second term found too long a value in, by the
// message of the server: "BIGINT UNSIGNED value is out of range in
// '18446744073709551615 + (char_length(`db`.`table`.`x`) > 16384)'".
func tooLong(message string) (column string, ok bool) {
	_, names, ok := strings.Cut(message, strings.ToLower(tooLongBefore))
	for ok && strings.HasPrefix(names, "`") {
		column, names = backquoted(names[1:])
		names = strings.TrimPrefix(names, ".")
	}
	return column, ok
}
