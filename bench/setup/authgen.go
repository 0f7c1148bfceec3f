package setup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// The contestant of authgen that has all triggers in one package, and its copy that
// stores times as integers.
const (
	program  = "peers/authgen/program"
	integers = "peers/authgen/generated/integers"
)

// authgen generates from every schema.yaml of the contestants.
func authgen(ctx context.Context) (err error) {
	if err := copyWithIntegers(); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "authgen-setup-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	command := filepath.Join(folder, "authgen")
	if err := run(ctx, ".", nil, "go", "build", "-o", command, "github.com/authgen/authgen/cmd/authgen"); err != nil {
		return err
	}
	schemas, err := filepath.Glob("peers/authgen/*/schema.yaml")
	if err != nil {
		return err
	}
	for _, schema := range append(schemas, integers+"/schema.yaml") {
		if err := run(ctx, filepath.Dir(schema), nil, command, "-q"); err != nil {
			return err
		}
	}
	return nil
}

// copyWithIntegers copies the contestant, and has its schema store times as integers.
func copyWithIntegers() error {
	words := strings.NewReplacer("package program", "package integers", "authgen/program", "authgen/generated/integers")
	for _, file := range []string{"contestant.go", "triggers/triggers.go", "triggers/user.go", "triggers/session.go"} {
		if err := retargetFile(program+"/"+file, integers+"/"+file, words); err != nil {
			return err
		}
	}
	schema, err := os.ReadFile(program + "/schema.yaml")
	text := string(schema)
	for _, table := range []string{"user", "session"} {
		text = strings.Replace(text, "\n  "+table+":\n", "\n  "+table+":\n    times: integer\n", 1)
	}
	return errors.Join(err, os.WriteFile(integers+"/schema.yaml", []byte(text), 0o666))
}
