package setup

import (
	"context"
	"errors"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/tools"
)

// sqlc reads the statements of package schema.
func sqlc(ctx context.Context) error {
	return errors.Join(
		generate(ctx, "peers/sqlc", nil, tools.SQLC, "sqlc", "generate"),
		retarget("peers/sqlc/sqlite", "peers/sqlc/postgres"),
		retarget("peers/sqlc/sqlite", "peers/sqlc/mysql"),
	)
}

// ent reads a Go package.
func ent(ctx context.Context) error {
	return generate(ctx, "peers/ent", nil, tools.Ent, "ent", "generate", "--feature", "sql/lock", "--target", "generated/db", "./schema")
}

// sqlboiler reads a live database.
func sqlboiler(ctx context.Context) error {
	for _, one := range []struct {
		kind           contest.Kind
		driver, folder string
	}{
		{contest.SQLiteFile, "sqlite3", "sqlite"},
		{contest.Postgres, "psql", "postgres"},
		{contest.MariaDB, "mysql", "mysql"},
	} {
		err := onLive(ctx, one.kind, func(env []string) error {
			return generate(ctx, "peers/sqlboiler", env, tools.SQLBoiler, "sqlboiler", one.driver, "-c", "sqlboiler.toml", "-o", one.folder+"/generated/models")
		})
		if err != nil {
			return err
		}
	}
	return errors.Join(
		retarget("peers/sqlboiler/sqlite", "peers/sqlboiler/postgres"),
		retarget("peers/sqlboiler/sqlite", "peers/sqlboiler/mysql"),
	)
}

// bob reads a live database.
func bob(ctx context.Context) error {
	for kind, name := range map[contest.Kind]string{contest.SQLiteFile: "sqlite", contest.Postgres: "psql"} {
		err := onLive(ctx, kind, func(env []string) error {
			return generate(ctx, "peers/bob/"+name, env, tools.Bob, "bobgen-"+name, "-c", "../bobgen.yaml")
		})
		if err != nil {
			return err
		}
	}
	return retarget("peers/bob/sqlite", "peers/bob/psql")
}
