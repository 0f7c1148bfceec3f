// Package sqlboiler is the peer whose hooks get the executor of the write: they
// run in its transaction if the caller began one, as here. They see the new row
// only; the old one, which the caller read, goes to them by the context, as
// there is no other way. Statements of single rows are built once and kept as
// text by sqlboiler itself.
package sqlboiler

import (
	"context"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/sqlboiler/mysql"
	"github.com/authgen/authgen/bench/peers/sqlboiler/postgres"
	"github.com/authgen/authgen/bench/peers/sqlboiler/sqlite"
	"github.com/authgen/authgen/bench/tools"
)

// Library makes the contestant.
var Library = contest.Library{
	Name:  "sqlboiler",
	About: tools.SQLBoiler.Version + ", hooks; every column named",
	Hooks: true,
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
