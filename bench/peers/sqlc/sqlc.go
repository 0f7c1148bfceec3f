// Package sqlc is the peer without hooks: its user writes the transaction and
// what happens in it, as sqlc's documentation says. The queries are those of L1,
// and all are prepared once, which is an option of the generator; so it is L1,
// with the code of queries generated.
package sqlc

import (
	"context"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/sqlc/mysql"
	"github.com/authgen/authgen/bench/peers/sqlc/postgres"
	"github.com/authgen/authgen/bench/peers/sqlc/sqlite"
	"github.com/authgen/authgen/bench/tools"
)

// Library makes the contestant.
var Library = contest.Library{
	Name:  "sqlc",
	About: tools.SQLC.Version + ", prepared queries, transactions and hooks by hand",
	Open: func(ctx context.Context, at contest.Place) (contest.Contestant, error) {
		switch at.Kind {
		case contest.Postgres:
			return postgres.Open(ctx, at)
		case contest.MariaDB:
			return mysql.Open(ctx, at)
		}
		return sqlite.Open(ctx, at)
	},
}
