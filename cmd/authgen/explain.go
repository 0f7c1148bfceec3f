package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/internal/cli"
)

const explainHelp = `Explain prints what each write of a table does, in order: its statements, the
triggers that run, and the rows of other tables that it deletes or changes. In a
statement, "…" stands for what depends on the call.`

// newExplain returns the verb that shows what each write of a table does.
func newExplain(o *cli.Options) *cobra.Command {
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
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return o.CompleteTables()
		},
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := open(o)
			if err != nil {
				return err
			}
			return p.explain(args[0], dialect)
		},
	}
	dialectFlag(cmd, &dialect, "the dialect of the statements: sqlite, postgres or mysql (default: the first in schema.yaml)")
	return cmd
}

// explain prints what each write of a table does.
func (p *project) explain(key, dialect string) error {
	t := p.Model.Table(key)
	if t == nil {
		return p.UnknownTable(key)
	}
	if dialect == "" {
		dialect = string(p.Model.Dialects[0])
	}
	if err := p.knownDialect(dialect); err != nil {
		return err
	}
	for line := range strings.Lines(explanation(t, schema.Dialect(dialect))) {
		if !strings.HasPrefix(line, " ") { // a call
			line = p.out.OnOut.Cyan.Sprint(strings.TrimSuffix(line, "\n")) + "\n"
		}
		fmt.Fprint(p.out.Stdout, line)
	}
	return nil
}
