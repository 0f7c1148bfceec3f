// Package tools pins the generators of the peers.
package tools

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// A Tool is a generator of a peer. All its packages have one version, which is
// also that of the peer's library in go.mod, where it has one.
type Tool struct {
	Module, Version string
	// Packages are the commands to install, as paths within the module.
	Packages []string
}

// The generators. gorm has none.
var (
	SQLC      = Tool{"github.com/sqlc-dev/sqlc", "v1.31.1", []string{"/cmd/sqlc"}}
	SQLBoiler = Tool{"github.com/aarondl/sqlboiler/v4", "v4.19.7", []string{"", "/drivers/sqlboiler-sqlite3", "/drivers/sqlboiler-psql", "/drivers/sqlboiler-mysql"}}
	Bob       = Tool{"github.com/stephenafamo/bob", "v0.45.0", []string{"/gen/bobgen-sqlite", "/gen/bobgen-psql"}}
	Ent       = Tool{"entgo.io/ent", "v0.14.6", []string{"/cmd/ent"}}
)

// All are all of them.
var All = []Tool{SQLC, SQLBoiler, Bob, Ent}

// Folder returns where a tool's commands are: in the user's cache, so that each version
// is built once on a machine.
func (t Tool) Folder() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "authgen-bench", path.Base(strings.TrimSuffix(t.Module, "/v4"))+"-"+t.Version), err
}

// Install builds the commands of a tool into its folder, unless they are there.
func (t Tool) Install(ctx context.Context) error {
	folder, err := t.Folder()
	if err != nil {
		return err
	}
	if _, err := os.Stat(folder); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o777); err != nil {
		return err
	}
	made, err := os.MkdirTemp(filepath.Dir(folder), "building-")
	if err != nil {
		return err
	}
	args := []string{"install"}
	for _, path := range t.Packages {
		args = append(args, t.Module+path+"@"+t.Version)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	// Without cgo sqlc parses the SQL of Postgres without the C code of that server, which
	// takes minutes to compile and needs gcc.
	cmd.Env = append(os.Environ(), "GOBIN="+made, "GOFLAGS=", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("go install %s@%s: %w\n%s", t.Module, t.Version, err, out), os.RemoveAll(made))
	}
	// What is half built never has the name.
	if err := os.Rename(made, folder); err != nil {
		return errors.Join(err, os.RemoveAll(made))
	}
	return nil
}

// Path returns the variable PATH with the folders of all tools in front.
func Path() (string, error) {
	var folders []string
	for _, t := range All {
		folder, err := t.Folder()
		if err != nil {
			return "", err
		}
		folders = append(folders, folder)
	}
	return "PATH=" + strings.Join(append(folders, os.Getenv("PATH")), string(filepath.ListSeparator)), nil
}

// Command returns where the command of a tool is.
func (t Tool) Command(name string) (string, error) {
	folder, err := t.Folder()
	return filepath.Join(folder, name), err
}
