package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// Options are the flags that every verb has.
type Options struct {
	File string // the schema; empty: Read looks for it
	Out  *Printer
}

// Root makes a command the root of a tool. It adds the verbs, the flags that all of them
// have, and the same errors and help for all tools.
func Root(root *cobra.Command, o *Options, verbs ...*cobra.Command) *cobra.Command {
	root.Args = knownVerb
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SuggestionsMinimumDistance = 2
	root.SetVersionTemplate("{{.Version}}")
	root.SetFlagErrorFunc(flagError)
	flags := root.PersistentFlags()
	flags.StringVarP(&o.File, "file", "f", "", "the schema (default schema.yaml, in this folder or one above)")
	flags.BoolVarP(&o.Out.Verbose, "verbose", "v", false, "list on stderr what is read and not changed")
	flags.BoolVarP(&o.Out.Quiet, "quiet", "q", false, "print errors only")
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if o.Out.Verbose && o.Out.Quiet {
			return errors.New("--verbose and --quiet exclude each other; give one of them")
		}
		return nil
	}
	_ = root.MarkPersistentFlagFilename("file", "yaml", "yml") // an error only for a flag that does not exist
	root.SetUsageTemplate(strings.NewReplacer("Available Commands:", "Verbs:", "[command]", "VERB", "about a command", "about a verb").Replace(root.UsageTemplate()))
	root.SetHelpCommand(newHelp(root))
	root.AddCommand(verbs...)
	return root
}

// knownVerb refuses an argument that is not a verb.
func knownVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := fmt.Sprintf(`; "%s --help" lists all verbs`, cmd.Root().Name())
	if ext := filepath.Ext(args[0]); ext == ".yaml" || ext == ".yml" {
		hint = "; to name a schema, write -f " + args[0]
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
