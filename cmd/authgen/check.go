package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/internal/cli"
)

const checkHelp = `Check compares what is on disk with what schema.yaml wants and touches nothing.
It lists stale, missing and orphaned files, triggers without a method, methods
with the signature of an older schema, and trigger methods that the schema does
not declare.

Exit codes: 0 all is fresh; 1 something was listed; 2 trouble.`

// newCheck returns the verb that only looks.
func newCheck(o *cli.Options) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Tell whether everything is as schema.yaml wants it",
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
			return p.verdict(w, report, p.out.Stdout, p.out.OnOut)
		},
	}
}

const diffHelp = `Diff does what check does, and prints on stdout what "authgen generate" would
change, as a unified diff that patch and git apply accept. The list of what is
stale goes to stderr.

Exit codes: 0 all is fresh; 1 something differs; 2 trouble.`

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
			return p.verdict(w, report, p.out.Stderr, p.out.OnErr)
		},
	}
}

// openWanted reads the schema and renders what it wants.
func openWanted(o *cli.Options) (*project, *wanted, error) {
	p, err := open(o)
	if err != nil {
		return nil, nil, err
	}
	w, err := p.want()
	return p, w, err
}

// verdict lists what is not as it should be and returns cli.ErrStale if there is
// such a thing, or why triggers could not be looked at.
func (p *project) verdict(w *wanted, report output.Report, to io.Writer, colours cli.Palette) error {
	changed := slices.Sorted(slices.Values(slices.Concat(report.Missing, report.Stale, report.Orphaned)))
	findings := w.findings()
	if !p.out.Quiet {
		for _, path := range changed {
			p.list(w, report, path, to, colours)
		}
		for _, f := range findings {
			fmt.Fprintln(to, f)
		}
	}
	p.lookAtRest(w, changed)
	if w.unseen != nil {
		return w.unseen
	}
	if len(findings) > 0 || !report.Fresh() {
		return cli.ErrStale
	}
	return nil
}

// list prints a line for a file, or one for each stub that it lacks.
func (p *project) list(w *wanted, report output.Report, path string, to io.Writer, colours cli.Palette) {
	word := "stale"
	switch {
	case slices.Contains(report.Orphaned, path):
		word = "orphaned"
	case slices.Contains(report.Missing, path):
		word = "missing"
	}
	for _, method := range w.added[path] {
		fmt.Fprintf(to, "%s %s in %s\n", colours.Verb("missing"), method, p.show(path))
	}
	if len(w.added[path]) == 0 {
		fmt.Fprintf(to, "%s %s\n", colours.Verb(word), p.show(path))
	}
}
