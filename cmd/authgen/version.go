package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// newVersion returns the verb that tells what this is.
func newVersion(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of authgen",
		Long: `Version prints the version of authgen, the generation of its code, which the
runtime that a program links has to know, and the Go version it was built with.`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprint(o.out.stdout, versionText())
			return nil
		},
	}
}

// versionText returns three facts, a line each.
func versionText() string {
	version, goVersion := builtOf()
	return fmt.Sprintf("authgen %s\ngeneration %s\n%s\n", version, generation, goVersion)
}

// builtOf returns the versions of authgen and of Go that this program is made of.
func builtOf() (version, goVersion string) {
	version, goVersion = develVersion, "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
		if info.Main.Version != "" {
			version = info.Main.Version
		}
	}
	return version, goVersion
}

// develVersion is that of a program that was built from a checkout.
const develVersion = "(devel)"

// sameVersion warns where go.mod requires another version of authgen than this
// program is of: the runtime is that of go.mod, and what is generated for it had
// better be, too.
func (p *project) sameVersion() {
	version, _ := builtOf()
	if required := p.module.requires(modulePath); required != "" && version != develVersion && required != version {
		p.out.warn(fmt.Sprintf(`authgen: this is authgen %s, and go.mod requires %s: run "go tool authgen", which is always the one that go.mod requires`, version, required))
	}
}
