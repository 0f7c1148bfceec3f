package main

import (
	"github.com/spf13/cobra"

	"github.com/authgen/authgen/internal/cli"
)

const rootHelp = `Authgen generates a typed database package from schema.yaml, with triggers that
run in the transaction of the write, and adds the stubs of the triggers that you
have yet to write.

  authgen init        write the first schema.yaml, with all it takes to compile
  vim schema.yaml     add a table, a field, a trigger
  go generate         wrote auth/user.go, added 1 stub to triggers/user.go
  vim triggers/       fill it in

Without a verb it does what "authgen generate" does.

Exit codes: 0 all is well; 1 check or diff found something stale; 2 trouble, and
stderr says which. Colours need a terminal, and NO_COLOR turns them off. What
looks into databases is another command, authgenctl.`

// newRoot returns the command with all its verbs.
func newRoot(o *cli.Options) *cobra.Command {
	root := newGenerate(o)
	root.Use, root.Short, root.Long, root.Version = "authgen", "Generate a typed database package with triggers", rootHelp, versionText()
	return cli.Root(root, o, newGenerate(o), newInit(o), newCheck(o), newDiff(o), newSchema(o), newExplain(o), cli.NewVersion(o, versionHelp, versionText()))
}
