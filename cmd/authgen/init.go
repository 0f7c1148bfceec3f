package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/gen"
	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/internal/cli"
)

const initHelp = `Init writes the first files of a project, all of which compile:

  schema.yaml           the file that you edit, with comments that explain it
  gen.go                the line that makes "go generate" run authgen
  authgen.schema.json   lets editors complete and check schema.yaml
  auth/, triggers/      what "authgen generate" makes of schema.yaml

It overwrites nothing: if files are in the way, it lists them and writes none.
--use names the presets; better-auth/core is always the first.`

// corePreset is what the starter schema extends.
const corePreset = "better-auth/core"

// newInit returns the verb that starts a project.
func newInit(o *cli.Options) *cobra.Command {
	var use []string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write the first files of a project",
		Long:  initHelp,
		Args:  cli.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			return begin(o, use)
		},
	}
	cmd.Flags().StringSliceVar(&use, "use", []string{corePreset}, "presets, separated by commas: "+strings.Join(schema.Presets(), ", "))
	_ = cmd.RegisterFlagCompletionFunc("use", cobra.FixedCompletions(schema.Presets(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// begin writes the first files.
func begin(o *cli.Options, use []string) error {
	if o.File == "" {
		o.File = cli.DefaultFile
	}
	presets, err := presets(use)
	if err != nil {
		return err
	}
	text := starter(presets)
	p, err := loadStarter(o, text)
	if err != nil {
		return err
	}
	mod, err := moduleOf(p.schema)
	if errors.Is(err, errNoModule) {
		return fmt.Errorf("there is no go.mod; run these first, with your module's path:\n\tgo mod init example.com/app\n\tgo get -tool %s", toolPath)
	}
	if err != nil {
		return err
	}
	w, err := p.want()
	if err != nil {
		return err
	}
	w.set.Dirs = nil // init removes nothing
	b := beginning{p, mod}
	if err := b.addFirst(w, text); err != nil {
		return err
	}
	if err := b.nothingInTheWay(w); err != nil {
		return err
	}
	if w.unseen != nil {
		return w.unseen
	}
	if err := p.write(w); err != nil {
		return err
	}
	b.sayNext()
	return nil
}

// presets returns the presets to use, each once, and the core preset first.
func presets(use []string) ([]string, error) {
	known := schema.Presets()
	list := []string{corePreset}
	for _, name := range use {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("--use: unknown preset %q%s", name, schema.PresetHint(name))
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list, nil
}

// loadStarter makes a project of the starter schema. Only the choice of presets can make
// that schema wrong, so the positions of problems do not matter.
func loadStarter(o *cli.Options, text []byte) (*project, error) {
	m, problems := gen.Load(o.File, text)
	if len(problems) > 0 {
		var list []error
		for _, problem := range problems {
			list = append(list, fmt.Errorf("--use: %s", problem.Message))
		}
		return nil, errors.Join(list...)
	}
	return newProject(o, &cli.SchemaFile{File: o.File, Text: text, Model: m})
}
