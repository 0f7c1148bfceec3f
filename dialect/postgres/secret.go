package postgres

import (
	"database/sql/driver"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/authgen/authgen"
)

// A secret is one on its way to the database. pgx's tracers, and its errors, print
// arguments: this one prints as a Secret does. pgx encodes it as text in each of
// its modes, and database/sql too.
type secret struct{ authgen.Secret }

// TextValue is called by pgx.
func (s secret) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: s.Reveal(), Valid: true}, nil
}

// Value is called by database/sql.
func (s secret) Value() (driver.Value, error) { return s.Reveal(), nil }

// quotes escapes what ends an element of an array in quotes.
var quotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// secretList returns a list of secrets as the text of an array
// (PostgreSQL's manual, section 8.15.2), which is a secret too.
func secretList(texts []string) secret {
	var b strings.Builder
	for i, text := range texts {
		b.WriteString([...]string{"{\"", "\",\""}[min(i, 1)])
		b.WriteString(quotes.Replace(text))
	}
	b.WriteString("\"}")
	return secret{authgen.NewSecret(b.String())}
}
