package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// Options are what the flags of every verb say.
type Options struct {
	File string // the schema; empty: it is looked for
	Out  *Printer
}

// Root makes a command the root of a tool: with the flags that every verb takes, and
// with errors and a help in the same words.
func Root(root *cobra.Command, o *Options, verbs ...*cobra.Command) *cobra.Command {
	root.Args = knownVerb
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SuggestionsMinimumDistance = 2
	root.SetVersionTemplate("{{.Version}}")
	root.SetFlagErrorFunc(flagError)
	flags := root.PersistentFlags()
	flags.StringVarP(&o.File, "file", "f", "", "the schema; paths in it are relative to its folder (default schema.yaml, here or in a folder above)")
	flags.BoolVarP(&o.Out.Verbose, "verbose", "v", false, "list what is looked at, on stderr")
	flags.BoolVarP(&o.Out.Quiet, "quiet", "q", false, "print errors only")
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if o.Out.Verbose && o.Out.Quiet {
			return errors.New("--verbose and --quiet ask for opposites: give one of them")
		}
		return nil
	}
	_ = root.MarkPersistentFlagFilename("file", "yaml", "yml") // fails only for a flag that is not there
	root.SetUsageTemplate(strings.NewReplacer("Available Commands:", "Verbs:", "[command]", "VERB", "about a command", "about a verb").Replace(root.UsageTemplate()))
	root.SetHelpCommand(newHelp(root))
	root.AddCommand(verbs...)
	return root
}

// knownVerb refuses what follows the bare command, since it is no verb.
func knownVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := fmt.Sprintf(`; "%s --help" lists them`, cmd.Root().Name())
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
		Short: "Explain " + root.Name() + ", or one of its verbs",
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
