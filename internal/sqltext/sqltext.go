// Package sqltext writes and reads the text of SQL. It turns one statement into the SQL of
// each database, and splits SQL of a catalog into tokens. It does not know the grammar.
package sqltext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Kind is a kind of token.
type Kind uint8

// The kinds of tokens.
const (
	Word   Kind = iota // a keyword, a number, or a name without quotes
	Name               // a name in quotes
	Text               // a literal in single quotes
	Symbol             // any other character, and ::
)

// A Token is one token of a text.
type Token struct {
	Kind       Kind
	Value      string // without quotes
	Start, End int    // where it stands in the text, quotes included
}

// Is reports whether the token is that keyword, in letters of either case.
func (t Token) Is(word string) bool { return t.Kind == Word && strings.EqualFold(t.Value, word) }

// IsSymbol reports whether the token is that symbol.
func (t Token) IsSymbol(symbol string) bool { return t.Kind == Symbol && t.Value == symbol }

// A Style says what a database reads differently.
type Style struct {
	Backslash bool // in a literal, a backslash takes the next character as it is: MySQL
	Brackets  bool // a name may stand in brackets: SQLite
}

// Tokens returns the tokens of a text, without comments.
func (s Style) Tokens(text string) []Token {
	var tokens []Token
	for i := 0; i < len(text); {
		if n := blank(text[i:]); n > 0 {
			i += n
			continue
		}
		t := s.token(text[i:])
		t.Start, t.End = i, i+t.End
		tokens = append(tokens, t)
		i = t.End
	}
	return tokens
}

// blank returns the length of the space or comment at the beginning of text.
func blank(text string) int {
	switch {
	case strings.HasPrefix(text, "--"):
		return upTo(text, "\n")
	case strings.HasPrefix(text, "/*"):
		return upTo(text, "*/")
	}
	return len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
}

func upTo(text, end string) int {
	if i := strings.Index(text, end); i >= 0 {
		return i + len(end)
	}
	return len(text)
}

// token returns the token at the beginning of text; its End is its length.
func (s Style) token(text string) Token {
	switch text[0] {
	case '\'':
		value, n := quoted(text, '\'', s.Backslash)
		return Token{Kind: Text, Value: value, End: n}
	case '"', '`':
		value, n := quoted(text, text[0], false)
		return Token{Kind: Name, Value: value, End: n}
	case '[':
		if n := upTo(text, "]"); s.Brackets && strings.HasSuffix(text[:n], "]") {
			return Token{Kind: Name, Value: text[1 : n-1], End: n}
		}
	case ':':
		if strings.HasPrefix(text, "::") {
			return Token{Kind: Symbol, Value: "::", End: 2}
		}
	}
	if n := strings.IndexFunc(text+" ", func(r rune) bool { return !isWord(r) }); n > 0 {
		return Token{Kind: Word, Value: text[:n], End: n}
	}
	_, n := utf8.DecodeRuneInString(text)
	return Token{Kind: Symbol, Value: text[:n], End: n}
}

func isWord(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// quoted returns the quoted text at the beginning of text, and its length with the quotes. A
// doubled quote counts as one.
func quoted(text string, quote byte, backslash bool) (value string, n int) {
	var b strings.Builder
	for n = 1; n < len(text); n++ {
		switch {
		case backslash && text[n] == '\\' && n+1 < len(text):
			n++
		case text[n] == quote && n+1 < len(text) && text[n+1] == quote:
			n++
		case text[n] == quote:
			return b.String(), n + 1
		}
		b.WriteByte(text[n])
	}
	return b.String(), n
}
