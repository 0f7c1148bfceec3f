package main

import (
	"github.com/spf13/cobra"

	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/internal/cli"
)

const checkHelp = `Check compares the files on disk with schema.yaml and changes nothing. It lists
stale, missing and orphaned files, triggers without a method, methods with the
signature of an older schema, and trigger methods that the schema does not
declare.

Exit codes: 0 everything is fresh; 1 something was listed; 2 an error.`

// newCheck returns the verb that compares files and changes none.
func newCheck(o *cli.Options) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Tell whether all files are as schema.yaml says",
		Long:  checkHelp,
		Args:  cli.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			p, w, err := openWanted(o)
			if err != nil {
				return err
			}
			report, err := output.Check(p.root(), w.set)
			if err != nil {
				return err
			}
			return account{p, w, report}.verdict(p.out.Stdout, p.out.OnOut)
		},
	}
}

const diffHelp = `Diff does what check does, and also prints what "authgen generate" would change.
The unified diff goes to stdout, where patch and git apply can read it, and the
list of files goes to stderr.

Exit codes: 0 everything is fresh; 1 something differs; 2 an error.`

// newDiff returns the verb that shows what generate would change.
func newDiff(o *cli.Options) *cobra.Command {
	return &cobra.Command{
		Use:   "diff",
		Short: "Show what generate would change",
		Long:  diffHelp,
		Args:  cli.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			p, w, err := openWanted(o)
			if err != nil {
				return err
			}
			report, err := output.Diff(p.root(), w.set, cli.NewDiffer(p.out.Stdout, p.out.OnOut))
			if err != nil {
				return err
			}
			return account{p, w, report}.verdict(p.out.Stderr, p.out.OnErr)
		},
	}
}

// openWanted reads the schema and renders all files in memory.
func openWanted(o *cli.Options) (*project, *wanted, error) {
	p, err := open(o)
	if err != nil {
		return nil, nil, err
	}
	w, err := p.want()
	return p, w, err
}
