package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/authgen/authgen/gen/schema"
	"github.com/spf13/cobra"
)

const explainHelp = `Explain prints what each write of a table does: its statements, the triggers that
run, the rows of other tables that go or change along, in order. What depends on
the call is "…" in a statement.`

// newExplain returns the verb that shows the path of each write of a table.
func newExplain(o *options) *cobra.Command {
	var dialect string
	cmd := &cobra.Command{
		Use:     "explain TABLE",
		Short:   "Show what each write of a table does, in order",
		Long:    explainHelp,
		Example: "  authgen explain user",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New(`explain takes the name of one table, such as "authgen explain user"`)
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return o.tableKeys(args), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := o.open()
			if err != nil {
				return err
			}
			return p.explain(args[0], dialect)
		},
	}
	dialectFlag(cmd, &dialect, "sqlite, postgres or mysql, in whose words the statements are; by default the first in schema.yaml")
	return cmd
}

// explain prints the path of each write of a table.
func (p *project) explain(key, dialect string) error {
	t := p.model.Table(key)
	if t == nil {
		return p.unknownTable(key)
	}
	if dialect == "" {
		dialect = string(p.model.Dialects[0])
	}
	if err := p.knownDialect(dialect); err != nil {
		return err
	}
	for line := range strings.Lines(explanation(t, schema.Dialect(dialect))) {
		if !strings.HasPrefix(line, " ") { // a call
			line = p.out.onOut.cyan.Sprint(strings.TrimSuffix(line, "\n")) + "\n"
		}
		fmt.Fprint(p.out.stdout, line)
	}
	return nil
}

// unknownTable is the error for a table that the schema does not declare.
func (p *project) unknownTable(key string) error {
	keys := p.tableKeys()
	if near := nearest(key, keys); near != "" {
		return fmt.Errorf("%s declares no table %q (did you mean %q?)", p.file, key, near)
	}
	return fmt.Errorf("%s declares no table %q%s", p.file, key, listed(keys))
}

// listed returns the words in parentheses where they are few.
func listed(words []string) string {
	if len(words) > 12 {
		return ""
	}
	if len(words) == 1 {
		return " (there is " + words[0] + ")"
	}
	return " (there are " + strings.Join(words, ", ") + ")"
}

// tableKeys returns the names of the tables.
func (p *project) tableKeys() []string {
	keys := make([]string, len(p.model.Tables))
	for i, t := range p.model.Tables {
		keys[i] = t.Key
	}
	return keys
}

// tableKeys returns what a shell offers as the argument of explain.
func (o *options) tableKeys(args []string) []string {
	if len(args) > 0 {
		return nil
	}
	silent := *o
	silent.out = newPrinter(io.Discard, io.Discard)
	p, err := silent.open()
	if err != nil {
		return nil
	}
	return p.tableKeys()
}
