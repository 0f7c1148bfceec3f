package contest

import (
	"errors"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// isDeadlock reports whether the server rolled a transaction back for another one, and
// says that it may be tried again. authgen does that by itself; who uses the others
// does it around them, as the race does.
func isDeadlock(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number == 1213
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "40P01"
	}
	return false
}
