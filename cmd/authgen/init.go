package main

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/gen"
	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/internal/cli"
)

const initHelp = `Init writes the first files of a project, all of which compile:

  schema.yaml           what you edit, with comments that explain it
  gen.go                the line that makes "go generate" run authgen
  authgen.schema.json   lets editors complete and check schema.yaml
  auth/, triggers/      what "authgen generate" makes of schema.yaml

It refuses to overwrite anything, and lists everything that is in the way.
Presets are given by --use; better-auth/core always comes first.`

// corePreset is what the starter schema extends.
const corePreset = "better-auth/core"

// newInit returns the verb that begins a project.
func newInit(o *cli.Options) *cobra.Command {
	var use []string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write the first schema.yaml, with all it takes to compile",
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
		return fmt.Errorf("there is no go.mod: run these two first, with your module's path:\n\tgo mod init example.com/app\n\tgo get -tool %s", toolPath)
	}
	if err != nil {
		return err
	}
	w, err := p.want()
	if err != nil {
		return err
	}
	w.set.Dirs = nil // nothing is removed in a project that only begins
	if err := p.wantFirst(w, text, mod); err != nil {
		return err
	}
	if err := p.nothingInTheWay(w); err != nil {
		return err
	}
	if w.unseen != nil {
		return w.unseen
	}
	if err := p.write(w); err != nil {
		return err
	}
	p.sayNext(mod)
	return nil
}

// presets returns the presets to use, each once.
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

// loadStarter makes a project of the starter schema. What is wrong with that can
// only be the choice of presets, so its positions would tell nobody anything.
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

// wantFirst adds the files that are written once and are the user's then.
func (p *project) wantFirst(w *wanted, text []byte, mod *goModule) error {
	pkg, err := p.ownPackage(mod)
	if err != nil {
		return err
	}
	w.set.Files[p.rel(filepath.Join(p.schema, filepath.Base(p.File)))] = output.File{Kind: output.User, Data: text}
	w.set.Files[p.rel(filepath.Join(p.schema, "gen.go"))] = output.File{Kind: output.User, Data: genFile(pkg, filepath.Base(p.File))}
	w.set.Files[p.rel(filepath.Join(p.schema, jsonName))] = jsonFile()
	return nil
}

// nothingInTheWay refuses to go on if a file that init would begin is there.
// A trigger package that is there is not: stubs are only added to it.
func (p *project) nothingInTheWay(w *wanted) error {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(w.set.Files)) {
		if w.set.Files[name].Base != nil {
			continue
		}
		if cli.Exists(filepath.Join(p.base, filepath.FromSlash(name))) {
			found = append(found, p.show(name))
		}
	}
	if len(found) == 0 {
		return nil
	}
	return fmt.Errorf("init overwrites nothing and wrote nothing; move away what is in the way, or run \"authgen generate\":\n\t%s", strings.Join(found, "\n\t"))
}

// sayNext prints what to do after init.
func (p *project) sayNext(mod *goModule) {
	p.out.Say("\nNext:")
	if !mod.hasTool() {
		p.out.Say("\tgo get -tool " + toolPath)
	}
	p.out.Say("\tgo mod tidy")
	p.out.Say("\tedit " + p.showAbs(filepath.Join(p.schema, filepath.Base(p.File))) + ", then run go generate")
	p.out.Say("\tfill in " + p.showAbs(p.triggers) + string(filepath.Separator))
}
