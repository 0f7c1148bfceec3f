package setup

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/authgen/authgen/bench/contest"
)

// onLive runs fn while there is a database with the tables of the benchmark. Where it
// is, say variables in the words of sqlboiler and bob.
func onLive(ctx context.Context, kind contest.Kind, fn func(env []string) error) (err error) {
	folder, err := os.MkdirTemp("", "authgen-setup-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	place, err := contest.NewGround(contest.Course{Kind: kind}, folder).Place(ctx, "setup")
	if err != nil {
		return fmt.Errorf("a database on %s to read tables of: %w; bench/README.md says where servers are looked for", kind, err)
	}
	defer func() { err = errors.Join(err, place.Drop()) }()
	db, err := place.Open(ctx)
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	env, err := variables(place)
	if err != nil {
		return err
	}
	return fn(env)
}

// variables say where the database is.
func variables(place contest.Place) ([]string, error) {
	switch place.Kind {
	case contest.Postgres:
		u, err := url.Parse(place.DSN)
		if err != nil {
			return nil, err
		}
		password, _ := u.User.Password()
		return []string{
			"PSQL_DSN=" + place.DSN, "PSQL_DBNAME=" + strings.TrimPrefix(u.Path, "/"), "PSQL_HOST=" + u.Hostname(), "PSQL_PORT=" + u.Port(),
			"PSQL_USER=" + u.User.Username(), "PSQL_PASS=" + password, "PSQL_SSLMODE=" + u.Query().Get("sslmode"),
		}, nil
	case contest.MariaDB:
		config, err := mysql.ParseDSN(place.DSN)
		if err != nil {
			return nil, err
		}
		host, port, _ := strings.Cut(config.Addr, ":")
		return []string{
			"MYSQL_DBNAME=" + config.DBName, "MYSQL_HOST=" + host, "MYSQL_PORT=" + port,
			"MYSQL_USER=" + config.User, "MYSQL_PASS=" + config.Passwd, "MYSQL_SSLMODE=false",
		}, nil
	}
	file, _, _ := strings.Cut(strings.TrimPrefix(place.DSN, "file:"), "?")
	return []string{"SQLITE_DSN=" + file, "SQLITE3_DBNAME=" + file}, nil
}
