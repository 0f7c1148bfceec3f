package authgen

import (
	"database/sql"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
)

// A database is how authgen opens one: by its DSN, which is the way that it
// recommends, and from a pool of the program.
type database struct {
	open func(dsn string) dialect.Database
	take func(pool *sql.DB) dialect.Database
}

// databases has a line for each database that authgen has a package for. A kind
// that is missing is reported as not run.
var databases = map[contest.Kind]database{
	contest.SQLiteFile:   {sqlite.Open, sqlite.New},
	contest.SQLiteMemory: {sqlite.Open, sqlite.New},
	contest.Postgres:     {postgres.Open, postgres.New},
	contest.MariaDB:      {mysql.Open, mysql.New},
}

// missing says of each kind without a package why it is not run.
func missing() map[contest.Kind]string {
	skip := map[contest.Kind]string{}
	for _, course := range contest.Courses {
		if _, ok := databases[course.Kind]; !ok {
			skip[course.Kind] = "authgen has no package that connects to it yet"
		}
	}
	return skip
}
