package postgres

import (
	"database/sql/driver"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/authgen/authgen"
)

// A secret is a Secret as an argument. The tracers and errors of pgx print arguments, and
// this one prints as a Secret does. pgx encodes it as text in all of its modes, and so does
// database/sql.
type secret struct{ authgen.Secret }

// TextValue is called by pgx.
func (s secret) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: s.Reveal(), Valid: true}, nil
}

// Value is called by database/sql.
func (s secret) Value() (driver.Value, error) { return s.Reveal(), nil }

// quotes escapes the characters that would end a quoted element of an array.
var quotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// secretList returns a list of secrets as the text of an array (PostgreSQL's manual, section
// 8.15.2). The text is a secret too.
func secretList(texts []string) secret {
	var b strings.Builder
	for i, text := range texts {
		b.WriteString([...]string{"{\"", "\",\""}[min(i, 1)])
		b.WriteString(quotes.Replace(text))
	}
	b.WriteString("\"}")
	return secret{authgen.NewSecret(b.String())}
}
