package main

import (
	"fmt"

	"github.com/authgen/authgen/internal/cli"
)

const versionHelp = `Version prints the version of authgen, the generation of its code, which the
runtime that a program links has to know, and the Go version it was built with.`

// versionText returns three facts, a line each.
func versionText() string {
	version, goVersion := cli.BuiltOf()
	return fmt.Sprintf("authgen %s\ngeneration %s\n%s\n", version, generation, goVersion)
}

// sameVersion warns where go.mod requires another version of authgen than this
// program is of: the runtime is that of go.mod, and what is generated for it had
// better be, too.
func (p *project) sameVersion() {
	version, _ := cli.BuiltOf()
	if required := p.module.requires(modulePath); required != "" && version != cli.DevelVersion && required != version {
		p.out.Warn(fmt.Sprintf(`authgen: this is authgen %s, and go.mod requires %s: run "go tool authgen", which is always the one that go.mod requires`, version, required))
	}
}
