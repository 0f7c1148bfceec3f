package mysql

import (
	"strings"

	"github.com/authgen/authgen/dialect"
)

// foldBefore and foldBehind go around a column to put its ASCII letters in lower case. LOWER
// would change the letters of every script, as no other database does. REPLACE compares by
// bytes.
var foldBefore, foldBehind = replaceLetters()

func replaceLetters() (before, behind string) {
	var b strings.Builder
	for upper := 'A'; upper <= 'Z'; upper++ {
		before += "REPLACE("
		b.WriteString(", '" + string(upper) + "', '" + string(upper+'a'-'A') + "')")
	}
	return before, b.String()
}

func (*mysqlDialect) AppendFold(b dialect.Writer, column string) {
	b.Text(foldBefore)
	b.Ident(column)
	b.Text(foldBehind)
}
