// Package bob is the peer whose hooks get the rows that a statement returned,
// which every statement of it does. They are process-wide. The old rows of an
// update, which the caller read, go to them by the context, as there is no
// other way. Its types are those of database/sql, which cost the least.
package bob

import (
	"context"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/bob/psql"
	"github.com/authgen/authgen/bench/peers/bob/sqlite"
	"github.com/authgen/authgen/bench/tools"
)

// Library makes the contestant.
var Library = contest.Library{
	Name:  "bob",
	About: tools.Bob.Version + ", hooks with the rows that statements return",
	Hooks: true,
	Open: func(ctx context.Context, at contest.Place) (contest.Contestant, error) {
		if at.Kind == contest.Postgres {
			return psql.Open(ctx, at)
		}
		return sqlite.Open(ctx, at)
	},
	Skip: map[contest.Kind]string{
		contest.MariaDB: "its hooks live on RETURNING, which it does not use there",
	},
}
