package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// NewVersion returns the verb that prints the version of a tool.
func NewVersion(o *Options, help, text string) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long:  help,
		Args:  NoArguments,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprint(o.Out.Stdout, text)
			return nil
		},
	}
}

// BuiltOf returns the versions of authgen and of Go that this program was built with.
func BuiltOf() (version, goVersion string) {
	version, goVersion = DevelVersion, "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
		if info.Main.Version != "" {
			version = info.Main.Version
		}
	}
	return version, goVersion
}

// DevelVersion is the version of a program that was built in a clone of the repository.
const DevelVersion = "(devel)"
