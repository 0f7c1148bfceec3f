package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// defaultFile is the name of the schema, unless -f names another.
const defaultFile = "schema.yaml"

const rootHelp = `Authgen generates a typed database package from schema.yaml, with triggers that
run in the transaction of the write, and adds the stubs of the triggers that you
have yet to write.

  authgen init        write the first schema.yaml, with all it takes to compile
  vim schema.yaml     add a table, a field, a trigger
  go generate         wrote auth/user.go, added 1 stub to triggers/user.go
  vim triggers/       fill it in

Without a verb it does what "authgen generate" does.

Exit codes: 0 all is well; 1 check or diff found something stale, or "outbox status
--check" something that needs you; 2 trouble, and stderr says which. Colours need a
terminal, and NO_COLOR turns them off.`

// options are what the flags of every verb say.
type options struct {
	file string
	out  *printer
}

// newRoot returns the command with all its verbs.
func newRoot(out *printer) *cobra.Command {
	o := &options{out: out}
	root := newGenerate(o)
	root.Use, root.Short, root.Long = "authgen", "Generate a typed database package with triggers", rootHelp
	root.Args = knownVerb
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SuggestionsMinimumDistance = 2
	root.Version = versionText()
	root.SetVersionTemplate("{{.Version}}")
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().StringVarP(&o.file, "file", "f", "", "the schema; paths in it are relative to its folder (default schema.yaml, here or in a folder above)")
	root.PersistentFlags().BoolVarP(&out.verbose, "verbose", "v", false, "list what is looked at, on stderr")
	root.PersistentFlags().BoolVarP(&out.quiet, "quiet", "q", false, "print errors only")
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if out.verbose && out.quiet {
			return errors.New("--verbose and --quiet ask for opposites: give one of them")
		}
		return nil
	}
	_ = root.MarkPersistentFlagFilename("file", "yaml", "yml") // fails only for a flag that is not there
	root.SetUsageTemplate(strings.NewReplacer("Available Commands:", "Verbs:", "[command]", "VERB", "about a command", "about a verb").Replace(root.UsageTemplate()))
	root.SetHelpCommand(newHelp(root))
	root.AddCommand(newGenerate(o), newInit(o), newCheck(o), newDiff(o), newSchema(o), newExplain(o), newOutbox(o), newVersion(o))
	return root
}

// knownVerb refuses what follows the bare command, since it is no verb.
func knownVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := `; "authgen --help" lists them`
	if ext := filepath.Ext(args[0]); ext == ".yaml" || ext == ".yml" {
		hint = "; a schema is given by -f " + args[0]
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf(" (did you mean %q?)", near[0])
	}
	return fmt.Errorf("unknown verb %q%s", args[0], hint)
}

// newHelp returns the verb that explains others.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [VERB]",
		Short: "Explain authgen, or one of its verbs",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, verb := range root.Commands() {
				names = append(names, verb.Name())
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			verb, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return knownVerb(root, args)
			}
			verb.InitDefaultHelpFlag()
			verb.InitDefaultVersionFlag()
			return verb.Help()
		},
	}
}

// noArguments refuses arguments to a verb that takes none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments, and was given %q", cmd.Name(), args[0])
	}
	return nil
}

// flagError returns a flag's error with what was meant instead.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	verb := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), "authgen"), " ")
	if unknown.GetSpecifiedShortnames() != "" {
		return fmt.Errorf(`unknown flag "-%s"; "authgen %s" lists them`, unknown.GetSpecifiedName(), strings.TrimSpace(verb+" --help"))
	}
	name := unknown.GetSpecifiedName()
	if near := nearestFlag(cmd, name); near != "" {
		return fmt.Errorf(`unknown flag "--%s" (did you mean "--%s"?)`, name, near)
	}
	return fmt.Errorf(`unknown flag "--%s"; "authgen %s" lists them`, name, strings.TrimSpace(verb+" --help"))
}

// nearestFlag returns the flag of a verb that name may be a misspelling of.
func nearestFlag(cmd *cobra.Command, name string) string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return nearest(name, names)
}

// nearest returns the candidate that word may be a misspelling of, or nothing.
func nearest(word string, candidates []string) string {
	best, distance := "", 1+max(1, len(word)/3)
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(c)); d < distance {
			best, distance = c, d
		}
	}
	return best
}
