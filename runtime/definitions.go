package runtime

import (
	"slices"
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// A definition is the text that follows the name of a column in CREATE TABLE.
type definition string

// definitions returns the definitions of a script that authgen wrote. In such a script each
// column has a line of its own, which begins with its quoted name.
func definitions(script string, quote func(name string) string, tables []*dialect.Table) map[*dialect.Field]definition {
	found := map[*dialect.Field]definition{}
	for _, statement := range Statements(script) {
		for _, t := range tables {
			_, body, ok := strings.Cut(statement, createTable+quote(t.Name)+" (\n")
			if !ok {
				continue
			}
			lines := strings.Split(body, "\n")
			for i := range t.Fields {
				f := &t.Fields[i]
				for _, line := range lines {
					if text, ok := strings.CutPrefix(line, "  "+quote(f.Column)+" "); ok {
						found[f] = definition(strings.TrimSuffix(text, ","))
						break
					}
				}
			}
		}
	}
	return found
}

// createTable begins the statement of the DDL that creates a table.
const createTable = "CREATE TABLE IF NOT EXISTS "

// withType returns the definition with another type.
func (d definition) withType(sqlType string) definition {
	return definition(sqlType) + d[len(d.sqlType()):]
}

// sqlType returns the type, with its collation.
func (d definition) sqlType() string {
	for _, t := range (sqltext.Style{}).Tokens(string(d)) {
		for _, end := range [...]string{"NOT", "DEFAULT", "CHECK", "PRIMARY", "GENERATED", "AUTO_INCREMENT"} {
			if t.Is(end) {
				return strings.TrimSpace(string(d[:t.Start]))
			}
		}
	}
	return string(d)
}

// bareType returns the type without its collation.
func (d definition) bareType() string {
	bare, _, _ := strings.Cut(d.sqlType(), " COLLATE ")
	return bare
}

// check returns the condition that ends the definition, CHECK included.
func (d definition) check() string {
	for _, t := range (sqltext.Style{}).Tokens(string(d)) {
		if t.Is("CHECK") {
			return string(d[t.Start:])
		}
	}
	return ""
}

// has reports whether the definition has a word outside of quotes.
func (d definition) has(word string) bool {
	for _, t := range (sqltext.Style{}).Tokens(string(d)) {
		if t.Is(word) {
			return true
		}
	}
	return false
}

// withoutKey returns the definition without PRIMARY KEY.
func (d definition) withoutKey() definition {
	return definition(strings.TrimSuffix(string(d), " PRIMARY KEY"))
}

// constant returns a definition of SQLite without a default that is computed. Such defaults
// are the time, which now replaces, and texts with line breaks.
func (d definition) constant(now string) (constant definition, isNow bool) {
	tokens := (sqltext.Style{}).Tokens(string(d))
	begin := slices.IndexFunc(tokens, func(t sqltext.Token) bool { return t.Is("DEFAULT") }) + 1
	if begin == 0 || !tokens[begin].IsSymbol("(") {
		return d, false
	}
	var text strings.Builder
	end, depth := begin, 0
	for ; end == begin || depth > 0; end++ {
		switch t := tokens[end]; {
		case t.IsSymbol("("):
			depth++
		case t.IsSymbol(")"):
			depth--
		case t.Is("strftime") || t.Is("julianday"):
			isNow = true
		case t.Is("10"):
			text.WriteByte('\n')
		case t.Is("13"):
			text.WriteByte('\r')
		case t.Kind == sqltext.Text:
			text.WriteString(t.Value)
		}
	}
	value := now
	if !isNow {
		value = literal(text.String())
	}
	return d[:tokens[begin].Start] + definition(value) + d[tokens[end-1].End:], isNow
}
