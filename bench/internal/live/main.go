// Live runs a generator that reads a live database: on one that it creates with
// the tables of the benchmark, and drops afterwards.
//
//	live -db file -install PACKAGE@VERSION,... COMMAND ARGUMENT...
//
// The command finds the packages in its PATH and the database in the variables
// that sqlboiler and bob read.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/authgen/authgen/bench/contest"
)

func main() {
	kind := flag.String("db", "file", "file, postgres or mariadb")
	install := flag.String("install", "", "packages with their versions, separated by commas")
	flag.Parse()
	if err := run(*kind, strings.Split(*install, ","), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
}

func run(kindName string, install, command []string) (err error) {
	kind, err := contest.KindNamed(kindName)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "live-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for _, tool := range install {
		if err := start([]string{"GOBIN=" + dir, "GOFLAGS="}, "go", "install", tool); err != nil {
			return err
		}
	}
	ctx := context.Background()
	place, err := contest.NewGround(kind, dir).Place(ctx, "live")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.Drop()) }()
	db, err := place.Open(ctx)
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	variables, err := variables(place)
	if err != nil {
		return err
	}
	path := "PATH=" + dir + string(filepath.ListSeparator) + os.Getenv("PATH")
	return start(append(variables, path), filepath.Join(dir, command[0]), command[1:]...)
}

// start runs a program with more variables.
func start(env []string, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// variables say where the database is, in the words of both generators.
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
