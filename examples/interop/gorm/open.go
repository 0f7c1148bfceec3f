package gorm

import (
	"database/sql"

	"github.com/libtnb/sqlite"
	"gorm.io/driver/mysql"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/authgen/authgen/dialect"
)

// Open opens gorm on a pool of a database.
func Open(kind dialect.Kind, pool *sql.DB, config *gorm.Config) (*gorm.DB, error) {
	return gorm.Open(dialector(kind, pool), config)
}

func dialector(kind dialect.Kind, pool *sql.DB) gorm.Dialector {
	switch kind {
	case dialect.Postgres:
		return postgres.New(postgres.Config{Conn: pool})
	case dialect.MySQL:
		return mysql.New(mysql.Config{Conn: pool})
	}
	return sqlite.New(sqlite.Config{Conn: pool})
}
