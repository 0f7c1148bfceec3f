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
	version, goVersion := "(devel)", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
		if info.Main.Version != "" {
			version = info.Main.Version
		}
	}
	return fmt.Sprintf("authgen %s\ngeneration %s\n%s\n", version, generation, goVersion)
}
