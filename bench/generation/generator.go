package generation

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"

	_ "modernc.org/sqlite" // registers sqlite

	"github.com/authgen/authgen/bench/tools"
)

// A generator is authgen or a peer.
type generator struct {
	name string
	tool tools.Tool // the zero value: authgen's own
	// write writes into the folder of a module what the generator reads.
	write func(dir string, list []tableOf, authgen string) error
	// command is one of the tool, and runs in the folder of the module.
	command []string
	env     []string
	output  string // folder of the code, in the module
}

// generators are run one after the other. gorm generates nothing.
var generators = []generator{
	{
		name:    "authgen",
		write:   writeYAML,
		command: []string{"authgen", "-q"},
		output:  "generated",
	}, {
		name:    "sqlc",
		tool:    tools.SQLC,
		write:   writeSQLC,
		command: []string{"sqlc", "generate"},
		output:  "generated",
	}, {
		name:    "sqlboiler",
		tool:    tools.SQLBoiler,
		write:   writeDatabase,
		command: []string{"sqlboiler", "sqlite3", "--no-tests", "--wipe", "-o", "generated", "-p", "generated"},
		env:     []string{"SQLITE3_DBNAME=tables.db"},
		output:  "generated",
	}, {
		name:    "bob",
		tool:    tools.Bob,
		write:   writeBob,
		command: []string{"bobgen-sqlite"},
		env:     []string{"SQLITE_DSN=tables.db"},
		output:  "generated",
	}, {
		name:    "ent",
		tool:    tools.Ent,
		write:   writeEnt,
		command: []string{"ent", "generate", "--target", "./generated", "./schema"},
		output:  "generated",
	},
}

func writeYAML(dir string, list []tableOf, _ string) error {
	return os.WriteFile(filepath.Join(dir, "schema.yaml"), []byte(schemaYAML(list)), 0o666)
}

// writeSQL writes the statements that create the tables, which authgen makes
// of its schema, so that everybody has the same.
func writeSQL(dir string, list []tableOf, authgen string) (string, error) {
	if err := writeYAML(dir, list, authgen); err != nil {
		return "", err
	}
	cmd := exec.Command(authgen, "schema", "--dialect", "sqlite")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return "", err
	}
	return string(out), os.WriteFile(filepath.Join(dir, "schema.sql"), out, 0o666)
}

func writeSQLC(dir string, list []tableOf, authgen string) error {
	const config = "version: \"2\"\nsql:\n  - {engine: sqlite, schema: schema.sql, queries: queries.sql, gen: {go: {out: generated, emit_prepared_queries: true}}}\n"
	_, err := writeSQL(dir, list, authgen)
	return errors.Join(err,
		os.WriteFile(filepath.Join(dir, "sqlc.yaml"), []byte(config), 0o666),
		os.WriteFile(filepath.Join(dir, "queries.sql"), []byte(queriesSQL(list)), 0o666))
}

// writeDatabase creates the live database that sqlboiler and bob read.
func writeDatabase(dir string, list []tableOf, authgen string) error {
	statements, err := writeSQL(dir, list, authgen)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "tables.db"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), statements)
	return errors.Join(err, db.Close())
}

// writeBob asks for what compares with the others: models, conditions and
// relations, but no factories and no description of the database.
func writeBob(dir string, list []tableOf, authgen string) error {
	const config = "plugins_preset: none\nplugins:\n  models: {disabled: false, pkgname: generated, destination: generated}\n" +
		"  where: {disabled: false}\n  loaders: {disabled: false}\n  joins: {disabled: false}\nno_tests: true\n"
	return errors.Join(writeDatabase(dir, list, authgen), os.WriteFile(filepath.Join(dir, "bobgen.yaml"), []byte(config), 0o666))
}

// writeEnt also makes the module a package, by which ent finds its path.
func writeEnt(dir string, list []tableOf, _ string) error {
	schema := filepath.Join(dir, "schema")
	err := errors.Join(os.Mkdir(schema, 0o777), os.WriteFile(filepath.Join(dir, "tables.go"), []byte("package tables\n"), 0o666))
	if err != nil {
		return err
	}
	for name, text := range entFiles(list) {
		if err := os.WriteFile(filepath.Join(schema, name), []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}
