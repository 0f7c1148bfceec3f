package runtime

import (
	"regexp"
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// A text of the program may end the transaction and begin another at once, for example
// COMMIT AND CHAIN. The connection then looks as before, and nothing would tell that half
// of the unit is stored. So authgen refuses such texts.

// endsTransaction reports whether a text would end the transaction, or begin
// another one, because on some databases that ends this one.
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

// firstWord returns the word that a text begins with. It returns nothing if the text begins
// with something other than a word, for example a comment.
func firstWord(query string) string {
	query = strings.TrimLeft(query, " \t\r\n")
	end := strings.IndexFunc(query, func(r rune) bool { return (r|0x20) < 'a' || (r|0x20) > 'z' })
	if end < 0 {
		return query
	}
	return query[:end]
}

// endings are the first words of statements that end a transaction, or run another statement.
var endings = []string{"COMMIT", "ROLLBACK", "END", "ABORT", "BEGIN", "START", "PREPARE", "EXECUTE", "SET"}

func isEnding(word string) bool {
	for _, e := range endings {
		if strings.EqualFold(word, e) {
			return true
		}
	}
	return false
}

// hasBody reports whether a text holds statements that cannot end the transaction: they
// run in another place, or stand in a block of Postgres.
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

// anyEnds is endsTransaction for each statement of a text.
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

// ends is endsTransaction for one statement.
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
		return !has("TO") // ROLLBACK TO a savepoint does not end the transaction
	case first.Is("START"), first.Is("PREPARE"):
		return has("TRANSACTION")
	}
	return true
}

// runsEnding is endsTransaction for a statement of MariaDB that runs or prepares another
// one: SET STATEMENT … FOR, EXECUTE IMMEDIATE, and PREPARE … FROM a text.
func runsEnding(kind dialect.Kind, statement []sqltext.Token) bool {
	for i, t := range statement {
		if t.Is("FOR") {
			return ends(kind, statement[i+1:])
		}
	}
	last := statement[len(statement)-1]
	return (last.Kind == sqltext.Text || last.Kind == sqltext.Name) && endsTransaction(kind, last.Value)
}
