package conformance

import (
	"context"
	"errors"
	"regexp"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// quotesNames fails the test if SQLite was sent a name in double quotes, which
// it reads as a string where there is no such column.
func (e *env) quotesNames() {
	e.Helper()
	if e.kind() == dialect.SQLite && e.seen.quoted != "" {
		e.Errorf("a name is in double quotes: %s", e.seen.quoted)
	}
}

// opaque are the strings of a statement and its names in backquotes.
var opaque = regexp.MustCompile("'[^']*'|`[^`]*`")

// loseAgent drops a column that session has in the schema.
func (e *env) loseAgent() {
	e.Helper()
	_, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: e.user("ada").ID, ExpiresAt: e.now})
	e.must(err)
	e.exec(`ALTER TABLE session DROP COLUMN agent`)
}

var nameCases = []testCase{
	{"W6: a column that the database lacks is an error, and no string", func(t *testing.T, e *env) {
		e.loseAgent()
		agent := auth.SessionCols.Agent
		none := func(_ any, err error) error { return err }
		for name, call := range map[string]func() error{
			"Find": func() error { return none(e.db.Session.Find(e.ctx, auth.SessionQuery{})) },
			"order": func() error {
				return none(e.db.Session.Find(e.ctx, auth.SessionQuery{OrderBy: auth.SessionOrder{agent.Asc()}}))
			},
			"Eq":     func() error { return none(e.db.Session.Count(e.ctx, agent.Eq("agent"))) },
			"In":     func() error { return none(e.db.Session.Count(e.ctx, agent.In("agent", "other"))) },
			"search": func() error { return none(e.db.Session.Exists(e.ctx, agent.Contains("gen"))) },
			"Create": func() error {
				return none(e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("u"), UserID: "u", ExpiresAt: e.now}))
			},
			"UpdateMany": func() error {
				return none(e.db.Session.UpdateMany(e.ctx, agent.NotNull(), auth.SessionPatch{ExpiresAt: auth.Set(e.now)}))
			},
			"patch": func() error {
				return none(e.db.Session.UpdateMany(e.ctx, auth.All[auth.Session](), auth.SessionPatch{Agent: auth.Set(new("x"))}))
			},
			"DeleteMany": func() error { return none(e.db.Session.DeleteMany(e.ctx, agent.NotNull())) },
			"ConsumeOne": func() error {
				_, _, err := e.db.Session.ConsumeOne(e.ctx, agent.Eq("agent"))
				return err
			},
			"in a unit": func() error {
				return e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
					return none(tx.Session.DeleteMany(ctx, agent.NotNull()))
				})
			},
		} {
			var failed *auth.StatementError
			if err := call(); !errors.As(err, &failed) {
				t.Errorf("%s: error is %v, want one of the statement", name, err)
			}
		}
		e.count("session", 1)
	}},
	{"W6: no index is made of a column that the database lacks", func(t *testing.T, e *env) {
		e.exec(`DROP TABLE session`)
		e.exec(`CREATE TABLE session (id varchar(40) NOT NULL PRIMARY KEY)`)
		if err := e.db.CreateTables(e.ctx); err == nil {
			t.Error("CreateTables made the indexes of a table without their columns")
		}
	}},
}
