package gorm

import (
	"database/sql"

	"github.com/libtnb/sqlite"
	"gorm.io/driver/mysql"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/authgen/authgen/runtime"
)

// Open opens gorm on a pool of a database.
func Open(kind runtime.DialectKind, pool *sql.DB, config *gorm.Config) (*gorm.DB, error) {
	return gorm.Open(dialector(kind, pool), config)
}

func dialector(kind runtime.DialectKind, pool *sql.DB) gorm.Dialector {
	switch kind {
	case runtime.Postgres:
		return postgres.New(postgres.Config{Conn: pool})
	case runtime.MySQL:
		return mysql.New(mysql.Config{Conn: pool})
	}
	return sqlite.New(sqlite.Config{Conn: pool})
}
