// Package rowsql writes the statements about the rows of a table whose text depends on
// the table alone. The runtime sends them, and authgen explain prints them.
package rowsql

import (
	"strconv"
	"strings"
)

// A Style is how a dialect writes names, placeholders and literals.
type Style struct {
	quote     byte // around names
	numbered  bool // placeholders are $1, $2, and not ?
	backslash bool // in a literal, a backslash takes the next character as it is
	sequences bool // a column that counts takes its next number from a sequence, and not from null
}

// The styles of the dialects. SQLite has backquotes too: it reads a name in double quotes
// that is no column as a text (sqlite.org/quirks.html, item 8).
var (
	SQLite   = Style{quote: '`'}
	Postgres = Style{quote: '"', numbered: true, sequences: true}
	MySQL    = Style{quote: '`', backslash: true}
)

// Ident returns a name, quoted.
func (s Style) Ident(name string) string { return string(s.AppendIdent(nil, name)) }

// AppendIdent appends a name, quoted.
func (s Style) AppendIdent(sql []byte, name string) []byte {
	sql = append(sql, s.quote)
	for i := range len(name) {
		if name[i] == s.quote {
			sql = append(sql, s.quote)
		}
		sql = append(sql, name[i])
	}
	return append(sql, s.quote)
}

// Idents returns quoted names with commas between them.
func (s Style) Idents(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = s.Ident(n)
	}
	return strings.Join(quoted, ", ")
}

// Placeholder returns the n-th placeholder, counted from 1.
func (s Style) Placeholder(n int) string { return string(s.AppendPlaceholder(nil, n)) }

// AppendPlaceholder appends the n-th placeholder, counted from 1.
func (s Style) AppendPlaceholder(sql []byte, n int) []byte {
	if s.numbered {
		return strconv.AppendInt(append(sql, '$'), int64(n), 10)
	}
	return append(sql, '?')
}

// Literal returns a text as a literal.
func (s Style) Literal(text string) string {
	if s.backslash {
		text = strings.ReplaceAll(text, `\`, `\\`)
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
