package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/internal/cli"
)

const schemaHelp = `Schema prints the SQL that creates the tables of schema.yaml, for one of the
dialects that schema.yaml names under "dialects" (by default all).

  authgen schema --dialect sqlite | sqlite3 app.db`

// dialectNames are the values of --dialect.
var dialectNames = []string{string(schema.SQLite), string(schema.Postgres), string(schema.MySQL)}

// newSchema returns the verb that prints SQL.
func newSchema(o *cli.Options) *cobra.Command {
	var dialect string
	cmd := &cobra.Command{
		Use:     "schema --dialect sqlite|postgres|mysql",
		Short:   "Print the SQL of the schema",
		Long:    schemaHelp,
		Args:    cli.NoArguments,
		Example: "",
		RunE: func(*cobra.Command, []string) error {
			p, err := open(o)
			if err != nil {
				return err
			}
			text, err := p.sql(dialect)
			if err != nil {
				return err
			}
			fmt.Fprint(p.out.Stdout, text)
			return nil
		},
	}
	dialectFlag(cmd, &dialect, "sqlite, postgres, or mysql (also for MariaDB); not needed if schema.yaml names only one")
	return cmd
}

// dialectFlag gives a verb the flag --dialect.
func dialectFlag(cmd *cobra.Command, to *string, usage string) {
	cmd.Flags().StringVar(to, "dialect", "", usage)
	_ = cmd.RegisterFlagCompletionFunc("dialect", cobra.FixedCompletions(dialectNames, cobra.ShellCompDirectiveNoFileComp))
}

// sql returns the SQL of the schema for a dialect.
func (p *project) sql(dialect string) (string, error) {
	have := p.Model.Dialects
	if dialect == "" && len(have) == 1 {
		dialect = string(have[0])
	}
	if dialect == "" {
		return "", fmt.Errorf("--dialect is missing; write --dialect %s", orList(have))
	}
	if err := p.knownDialect(dialect); err != nil {
		return "", err
	}
	return script(p.Model, schema.Dialect(dialect)), nil
}

// knownDialect refuses a dialect that does not exist, or that the schema does not name.
func (p *project) knownDialect(dialect string) error {
	have := p.Model.Dialects
	switch {
	case !slices.Contains(dialectNames, dialect):
		return fmt.Errorf("--dialect: unknown dialect %q%s", dialect, schema.DialectHint(dialect))
	case !slices.Contains(have, schema.Dialect(dialect)):
		return fmt.Errorf(`--dialect: "dialects" of %s has only %s; add %s there`, p.File, orList(have), dialect)
	}
	return nil
}

// orList returns "sqlite, postgres or mysql".
func orList(dialects []schema.Dialect) string {
	names := make([]string, len(dialects))
	for i, d := range dialects {
		names[i] = string(d)
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " or " + names[last]
	}
	return strings.Join(names, "")
}
