package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/authgen/authgen/gen/output"
	"github.com/spf13/cobra"
)

const checkHelp = `Check compares what is on disk with what schema.yaml wants and touches nothing.
It lists stale, missing and orphaned files, triggers without a method, methods
with the signature of an older schema, and trigger methods that the schema does
not declare.

Exit codes: 0 all is fresh; 1 something was listed; 2 trouble.`

// newCheck returns the verb that only looks.
func newCheck(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Tell whether everything is as schema.yaml wants it",
		Long:  checkHelp,
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			p, w, err := o.openWanted()
			if err != nil {
				return err
			}
			report, err := output.Check(p.root(), w.set)
			if err != nil {
				return err
			}
			return p.verdict(w, report, p.out.stdout, p.out.onOut)
		},
	}
}

const diffHelp = `Diff does what check does, and prints on stdout what "authgen generate" would
change, as a unified diff that patch and git apply accept. The list of what is
stale goes to stderr.

Exit codes: 0 all is fresh; 1 something differs; 2 trouble.`

// newDiff returns the verb that shows what generate would change.
func newDiff(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "diff",
		Short: "Show what generate would change",
		Long:  diffHelp,
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			p, w, err := o.openWanted()
			if err != nil {
				return err
			}
			report, err := output.Diff(p.root(), w.set, differ{to: p.out.stdout, own: p.out.onOut})
			if err != nil {
				return err
			}
			return p.verdict(w, report, p.out.stderr, p.out.onErr)
		},
	}
}

// openWanted reads the schema and renders what it wants.
func (o *options) openWanted() (*project, *wanted, error) {
	p, err := o.open()
	if err != nil {
		return nil, nil, err
	}
	w, err := p.want()
	return p, w, err
}

// verdict lists what is not as it should be and returns errStale if there is
// such a thing, or why triggers could not be looked at.
func (p *project) verdict(w *wanted, report output.Report, to io.Writer, colours palette) error {
	changed := slices.Sorted(slices.Values(slices.Concat(report.Missing, report.Stale, report.Orphaned)))
	findings := w.findings()
	if !p.out.quiet {
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
		return errStale
	}
	return nil
}

// list prints a line for a file, or one for each stub that it lacks.
func (p *project) list(w *wanted, report output.Report, path string, to io.Writer, colours palette) {
	word := "stale"
	switch {
	case slices.Contains(report.Orphaned, path):
		word = "orphaned"
	case slices.Contains(report.Missing, path):
		word = "missing"
	}
	for _, method := range w.added[path] {
		fmt.Fprintf(to, "%s %s in %s\n", colours.verb("missing"), method, p.show(path))
	}
	if len(w.added[path]) == 0 {
		fmt.Fprintf(to, "%s %s\n", colours.verb(word), p.show(path))
	}
}

// isOnly reports whether an error is target and nothing besides.
func isOnly(err, target error) bool {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return errors.Is(err, target)
	}
	return !slices.ContainsFunc(joined.Unwrap(), func(e error) bool { return !errors.Is(e, target) })
}
