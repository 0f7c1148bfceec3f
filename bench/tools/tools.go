// Package tools pins the generators of the peers.
package tools

import (
	"context"
	"fmt"
	"os"
	"os/exec"
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

// Install builds the commands of a tool into a folder. What is there in that
// version stays.
func (t Tool) Install(ctx context.Context, folder string) error {
	args := []string{"install"}
	for _, path := range t.Packages {
		args = append(args, t.Module+path+"@"+t.Version)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "GOBIN="+folder, "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go install %s@%s: %w\n%s", t.Module, t.Version, err, out)
	}
	return nil
}
