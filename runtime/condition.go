package runtime

import (
	"slices"
	"strconv"
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// A condition is what a CHECK asks of one column. It has one of the two forms that authgen
// and other programs write: the column is one of some values, or it is not too long.
type condition struct {
	column string
	values []string // the values that are allowed; nil: any
	length int      // characters at most; 0: any number
}

// conditionOf reads a CHECK. It reports false if the CHECK has another form.
func conditionOf(c dialect.LiveCheck, k dialect.Kind) (condition, bool) {
	tokens := withoutCasts(sqltext.Style{Backslash: k == dialect.MySQL, Brackets: k == dialect.SQLite}.Tokens(c.Condition))
	if c, ok := lengthCondition(tokens); ok {
		return c, true
	}
	return valuesCondition(tokens)
}

// withoutCasts leaves out the tokens that change nothing: parentheses and brackets, commas,
// casts to types of text, and the character sets of literals.
func withoutCasts(tokens []sqltext.Token) []sqltext.Token {
	var kept []sqltext.Token
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t.Kind == sqltext.Symbol && strings.Contains("()[],", t.Value):
		case t.IsSymbol("::"):
			for i+1 < len(tokens) && isTextType(tokens[i+1]) {
				i++
			}
		case t.Kind == sqltext.Word && strings.HasPrefix(t.Value, "_utf8"):
		default:
			kept = append(kept, t)
		}
	}
	return kept
}

func isTextType(t sqltext.Token) bool {
	return t.Is("text") || t.Is("character") || t.Is("varying") || t.Is("varchar") || t.Is("bpchar")
}

// isColumn reports whether a token may name a column.
func isColumn(t sqltext.Token) bool { return t.Kind == sqltext.Name || t.Kind == sqltext.Word }

// lengthCondition reads length(column) <= 40.
func lengthCondition(tokens []sqltext.Token) (c condition, ok bool) {
	if len(tokens) != 5 || !tokens[2].IsSymbol("<") || !tokens[3].IsSymbol("=") || !isColumn(tokens[1]) {
		return c, false
	}
	if f := tokens[0]; !f.Is("length") && !f.Is("char_length") && !f.Is("character_length") {
		return c, false
	}
	limit, err := strconv.Atoi(tokens[4].Value)
	return condition{column: tokens[1].Value, length: limit}, err == nil && limit > 0
}

// valuesCondition reads column IN ('a', 'b'), and the forms into which databases rewrite
// it: column = ANY (ARRAY['a', 'b']), and column = 'a' OR column = 'b'.
func valuesCondition(tokens []sqltext.Token) (c condition, ok bool) {
	for _, t := range tokens {
		switch {
		case t.Kind == sqltext.Text:
			c.values = append(c.values, t.Value)
		case t.IsSymbol("="), t.Kind == sqltext.Word && isAmongWord(t):
		case isColumn(t) && (c.column == "" || c.column == t.Value):
			c.column = t.Value
		default:
			return condition{}, false
		}
	}
	return c, c.column != "" && len(c.values) > 0
}

func isAmongWord(t sqltext.Token) bool {
	return t.Is("IN") || t.Is("ANY") || t.Is("ARRAY") || t.Is("OR") || t.Is("IS") || t.Is("NULL")
}

// refuses returns, in words, what the schema allows in a field and the condition refuses,
// or nothing.
func (c condition) refuses(f *dialect.Field) string {
	switch {
	case c.length > 0 && f.MaxLength == 0:
		return "text of more than " + strconv.Itoa(c.length) + " characters"
	case c.length > 0 && f.MaxLength > c.length:
		return "text of " + strconv.Itoa(c.length+1) + " to " + strconv.Itoa(f.MaxLength) + " characters"
	case c.length > 0:
		return ""
	}
	return lacking(c.values, f)
}

// lacking returns which values of a field are not among values, in words, or
// nothing.
func lacking(values []string, f *dialect.Field) string {
	if f.Enum == nil {
		return "values other than " + quotedList(values)
	}
	var refused []string
	for _, v := range f.Enum {
		if !slices.Contains(values, v) {
			refused = append(refused, v)
		}
	}
	return quotedList(refused)
}

// quotedList returns values of a schema for a message.
func quotedList(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	return strings.Join(quoted, ", ")
}
