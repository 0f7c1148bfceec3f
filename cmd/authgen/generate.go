package main

import (
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/internal/cli"
)

const generateHelp = `Generate reads schema.yaml and writes the generated package, and adds to your
trigger package the methods that it lacks.

It writes only what changed, and what it writes appears whole or not at all. Of
the folder "out" it removes files that bear its header and are no longer wanted,
and no others; when "out" names another folder than before, the old one stays
and is yours to remove. Your trigger package is parsed, never compiled: methods
are only added, nothing that stands is changed. If authgen.schema.json is beside
schema.yaml, it is kept up to date; "authgen init" puts it there.

Methods with the signature of an older schema, and triggers that the schema does
not declare, are reported on stderr and left alone.`

// newGenerate returns the verb that writes.
func newGenerate(o *cli.Options) *cobra.Command {
	return &cobra.Command{
		Use:   "generate",
		Short: "Write the generated package and missing trigger stubs",
		Long:  generateHelp,
		Args:  cli.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			p, err := open(o)
			if err != nil {
				return err
			}
			return p.generate()
		},
	}
}

// generate writes what the schema wants. The generated package is written also
// where stubs cannot be, as it is all ours.
func (p *project) generate() error {
	w, err := p.want()
	if err != nil {
		return err
	}
	if err := p.write(w); err != nil {
		return err
	}
	for _, f := range slices.Concat(w.notes, w.findings()) {
		p.out.Warn(f)
	}
	return w.unseen
}

// write brings everything to disk and says what that changed, also where it
// ended in an error.
func (p *project) write(w *wanted) error {
	report, err := output.Write(p.root(), w.set)
	changed := slices.Sorted(slices.Values(slices.Concat(report.Missing, report.Stale, report.Orphaned)))
	p.tell(w, report, changed)
	if err != nil {
		return err
	}
	p.lookAtRest(w, changed)
	if w.rendered != nil {
		p.memoOf().keep(w.rendered)
	}
	return nil
}

// lookAtRest lists the files that were as they should be, if -v was given.
func (p *project) lookAtRest(w *wanted, changed []string) {
	if !p.out.Verbose {
		return
	}
	for _, path := range slices.Sorted(maps.Keys(w.set.Files)) {
		if _, found := slices.BinarySearch(changed, path); !found {
			p.out.Look("unchanged %s", p.show(path))
		}
	}
}
