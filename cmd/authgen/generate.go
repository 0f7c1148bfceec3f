package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/internal/cli"
)

const generateHelp = `Generate reads schema.yaml, writes the generated package, and adds missing methods
to your trigger package.

It writes only files that changed. Each appears whole or not at all. In the folder
"out" it removes files that have its header and are no longer needed, and no
others. If you change "out", the old folder stays, and you remove it. Generate
parses your trigger package and never compiles it. It adds methods there, and
changes nothing that you wrote. If authgen.schema.json is beside schema.yaml, it
is updated too; "authgen init" puts it there.

Methods with the signature of an older schema, and triggers that the schema does
not declare, are reported on stderr. Generate does not change them.`

// newGenerate returns the verb that writes files.
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

// generate writes all files. It writes the generated package even if stubs cannot be
// added, because no file of it is the user's.
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

// write writes everything to disk and prints what changed, also if it ends in an error.
func (p *project) write(w *wanted) error {
	report, err := output.Write(p.root(), w.set)
	told := account{p, w, report}
	told.tell()
	if err != nil {
		return err
	}
	told.lookAtRest()
	if w.rendered != nil {
		p.memoOf().keep(w.rendered)
	}
	return nil
}
