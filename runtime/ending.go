package runtime

import (
	"regexp"
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// A program's text that ends the transaction and begins another at once, such as
// COMMIT AND CHAIN, leaves a session that looks as before: nothing would tell that
// half of the unit is stored. So such texts are refused.

// endsTransaction reports whether a text would end the transaction, or begin
// another, which on some databases ends this one.
func endsTransaction(kind dialect.Kind, query string) bool {
	if kind == dialect.MySQL && strings.Contains(query, "/*") {
		query = executed.ReplaceAllString(query, " ")
	}
	first := firstWord(query)
	switch {
	case strings.Contains(query, ";") && !hasBody(kind, first, query), first == "":
		return anyEnds(kind, query)
	case isEnding(first):
		return anyEnds(kind, query)
	}
	return false
}

// executed is the beginning of a comment that MySQL and MariaDB run.
var executed = regexp.MustCompile(`/\*M?![0-9]*`)

// firstWord returns the word that a text begins with, or nothing if it begins
// otherwise, with a comment for example.
func firstWord(query string) string {
	query = strings.TrimLeft(query, " \t\r\n")
	end := strings.IndexFunc(query, func(r rune) bool { return (r|0x20) < 'a' || (r|0x20) > 'z' })
	if end < 0 {
		return query
	}
	return query[:end]
}

// endings are the words with which such statements begin, and those that run another.
var endings = []string{"COMMIT", "ROLLBACK", "END", "ABORT", "BEGIN", "START", "PREPARE", "EXECUTE", "SET"}

func isEnding(word string) bool {
	for _, e := range endings {
		if strings.EqualFold(word, e) {
			return true
		}
	}
	return false
}

// hasBody reports whether a text holds statements that run in another place, or,
// in a block of Postgres, cannot end the transaction.
func hasBody(kind dialect.Kind, first, query string) bool {
	switch {
	case kind == dialect.Postgres && (strings.EqualFold(first, "DO") || strings.Contains(query, "$$")):
		return true
	case !strings.EqualFold(first, "CREATE"):
		return false
	}
	head := strings.ToUpper(query[:min(len(query), 100)])
	for _, made := range []string{" TRIGGER ", " FUNCTION ", " PROCEDURE ", " EVENT "} {
		if strings.Contains(head, made) {
			return true
		}
	}
	return false
}

// anyEnds looks at each statement of a text.
func anyEnds(kind dialect.Kind, query string) bool {
	style := sqltext.Style{Backslash: kind == dialect.MySQL, Brackets: kind == dialect.SQLite}
	tokens := append(style.Tokens(query), sqltext.Token{Kind: sqltext.Symbol, Value: ";"})
	begin := 0
	for i, t := range tokens {
		if t.IsSymbol(";") {
			if ends(kind, tokens[begin:i]) {
				return true
			}
			begin = i + 1
		}
	}
	return false
}

// ends looks at one statement.
func ends(kind dialect.Kind, statement []sqltext.Token) bool {
	if len(statement) == 0 || statement[0].Kind != sqltext.Word || !isEnding(statement[0].Value) {
		return false
	}
	has := func(word string) bool {
		for _, t := range statement[1:min(len(statement), 3)] {
			if t.Is(word) {
				return true
			}
		}
		return false
	}
	switch first := statement[0]; {
	case first.Is("SET") && has("STATEMENT"), first.Is("PREPARE") && has("FROM"), first.Is("EXECUTE") && has("IMMEDIATE"):
		return runsEnding(kind, statement)
	case first.Is("SET"), first.Is("EXECUTE"):
		return false
	case first.Is("ROLLBACK"):
		return !has("TO") // a savepoint
	case first.Is("START"), first.Is("PREPARE"):
		return has("TRANSACTION")
	}
	return true
}

// runsEnding looks at a statement of MariaDB's that runs, or prepares, another:
// SET STATEMENT … FOR it, or EXECUTE IMMEDIATE and PREPARE … FROM of its text.
func runsEnding(kind dialect.Kind, statement []sqltext.Token) bool {
	for i, t := range statement {
		if t.Is("FOR") {
			return ends(kind, statement[i+1:])
		}
	}
	last := statement[len(statement)-1]
	return (last.Kind == sqltext.Text || last.Kind == sqltext.Name) && endsTransaction(kind, last.Value)
}
