package main

import (
	"github.com/spf13/cobra"

	"github.com/authgen/authgen/internal/cli"
)

const rootHelp = `Authgen generates a typed database package from schema.yaml. Its triggers are
methods of yours that run in the transaction of a write. Authgen adds an empty
method for each trigger that you have not written yet.

  authgen init        write the first files
  vim schema.yaml     add a table, a field, a trigger
  go generate         update ./auth, and add empty methods to ./triggers
  vim triggers/       fill them in

Without a verb it does what "authgen generate" does.

Exit codes: 0 success; 1 check or diff found something stale; 2 an error, which is
on stderr. Output to a terminal has colours unless NO_COLOR is set. Another
command, authgenctl, looks into databases.`

// newRoot returns the command with all its verbs.
func newRoot(o *cli.Options) *cobra.Command {
	root := newGenerate(o)
	root.Use, root.Short, root.Long, root.Version = "authgen", "Generate a typed database package with triggers", rootHelp, versionText()
	return cli.Root(root, o, newGenerate(o), newInit(o), newCheck(o), newDiff(o), newSchema(o), newExplain(o), cli.NewVersion(o, versionHelp, versionText()))
}
