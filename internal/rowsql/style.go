// Package rowsql writes the statements about the rows of a table whose text depends on
// the table alone. The runtime sends them, and authgen explain prints them.
package rowsql

import (
	"strconv"
	"strings"
)

// A Style is how a dialect writes names, placeholders and literals.
type Style struct {
	Quote     byte // around names
	Numbered  bool // placeholders are $1, $2, and not ?
	Backslash bool // in a literal, a backslash takes the next character as it is
	Sequences bool // a column that counts takes its next number from a sequence, and not from null
}

// The styles of the dialects. SQLite has backquotes too, because it reads a name in double
// quotes as a text if there is no such column (sqlite.org/quirks.html, item 8).
var (
	SQLite   = Style{Quote: '`'}
	Postgres = Style{Quote: '"', Numbered: true, Sequences: true}
	MySQL    = Style{Quote: '`', Backslash: true}
)

// Ident returns a name, quoted.
func (s Style) Ident(name string) string { return string(s.AppendIdent(nil, name)) }

// AppendIdent appends a name, quoted.
func (s Style) AppendIdent(sql []byte, name string) []byte {
	sql = append(sql, s.Quote)
	for i := range len(name) {
		if name[i] == s.Quote {
			sql = append(sql, s.Quote)
		}
		sql = append(sql, name[i])
	}
	return append(sql, s.Quote)
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
	if s.Numbered {
		return strconv.AppendInt(append(sql, '$'), int64(n), 10)
	}
	return append(sql, '?')
}

// Literal returns a text as a literal.
func (s Style) Literal(text string) string {
	if s.Backslash {
		text = strings.ReplaceAll(text, `\`, `\\`)
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
