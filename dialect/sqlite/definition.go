package sqlite

import (
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// A definition has what only the text of a CREATE TABLE says, and no pragma.
type definition struct {
	virtual         bool
	rowless, strict bool              // WITHOUT ROWID, STRICT
	descending      bool              // PRIMARY KEY DESC, which is not an alias of the rowid
	collations      map[string]string // the named ones, by column in lower case
	checks          []dialect.LiveCheck
}

// unfit says why a kind of sqlite_master is not a table with rows of its own.
func (d *definition) unfit(kind string) string {
	switch {
	case kind == "view":
		return "is a view"
	case d.virtual:
		return "is a virtual table"
	}
	return ""
}

// folding returns the collation of a column if it may take different texts for the same.
// Every collation but BINARY may.
func (d *definition) folding(column string) string {
	if c := d.collations[strings.ToLower(column)]; !strings.EqualFold(c, "BINARY") {
		return c
	}
	return ""
}

// define reads the text of a CREATE TABLE.
func define(text string) *definition {
	d := &definition{collations: map[string]string{}}
	tokens := sqltext.Style{Brackets: true}.Tokens(text)
	d.virtual = len(tokens) > 1 && tokens[1].Is("VIRTUAL")
	depth, start, last := 0, 0, 0
	for i, t := range tokens {
		switch {
		case t.IsSymbol("("):
			if depth++; depth == 1 {
				start = i + 1
			}
			continue
		case t.IsSymbol(")"):
			depth--
		}
		if depth == 1 && t.IsSymbol(",") || depth == 0 && t.IsSymbol(")") {
			d.part(text, tokens[start:i])
			start, last = i+1, i+1
		}
	}
	for i, t := range tokens[last:] {
		d.strict = d.strict || t.Is("STRICT")
		d.rowless = d.rowless || t.Is("ROWID") && i > 0
	}
	return d
}

// part reads a column, or a constraint of the table.
func (d *definition) part(text string, tokens []sqltext.Token) {
	named := ""
	depth := 0
	for i, t := range tokens {
		switch {
		case t.IsSymbol("("):
			depth++
		case t.IsSymbol(")"):
			depth--
		case depth > 0:
		case t.Is("DESC"):
			d.descending = true
		case i+1 == len(tokens):
		case t.Is("CONSTRAINT"):
			named = tokens[i+1].Value
		case t.Is("COLLATE") && i > 0:
			d.collations[strings.ToLower(tokens[0].Value)] = tokens[i+1].Value
		case t.Is("CHECK"):
			d.checks = append(d.checks, dialect.LiveCheck{Name: named, Condition: enclosed(text, tokens[i+1:])})
			named = ""
		}
	}
}

// enclosed returns the text in the parentheses at the beginning of tokens.
func enclosed(text string, tokens []sqltext.Token) string {
	depth := 0
	for i, t := range tokens {
		switch {
		case t.IsSymbol("("):
			depth++
		case t.IsSymbol(")"):
			depth--
		}
		if depth == 0 && i > 0 {
			return strings.TrimSpace(text[tokens[0].End:t.Start])
		}
	}
	return ""
}
