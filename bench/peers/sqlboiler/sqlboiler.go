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
)

//go:generate go run ../../internal/live -db file -install github.com/aarondl/sqlboiler/v4@v4.19.7,github.com/aarondl/sqlboiler/v4/drivers/sqlboiler-sqlite3@v4.19.7 sqlboiler sqlite3 -c sqlboiler.toml -o sqlite/models
//go:generate go run ../../internal/live -db postgres -install github.com/aarondl/sqlboiler/v4@v4.19.7,github.com/aarondl/sqlboiler/v4/drivers/sqlboiler-psql@v4.19.7 sqlboiler psql -c sqlboiler.toml -o postgres/models
//go:generate go run ../../internal/live -db mariadb -install github.com/aarondl/sqlboiler/v4@v4.19.7,github.com/aarondl/sqlboiler/v4/drivers/sqlboiler-mysql@v4.19.7 sqlboiler mysql -c sqlboiler.toml -o mysql/models
//go:generate sh -c "cd postgres && go run ../../../internal/retarget ../sqlite/contestant.go"
//go:generate sh -c "cd mysql && go run ../../../internal/retarget ../sqlite/contestant.go"

// Library makes the contestant.
var Library = contest.Library{
	Name:  "sqlboiler",
	About: "v4.19.7, hooks; every column named",
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
